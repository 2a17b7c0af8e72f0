using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>
/// Which tasks go when there are too many: those not yet running first; then what the placement strategies say, spread
/// from where the most are, binpack from the instance that is left with the most; then from the fullest zone, and there
/// from the fullest instance. Source: developer guide, "Task placement", scaling in.
/// </summary>
internal static class ScaleIn
{
    /// <summary>The tasks to stop.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="tasks">Those among which to choose.</param>
    /// <param name="counted">Those that make a zone or an instance full: the others as well, which may not go.</param>
    /// <param name="count">How many.</param>
    /// <param name="strategies">The service's placement strategies.</param>
    public static IReadOnlyCollection<EcsTask> Choose(
        ClusterAggregate cluster, IReadOnlyCollection<EcsTask> tasks, IReadOnlyCollection<EcsTask> counted, int count, ImmutableArray<PlacementStrategy> strategies)
    {
        if (count <= 0)
        {
            return [];
        }

        if (count >= tasks.Count)
        {
            return [.. tasks.OrderBy(task => task.Id, StringComparer.Ordinal)];
        }

        var order = new ScaleInOrder(
            tasks,
            [.. strategies.Select(strategy => ScaleInRule.Of(cluster, strategy, counted)).OfType<ScaleInRule>(), ScaleInRule.Zones(counted), ScaleInRule.Instances(counted)]);
        var chosen = new List<EcsTask>(count);
        while (chosen.Count < count)
        {
            chosen.Add(order.Take());
        }

        return chosen;
    }
}
