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

        var left = tasks.OrderBy(task => task.Id, StringComparer.Ordinal).ToList();
        if (count >= left.Count)
        {
            return left;
        }

        var rules = strategies.Select(strategy => Rule.Of(cluster, strategy, counted)).OfType<Rule>()
            .Append(new Rule(task => task.AvailabilityZone ?? "", counted))
            .Append(new Rule(task => task.ContainerInstanceId, counted))
            .ToArray();
        var chosen = new List<EcsTask>();
        while (chosen.Count < count)
        {
            var victim = left[0];
            for (var at = 1; at < left.Count; at++)
            {
                if (GoesBefore(left[at], victim, rules))
                {
                    victim = left[at];
                }
            }

            left.Remove(victim);
            chosen.Add(victim);
            foreach (var rule in rules)
            {
                rule.Gone(victim);
            }
        }

        return chosen;
    }

    private static bool GoesBefore(EcsTask one, EcsTask other, Rule[] rules)
    {
        var (oneRuns, otherRuns) = (one.LastStatus >= EcsTaskStatus.Running, other.LastStatus >= EcsTaskStatus.Running);
        if (oneRuns != otherRuns)
        {
            return otherRuns;
        }

        foreach (var rule in rules)
        {
            var (a, b) = (rule.Rank(one), rule.Rank(other));
            if (a != b)
            {
                return a > b;
            }
        }

        return false;    // Left in the order of ids.
    }

    /// <summary>Ranks tasks: the highest goes first.</summary>
    private sealed class Rule
    {
        private readonly Func<EcsTask, string> domainOf;
        private readonly Dictionary<string, long> ranks;
        private readonly Func<EcsTask, long> change;

        /// <summary>From where the most are.</summary>
        public Rule(Func<EcsTask, string> domainOf, IEnumerable<EcsTask> tasks)
        {
            this.domainOf = domainOf;
            ranks = tasks.CountBy(domainOf).ToDictionary(pair => pair.Key, pair => (long)pair.Value, StringComparer.Ordinal);
            change = _ => -1;
        }

        private Rule(Dictionary<string, long> free, Func<EcsTask, long> demand) =>
            (domainOf, ranks, change) = (task => task.ContainerInstanceId, free, demand);

        public static Rule? Of(ClusterAggregate cluster, PlacementStrategy strategy, IReadOnlyCollection<EcsTask> tasks)
        {
            var field = strategy.Field ?? "";
            switch (strategy.Type)
            {
                case "binpack":
                    var byCpu = field.Equals("cpu", StringComparison.OrdinalIgnoreCase);
                    var free = tasks.Select(task => task.ContainerInstanceId).Distinct(StringComparer.Ordinal).ToDictionary(
                        id => id,
                        id => (long)(byCpu ? cluster.Placement.Left(id).CpuUnits : cluster.Placement.Left(id).MemoryMiB),
                        StringComparer.Ordinal);
                    return new(free, byCpu ? task => task.Demand.CpuUnits : task => task.Demand.MemoryMiB);
                case "spread" when field.StartsWith("attribute:", StringComparison.Ordinal):
                    var name = field["attribute:".Length..];
                    return new(task => cluster.State.ContainerInstances.GetValueOrDefault(task.ContainerInstanceId)?.Attributes.GetValueOrDefault(name)?.Value ?? "", tasks);
                case "spread":
                    return new(task => task.ContainerInstanceId, tasks);
                default:
                    return null;
            }
        }

        public long Rank(EcsTask task) => ranks[domainOf(task)];

        public void Gone(EcsTask task) => ranks[domainOf(task)] += change(task);
    }
}
