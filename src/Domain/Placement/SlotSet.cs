using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Berth.Domain;

/// <summary>A set of slots, a bit each. Grows with the highest slot; what lies beyond its words is not in it.</summary>
internal sealed class SlotSet
{
    /// <summary>Its words, 64 slots each, the lowest slot in the lowest bit.</summary>
    public ulong[] Words { get; private set; } = [];

    public bool Has(int slot) => slot >> 6 < Words.Length && (Words[slot >> 6] >> slot & 1) != 0;

    public void Set(int slot, bool isIn)
    {
        if (slot >> 6 >= Words.Length)
        {
            if (!isIn)
            {
                return;
            }

            Words = SlotScan.Resized(Words, (slot >> 6) + 1);
        }

        if (isIn)
        {
            Words[slot >> 6] |= 1UL << slot;
        }
        else
        {
            Words[slot >> 6] &= ~(1UL << slot);
        }
    }
}

/// <summary>
/// Loops over bit sets and columns of numbers. A column has 64 entries a word of the set beside it, so no loop has a tail;
/// on machines without 256-bit vectors the runtime takes them apart into smaller ones.
/// </summary>
internal static class SlotScan
{
    private const int Lanes = 8;

    // Where fewer slots than this are left in a word, they are looked at one by one.
    private const int FewInWord = 6;

    private static readonly Vector256<int> LaneBits = Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128);

    /// <summary>A longer copy, at least twice as long so that growing stays cheap.</summary>
    public static T[] Resized<T>(T[] old, int atLeast)
    {
        Array.Resize(ref old, Math.Max(atLeast, old.Length * 2));
        return old;
    }

    public static int Count(ReadOnlySpan<ulong> set)
    {
        var count = 0;
        foreach (var word in set)
        {
            count += BitOperations.PopCount(word);
        }

        return count;
    }

    public static bool IsEmpty(ReadOnlySpan<ulong> set) => !set.ContainsAnyExcept(0UL);

    /// <summary>Keeps those that are in the other set too.</summary>
    public static void And(Span<ulong> set, ReadOnlySpan<ulong> other)
    {
        var common = Math.Min(set.Length, other.Length);
        for (var word = 0; word < common; word++)
        {
            set[word] &= other[word];
        }

        set[common..].Clear();
    }

    /// <summary>Adds those of the other set.</summary>
    public static void Or(Span<ulong> set, ReadOnlySpan<ulong> other)
    {
        var common = Math.Min(set.Length, other.Length);
        for (var word = 0; word < common; word++)
        {
            set[word] |= other[word];
        }
    }

    public static bool Intersects(ReadOnlySpan<ulong> set, ReadOnlySpan<ulong> other)
    {
        var common = Math.Min(set.Length, other.Length);
        for (var word = 0; word < common; word++)
        {
            if ((set[word] & other[word]) != 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Makes the set that of all slots with at least this much.</summary>
    public static void AtLeast(Span<ulong> set, int[] column, int needed)
    {
        set.Fill(ulong.MaxValue);
        KeepAtLeast(set, column, needed);
    }

    /// <summary>Keeps those with at least this much.</summary>
    public static void KeepAtLeast(Span<ulong> set, int[] column, int needed)
    {
        var least = Vector256.Create(needed);
        for (var word = 0; word < set.Length; word++)
        {
            if (set[word] != 0)
            {
                set[word] &= AtLeast(ref Entry(column, word), least);
            }
        }
    }

    /// <summary>Keeps those with the least of it, and says how much that is; <see cref="int.MaxValue"/> for an empty set.</summary>
    /// <remarks>One pass over the column: it drops whole words, and only those that hold the least are looked at again.</remarks>
    public static int KeepLeast(Span<ulong> set, int[] column)
    {
        var least = int.MaxValue;
        var lowered = 0;     // No word before this one holds the least.
        for (var word = 0; word < set.Length; word++)
        {
            if (set[word] == 0)
            {
                continue;
            }

            var found = LeastInWord(set[word], column, word);
            if (found < least)
            {
                least = found;
                lowered = word;
            }
            else if (found > least)
            {
                set[word] = 0;
            }
        }

        set[..lowered].Clear();
        var wanted = Vector256.Create(least);
        for (var word = lowered; word < set.Length; word++)
        {
            if (set[word] != 0)
            {
                set[word] &= Equal(ref Entry(column, word), wanted);
            }
        }

        return least;
    }

    private static int LeastInWord(ulong left, int[] column, int word)
    {
        if (BitOperations.PopCount(left) <= FewInWord)
        {
            var least = int.MaxValue;
            for (; left != 0; left &= left - 1)
            {
                least = Math.Min(least, column[word << 6 | BitOperations.TrailingZeroCount(left)]);
            }

            return least;
        }

        var eight = left == ulong.MaxValue ? LeastOfAll(ref Entry(column, word)) : LeastOf(ref Entry(column, word), left);
        var four = Vector128.Min(eight.GetLower(), eight.GetUpper());
        var two = Vector128.Min(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 2, 3)));
        return Math.Min(two.GetElement(0), two.GetElement(1));
    }

    private static ref int Entry(int[] column, int word)
    {
        // The column is as long as the set says; reading on from here stays within it.
        ArgumentOutOfRangeException.ThrowIfGreaterThan((word + 1) << 6, column.Length);
        return ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(column), word << 6);
    }

    private static ulong AtLeast(ref int first, Vector256<int> least)
    {
        var bits = 0UL;
        for (var lane = 0; lane < 64; lane += Lanes)
        {
            bits |= (ulong)Vector256.GreaterThanOrEqual(Vector256.LoadUnsafe(ref first, (nuint)lane), least).ExtractMostSignificantBits() << lane;
        }

        return bits;
    }

    private static ulong Equal(ref int first, Vector256<int> wanted)
    {
        var bits = 0UL;
        for (var lane = 0; lane < 64; lane += Lanes)
        {
            bits |= (ulong)Vector256.Equals(Vector256.LoadUnsafe(ref first, (nuint)lane), wanted).ExtractMostSignificantBits() << lane;
        }

        return bits;
    }

    private static Vector256<int> LeastOfAll(ref int first)
    {
        var least = Vector256.LoadUnsafe(ref first);
        for (var lane = Lanes; lane < 64; lane += Lanes)
        {
            least = Vector256.Min(least, Vector256.LoadUnsafe(ref first, (nuint)lane));
        }

        return least;
    }

    private static Vector256<int> LeastOf(ref int first, ulong among)
    {
        var least = Vector256.Create(int.MaxValue);
        for (var lane = 0; lane < 64; lane += Lanes)
        {
            var isIn = Vector256.Equals(Vector256.Create((int)(among >> lane) & 0xff) & LaneBits, LaneBits);
            least = Vector256.Min(least, Vector256.ConditionalSelect(isIn, Vector256.LoadUnsafe(ref first, (nuint)lane), Vector256.Create(int.MaxValue)));
        }

        return least;
    }
}
