using System.Numerics;

namespace Berth.Domain;

/// <summary>
/// Chooses a container instance: of the ACTIVE ones those for which every stage holds; of these, the strategies, each
/// refining the ties the one before has left. The last tie falls to the lowest instance id.
/// </summary>
public static class Placement
{
    /// <summary>The chosen instance, or null when none can take the task. Allocates nothing when it is asked again for the same request.</summary>
    public static ContainerInstance? Choose(PlacementIndex index, PlacementRequest request, IIdSource ids)
    {
        var prepared = index.Prepare(request);
        var candidates = index.BeginCandidates();
        prepared.Pool.Keep(candidates);
        foreach (var stage in prepared.Stages)
        {
            stage.Keep(candidates);
        }

        if (SlotScan.IsEmpty(candidates))
        {
            return null;
        }

        foreach (var strategy in prepared.Strategies)
        {
            strategy.Keep(candidates, ids);
        }

        return index.Row(index.SlotAt(SlotScan.KeepLeast(candidates, index.Ranks))).Instance;
    }

    /// <summary>
    /// Why the ACTIVE instances cannot take the task, in the order of their ids, one after another as they are asked for.
    /// Instances that could take it are left out.
    /// </summary>
    public static IEnumerable<PlacementFailure> Explain(PlacementIndex index, PlacementRequest request) =>
        Obstacles(index, request).Select(obstacle => obstacle.ToFailure());

    /// <summary>As <see cref="Explain"/>, and how much was missing.</summary>
    public static IEnumerable<PlacementObstacle> Obstacles(PlacementIndex index, PlacementRequest request)
    {
        for (var rank = 0; rank < index.Instances; rank++)
        {
            var slot = index.SlotAt(rank);
            if (index.Active.Has(slot) && index.Prepare(request).Pool.Holds(slot) && ObstacleOn(index, request, slot) is { } obstacle)
            {
                yield return obstacle;
            }
        }
    }

    /// <summary>Why one instance cannot take the task, or null; for StartTask, which names its instances.</summary>
    public static PlacementFailure? ExplainOne(PlacementIndex index, PlacementRequest request, ContainerInstance instance) =>
        index.SlotOf(instance.Id) is { } slot && index.Active.Has(slot) ? ObstacleOn(index, request, slot)?.ToFailure() : null;

    /// <summary>
    /// The instance that came closest to taking the task: one that may hold it at all before one that only has room, and
    /// of those that failed last, the one with most left of what it lacks. Null when no instance is ACTIVE, or when one
    /// could take it. Costs about as much as a choice.
    /// </summary>
    public static PlacementObstacle? Closest(PlacementIndex index, PlacementRequest request)
    {
        var candidates = index.BeginCandidates();
        var before = index.Spare;
        var prepared = index.Prepare(request);
        prepared.Pool.Keep(candidates);
        if (SlotScan.IsEmpty(candidates))
        {
            return null;
        }

        foreach (var stage in prepared.ClosenessStages)
        {
            candidates.CopyTo(before);
            stage.Keep(candidates);
            if (SlotScan.IsEmpty(candidates))
            {
                return stage.Describe(index, MostLeft(index, stage, before));
            }
        }

        return null;
    }

    /// <summary>
    /// Whether the instance is one the task may be on at all, whatever is free: it has the required attributes, and the
    /// <c>memberOf</c> constraints and zones hold. For those who look after tasks that are placed already.
    /// </summary>
    public static bool IsEligible(PlacementIndex index, PlacementRequest request, string containerInstanceId)
    {
        if (index.SlotOf(containerInstanceId) is not { } slot)
        {
            return false;
        }

        foreach (var stage in index.Prepare(request).Stages)
        {
            if (stage.IsLasting && !stage.Holds(slot))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the instance is one of the request's pool, before anything else is asked of it.</summary>
    public static bool IsInPool(PlacementIndex index, PlacementRequest request, string containerInstanceId) =>
        index.SlotOf(containerInstanceId) is { } slot && index.Prepare(request).Pool.Holds(slot);

    private static PlacementObstacle? ObstacleOn(PlacementIndex index, PlacementRequest request, int slot)
    {
        foreach (var stage in index.Prepare(request).Stages)
        {
            if (!stage.Holds(slot))
            {
                return stage.Describe(index, slot);
            }
        }

        return null;
    }

    private static int MostLeft(PlacementIndex index, PlacementStage stage, ReadOnlySpan<ulong> among)
    {
        var column = stage is EnoughLeft counted ? index.LeftOf(counted.Resource) : null;
        var best = -1;
        for (var word = 0; word < among.Length; word++)
        {
            for (var left = among[word]; left != 0; left &= left - 1)
            {
                var slot = word << 6 | BitOperations.TrailingZeroCount(left);
                if (best < 0
                    || (column is not null && column[slot] > column[best])
                    || ((column is null || column[slot] == column[best]) && index.Ranks[slot] < index.Ranks[best]))
                {
                    best = slot;
                }
            }
        }

        return best;
    }
}
