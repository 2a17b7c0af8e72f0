using System.Text;

namespace Berth.LoadBalancer;

/// <summary>One page of a sorted list. A marker names the last item shown, so that it survives changes of the list.</summary>
internal static class Page
{
    /// <summary>The largest page, and the page when the caller names no size.</summary>
    public const int MostItems = 400;

    public static (IReadOnlyList<T> Items, string? NextMarker) Of<T>(IEnumerable<T> items, Func<T, string> key, string? marker, int? pageSize)
    {
        var size = pageSize is { } wanted ? Invalid.InRange(wanted, 1, MostItems, "pageSize") : MostItems;
        var after = Decode(marker);
        var rest = items.OrderBy(key, StringComparer.Ordinal).Where(item => after is null || string.CompareOrdinal(key(item), after) > 0).Take(size + 1).ToList();
        return rest.Count <= size
            ? (rest, null)
            : (rest.GetRange(0, size), Convert.ToBase64String(Encoding.UTF8.GetBytes(key(rest[size - 1]))));
    }

    private static string? Decode(string? marker)
    {
        if (string.IsNullOrEmpty(marker))
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[1024];
        return Convert.TryFromBase64String(marker, bytes, out var length)
            ? Encoding.UTF8.GetString(bytes[..length])
            : throw Invalid.Error("The specified marker is not valid");
    }
}
