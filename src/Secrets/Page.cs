using System.Text;
using Berth.Wire;

namespace Berth.Secrets;

/// <summary>One page of an ordered list. A token names the last item shown, so that it survives changes of the list.</summary>
internal static class Page
{
    private const int LongestToken = 2048;

    /// <param name="ordered">The list.</param>
    /// <param name="key">What orders it, ordinally.</param>
    /// <param name="token">The token of the page before; null for the first page.</param>
    /// <param name="size">The most items.</param>
    /// <param name="error">The code for a token that nobody gave out.</param>
    public static (IReadOnlyList<T> Items, string? NextToken) Of<T>(IEnumerable<T> ordered, Func<T, string> key, string? token, int size, string error)
    {
        var after = Decode(token, error);
        var page = ordered.SkipWhile(item => after is not null && string.CompareOrdinal(key(item), after) <= 0).Take(size + 1).ToList();
        return page.Count <= size ? (page, null) : (page.GetRange(0, size), Convert.ToBase64String(Encoding.UTF8.GetBytes(key(page[size - 1]))));
    }

    private static string? Decode(string? token, string error)
    {
        if (string.IsNullOrEmpty(token))
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[LongestToken];
        return token.Length <= LongestToken && Convert.TryFromBase64String(token, bytes, out var length)
            ? Encoding.UTF8.GetString(bytes[..length])
            : throw new AwsException(error, 400, "The specified token isn't valid.");
    }
}
