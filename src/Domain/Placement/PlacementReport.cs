using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>How many instances cannot take a task for one reason.</summary>
/// <param name="Reason">The API's word for it; a status for instances that take no new task at all.</param>
/// <param name="Subject">Which port, attribute, expression or zones; null for what is counted.</param>
/// <param name="Instances">How many.</param>
public sealed record PlacementReasonCount(string Reason, string? Subject, int Instances);

/// <summary>Where a task could go now, and why not elsewhere. Made from a state, beside its writer.</summary>
/// <param name="Chosen">The instance the next task would go to; null when it fits nowhere.</param>
/// <param name="Feasible">How many instances could take it.</param>
/// <param name="Reasons">A count a reason, the most frequent first.</param>
/// <param name="Obstacles">The first obstacle of each ACTIVE instance that cannot take it, by id, as many as were asked for.</param>
public sealed record PlacementReport(
    ContainerInstance? Chosen,
    int Feasible,
    ImmutableArray<PlacementReasonCount> Reasons,
    ImmutableArray<PlacementObstacle> Obstacles)
{
    /// <summary>The report on a request.</summary>
    /// <param name="state">The cluster.</param>
    /// <param name="request">What would be placed.</param>
    /// <param name="most">How many obstacles are told one by one.</param>
    /// <param name="ids">Chance, for the strategy <c>random</c>.</param>
    public static PlacementReport Of(ClusterState state, PlacementRequest request, int most, IIdSource ids)
    {
        var index = PlacementIndex.Of(state);
        var counts = new Dictionary<(string, string?), int>();
        var told = ImmutableArray.CreateBuilder<PlacementObstacle>();
        var obstructed = 0;
        foreach (var obstacle in Placement.Obstacles(index, request))
        {
            obstructed++;
            Count(obstacle.Reason, obstacle.Subject);
            if (told.Count < most)
            {
                told.Add(obstacle);
            }
        }

        var active = 0;
        foreach (var instance in state.ContainerInstances.Values)
        {
            active += instance.Status == ContainerInstanceStatus.Active ? 1 : 0;
            if (instance.Status == ContainerInstanceStatus.Draining)
            {
                Count("DRAINING", null);
            }
        }

        return new(
            Placement.Choose(index, request, ids),
            active - obstructed,
            [
                .. counts.Select(entry => new PlacementReasonCount(entry.Key.Item1, entry.Key.Item2, entry.Value))
                    .OrderByDescending(count => count.Instances).ThenBy(count => count.Reason, StringComparer.Ordinal).ThenBy(count => count.Subject, StringComparer.Ordinal),
            ],
            told.ToImmutable());

        void Count(string reason, string? subject) => counts[(reason, subject)] = counts.GetValueOrDefault((reason, subject)) + 1;
    }
}

/// <summary>Where a number of tasks would go, one after another, if they were placed now. Nothing is placed.</summary>
/// <param name="Steps">The instance of each task, in order.</param>
/// <param name="Closest">What keeps the first that found no place from the instance that came closest; null when all found one, or when no instance is ACTIVE.</param>
public sealed record PlacementPlan(ImmutableArray<ContainerInstance> Steps, PlacementObstacle? Closest)
{
    /// <summary>Tasks a plan may have.</summary>
    public const int Most = 10_000;

    /// <summary>The plan for so many tasks of a request.</summary>
    public static PlacementPlan Of(ClusterState state, PlacementRequest request, int count, IIdSource ids)
    {
        var index = PlacementIndex.Of(state);
        var steps = ImmutableArray.CreateBuilder<ContainerInstance>();
        while (steps.Count < count && Placement.Choose(index, request, ids) is { } instance)
        {
            index.Reserve(instance.Id, request.Group, request.Demand);
            steps.Add(instance);
        }

        return new(steps.ToImmutable(), steps.Count < count ? Placement.Closest(index, request) : null);
    }
}
