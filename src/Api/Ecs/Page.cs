using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text;
using Berth.Wire;

namespace Berth.Api;

/// <summary>
/// One page of a list: where it begins and how long it may be. A token holds the key of the last item its page showed,
/// so the next page is found by key and stays right whatever comes and goes meanwhile.
/// </summary>
/// <param name="After">The key after which the page begins; null for the first page.</param>
/// <param name="Size">How many items it may hold.</param>
internal readonly record struct Page(string? After, int Size)
{
    /// <summary>The longest page of any list.</summary>
    public const int Most = 100;

    /// <summary>Items that one call looks at: where a filter lets few of them through, the page is shorter and its token leads on.</summary>
    public const int MostLookedAt = 1_000;

    private const int MostTokenLength = 2048;

    /// <summary>Reads a request's <c>nextToken</c> and <c>maxResults</c>.</summary>
    /// <param name="list">The operation's name: another list's token is no token of this one.</param>
    /// <param name="nextToken">The token given.</param>
    /// <param name="maxResults">The size given.</param>
    /// <param name="usual">The size when none is given.</param>
    /// <param name="most">The largest size.</param>
    public static Page Of(string list, string? nextToken, int? maxResults, int usual = Most, int most = Most)
    {
        if (maxResults is < 1 || maxResults > most)
        {
            throw AwsException.InvalidParameter($"maxResults must be between 1 and {most}.");
        }

        return new(string.IsNullOrEmpty(nextToken) ? null : KeyOf(list, nextToken), maxResults ?? usual);
    }

    /// <summary>
    /// Cuts what a query found, which is at most one item longer than the page, and makes the next page's token when
    /// that item is there.
    /// </summary>
    public (List<TOut> Items, string? NextToken) Cut<T, TOut>(string list, ImmutableArray<T> found, Func<T, string> keyOf, Func<T, TOut> show)
    {
        var shown = found.Length > Size ? found[..Size] : found;
        return ([.. shown.Select(show)], found.Length > Size ? Token(list, keyOf(shown[^1])) : null);
    }

    /// <summary>Finds the page's items among those behind its key, without looking at more than so many however few are found.</summary>
    /// <param name="list">The operation's name.</param>
    /// <param name="behind">The items behind <see cref="After"/>, in the order of their keys.</param>
    /// <param name="keyOf">An item's key.</param>
    /// <param name="matches">What the list is asked by.</param>
    /// <param name="show">An item as the answer has it.</param>
    public (List<TOut> Items, string? NextToken) Find<T, TOut>(string list, IEnumerable<T> behind, Func<T, string> keyOf, Func<T, bool> matches, Func<T, TOut> show)
    {
        var items = new List<TOut>();
        var (looked, last) = (0, "");
        foreach (var item in behind)
        {
            if (looked++ == MostLookedAt)
            {
                return (items, Token(list, last));
            }

            if (matches(item))
            {
                if (items.Count == Size)
                {
                    return (items, Token(list, last));
                }

                items.Add(show(item));
            }

            last = keyOf(item);
        }

        return (items, null);
    }

    private static string Token(string list, string key) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{list}\n{key}"));

    private static string KeyOf(string list, string token)
    {
        if (token.Length <= MostTokenLength && Base64Url.IsValid(token))
        {
            var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token));
            if (text.StartsWith($"{list}\n", StringComparison.Ordinal))
            {
                return text[(list.Length + 1)..];
            }
        }

        throw AwsException.InvalidParameter("Invalid token " + token);
    }
}
