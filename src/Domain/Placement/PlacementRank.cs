using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>One placement strategy: keeps, of several candidates, those it likes best.</summary>
internal abstract class PlacementRank
{
    /// <summary>What ECS does when nothing is said.</summary>
    public static readonly ImmutableArray<PlacementStrategy> Default =
        [new("spread", $"attribute:{AttributeNames.AvailabilityZone}"), new("spread", "instanceId")];

    /// <summary>The strategy over the index's slots. Fields are read in any case; an attribute's name is not.</summary>
    public static PlacementRank Of(PlacementStrategy strategy, PlacementIndex index, string group)
    {
        var field = strategy.Field ?? "";
        return strategy.Type switch
        {
            "random" => new Chance(index),
            "binpack" => new Pack(index, Is(field, "cpu") ? CountedResource.Cpu : CountedResource.Memory),
            _ when Is(field, "instanceId") || Is(field, "host") => new SpreadOverInstances(index, group),
            _ => new SpreadOverAttribute(index, group, field.StartsWith("attribute:", StringComparison.OrdinalIgnoreCase) ? field["attribute:".Length..] : field),
        };
    }

    /// <param name="candidates">At least one slot, before and after.</param>
    /// <param name="ids">Chance.</param>
    public abstract void Keep(Span<ulong> candidates, IIdSource ids);

    private static bool Is(string field, string name) => field.Equals(name, StringComparison.OrdinalIgnoreCase);

    private sealed class Pack(PlacementIndex index, CountedResource resource) : PlacementRank
    {
        public override void Keep(Span<ulong> candidates, IIdSource ids) => SlotScan.KeepLeast(candidates, index.LeftOf(resource));
    }

    private sealed class SpreadOverInstances(PlacementIndex index, string group) : PlacementRank
    {
        public override void Keep(Span<ulong> candidates, IIdSource ids) => index.Group(group)?.Tasks.KeepFewest(candidates, index.Spare, index.Capacity);
    }

    private sealed class SpreadOverAttribute(PlacementIndex index, string group, string attribute) : PlacementRank
    {
        public override void Keep(Span<ulong> candidates, IIdSource ids)
        {
            if (index.Group(group) is not { } tasks)
            {
                return;
            }

            var partition = index.Partition(attribute);
            var counts = tasks.By(partition);
            if (partition.Sets is { } sets)
            {
                KeepBySets(candidates, sets, counts);
            }
            else
            {
                KeepOneByOne(candidates, partition, counts);
            }
        }

        private void KeepBySets(Span<ulong> candidates, IReadOnlyList<SlotSet> sets, int[] counts)
        {
            var fewest = int.MaxValue;
            for (var value = 0; value < sets.Count; value++)
            {
                if (counts[value] < fewest && SlotScan.Intersects(candidates, sets[value].Words))
                {
                    fewest = counts[value];
                }
            }

            var chosen = index.Spare;
            chosen.Clear();
            for (var value = 0; value < sets.Count; value++)
            {
                if (counts[value] == fewest)
                {
                    SlotScan.Or(chosen, sets[value].Words);
                }
            }

            SlotScan.And(candidates, chosen);
        }

        private static void KeepOneByOne(Span<ulong> candidates, SlotPartition partition, int[] counts)
        {
            var fewest = int.MaxValue;
            for (var word = 0; word < candidates.Length; word++)
            {
                for (var left = candidates[word]; left != 0; left &= left - 1)
                {
                    fewest = Math.Min(fewest, counts[partition.ValueOf(word << 6 | System.Numerics.BitOperations.TrailingZeroCount(left))]);
                }
            }

            for (var word = 0; word < candidates.Length; word++)
            {
                for (var left = candidates[word]; left != 0; left &= left - 1)
                {
                    var bit = System.Numerics.BitOperations.TrailingZeroCount(left);
                    if (counts[partition.ValueOf(word << 6 | bit)] > fewest)
                    {
                        candidates[word] &= ~(1UL << bit);
                    }
                }
            }
        }
    }

    /// <summary>Picks by the order of ids, not of slots: the same state and the same chance pick the same instance.</summary>
    private sealed class Chance(PlacementIndex index) : PlacementRank
    {
        public override void Keep(Span<ulong> candidates, IIdSource ids)
        {
            var picked = ids.NextIndex(SlotScan.Count(candidates));
            for (var rank = 0; rank < index.Instances; rank++)
            {
                var slot = index.SlotAt(rank);
                if ((candidates[slot >> 6] >> slot & 1) != 0 && picked-- == 0)
                {
                    candidates.Clear();
                    candidates[slot >> 6] = 1UL << slot;
                    return;
                }
            }
        }
    }
}
