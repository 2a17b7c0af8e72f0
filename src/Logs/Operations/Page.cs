using System.Buffers.Text;
using System.Text;
using Berth.Wire;

namespace Berth.Logs;

/// <summary>Pages of lists: what they are cut to, and the token that names the last item of the page before.</summary>
internal static class Page
{
    public const int MostItems = 50;

    /// <summary>Cuts a list from which one item more than the page was taken.</summary>
    public static (IReadOnlyList<T> Items, string? NextToken) Cut<T>(IReadOnlyList<T> items, int most, Func<T, string> name) =>
        items.Count <= most ? (items, null) : ([.. items.Take(most)], Encode(name(items[most - 1])));

    /// <summary>The name in a token, or null for the first page.</summary>
    public static string? Decode(string? token)
    {
        try
        {
            return token is null ? null : Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token));
        }
        catch (FormatException)
        {
            throw InvalidToken();
        }
    }

    public static string Encode(string name) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(name));

    public static AwsException InvalidToken() => AwsException.InvalidParameter("The specified nextToken is invalid.");
}
