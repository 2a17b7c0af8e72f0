using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>Finds the beginning of a page in a sorted set, in logarithmic time.</summary>
public static class SortedSetSeek
{
    /// <summary>The place of the first item that is not before <paramref name="item"/>; the count when all are.</summary>
    public static int FirstAtOrAfter<T>(this ImmutableSortedSet<T> set, T item)
    {
        var at = set.IndexOf(item);
        return at < 0 ? ~at : at;
    }

    /// <summary>The place of the first item behind <paramref name="item"/>; the count when there is none.</summary>
    public static int FirstAfter<T>(this ImmutableSortedSet<T> set, T item)
    {
        var at = set.IndexOf(item);
        return at < 0 ? ~at : at + 1;
    }
}
