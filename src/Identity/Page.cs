using System.Text;

namespace Berth.Identity;

/// <summary>One page of a sorted list. A marker names the last item shown, so that it survives changes of the list.</summary>
internal static class Page
{
    private const int DefaultItems = 100;
    private const int MostItems = 1000;
    private const int LongestMarker = 1024;

    public static (IReadOnlyList<T> Items, bool IsTruncated, string? Marker) Of<T>(IEnumerable<T> items, Func<T, string> key, string? marker, int? maxItems)
    {
        var size = Invalid.InRange(maxItems, 1, MostItems, "maxItems") ?? DefaultItems;
        var after = Decode(marker);
        var order = StringComparer.OrdinalIgnoreCase;
        var rest = items.OrderBy(key, order).Where(item => after is null || order.Compare(key(item), after) > 0).Take(size + 1).ToList();
        return rest.Count <= size
            ? (rest, false, null)
            : (rest.GetRange(0, size), true, Convert.ToBase64String(Encoding.UTF8.GetBytes(key(rest[size - 1]))));
    }

    private static string? Decode(string? marker)
    {
        if (string.IsNullOrEmpty(marker))
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[LongestMarker];
        return marker.Length <= LongestMarker && Convert.TryFromBase64String(marker, bytes, out var length)
            ? Encoding.UTF8.GetString(bytes[..length])
            : throw Invalid.Error("Invalid Marker.");
    }
}
