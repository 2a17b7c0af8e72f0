using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Berth.Registry;

/// <summary>
/// One page of an ordered list. The token names the last entry given, so that a page neither repeats nor skips what
/// others add or remove meanwhile; clients are to treat it as opaque.
/// </summary>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? NextToken)
{
    /// <summary>Cuts the page that follows a token.</summary>
    /// <param name="ordered">Everything, in the ordinal order of its keys.</param>
    /// <param name="keyOf">A key, different for each entry.</param>
    /// <param name="size">The most entries of a page.</param>
    /// <param name="token">The token of the page before; null = the first page.</param>
    /// <param name="scope">What is listed, such as an operation and a repository; a token of another list is refused.</param>
    public static Page<T> Cut(IEnumerable<T> ordered, Func<T, string> keyOf, int size, string? token, string scope)
    {
        var after = token is null ? null : Read(token, scope);
        var items = ordered
            .SkipWhile(item => after is not null && string.CompareOrdinal(keyOf(item), after) <= 0)
            .Take(size + 1)
            .ToList();
        if (items.Count <= size)
        {
            return new(items, null);
        }

        items.RemoveAt(size);
        return new(items, Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{scope}\n{keyOf(items[^1])}")));
    }

    private static string Read(string token, string scope)
    {
        var bytes = new byte[token.Length];
        if (Base64Url.DecodeFromChars(token, bytes, out _, out var length) == OperationStatus.Done
            && Encoding.UTF8.GetString(bytes, 0, length) is var text
            && text.StartsWith(scope + "\n", StringComparison.Ordinal))
        {
            return text[(scope.Length + 1)..];
        }

        throw Constraints.Violated("nextToken", "Invalid token");
    }
}
