using System.Numerics;
using System.Runtime.InteropServices;

namespace Berth.Domain;

/// <summary>
/// How many tasks of one group are on each slot. A small group keeps a dictionary; one that is on many slots keeps a
/// column, which takes no more memory then and is scanned like the others.
/// </summary>
internal sealed class SlotCounts
{
    // A dictionary's entry weighs about as much as this many of a column's.
    private const int SlotsAnEntry = 8;

    private readonly Dictionary<int, int> sparse = [];
    private int[]? column;

    /// <summary>The slots with at least one.</summary>
    public SlotSet Occupied { get; } = new();

    public int Total { get; private set; }

    public int On(int slot) => column is null ? sparse.GetValueOrDefault(slot) : slot < column.Length ? column[slot] : 0;

    /// <param name="slot">Where.</param>
    /// <param name="change">How many more.</param>
    /// <param name="capacity">How many slots there are now; a multiple of 64.</param>
    public void Add(int slot, int change, int capacity)
    {
        Total += change;
        if (column is null)
        {
            ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(sparse, slot, out _);
            entry += change;
            var left = entry;
            Occupied.Set(slot, left > 0);
            if (left == 0)
            {
                sparse.Remove(slot);
            }
            else if (sparse.Count > capacity / SlotsAnEntry)
            {
                Spread(capacity);
            }
        }
        else
        {
            if (column.Length < capacity)
            {
                Array.Resize(ref column, capacity);
            }

            Occupied.Set(slot, (column[slot] += change) > 0);
        }
    }

    /// <summary>Calls for each slot with tasks of the group.</summary>
    public void ForEach(Action<int, int> each)
    {
        for (var word = 0; word < Occupied.Words.Length; word++)
        {
            for (var left = Occupied.Words[word]; left != 0; left &= left - 1)
            {
                var slot = word << 6 | BitOperations.TrailingZeroCount(left);
                each(slot, On(slot));
            }
        }
    }

    /// <summary>Keeps the slots with the fewest tasks of the group.</summary>
    /// <param name="candidates">At least one slot.</param>
    /// <param name="spare">As long, for the function's own use.</param>
    /// <param name="capacity">How many slots there are now.</param>
    public void KeepFewest(Span<ulong> candidates, Span<ulong> spare, int capacity)
    {
        candidates.CopyTo(spare);
        RemoveOccupied(spare);
        if (!SlotScan.IsEmpty(spare))
        {
            spare.CopyTo(candidates);
            return;
        }

        if (column is null)
        {
            // Every candidate has some, so there are no more candidates than entries, which are few.
            KeepFewestOfFew(candidates);
            return;
        }

        if (column.Length < capacity)
        {
            Array.Resize(ref column, capacity);
        }

        SlotScan.KeepLeast(candidates, column);
    }

    /// <summary>Keeps the slots without a task of the group.</summary>
    public void RemoveOccupied(Span<ulong> set)
    {
        var words = Occupied.Words;
        for (var word = 0; word < Math.Min(set.Length, words.Length); word++)
        {
            set[word] &= ~words[word];
        }
    }

    private void KeepFewestOfFew(Span<ulong> candidates)
    {
        var fewest = int.MaxValue;
        for (var word = 0; word < candidates.Length; word++)
        {
            for (var left = candidates[word]; left != 0; left &= left - 1)
            {
                fewest = Math.Min(fewest, sparse[word << 6 | BitOperations.TrailingZeroCount(left)]);
            }
        }

        for (var word = 0; word < candidates.Length; word++)
        {
            for (var left = candidates[word]; left != 0; left &= left - 1)
            {
                if (sparse[word << 6 | BitOperations.TrailingZeroCount(left)] > fewest)
                {
                    candidates[word] &= ~(left & (~left + 1));
                }
            }
        }
    }

    private void Spread(int capacity)
    {
        column = new int[capacity];
        foreach (var (slot, count) in sparse)
        {
            column[slot] = count;
        }

        sparse.Clear();
        sparse.TrimExcess();
    }
}
