using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>
/// Tasks in the order in which they go, which changes with every one that goes. Whatever ranks a task is the same for all
/// tasks of one instance, so only instances are compared; and of the instances of one zone (and of one value of every
/// attribute that tasks are spread by) only the first can be next. Taking a task costs the number of zones and the
/// logarithm of the number of instances.
/// </summary>
internal sealed class ScaleInOrder
{
    private readonly ImmutableArray<ScaleInRule> rules;
    private readonly Dictionary<string, List<Stack>> byInstance = new(StringComparer.Ordinal);
    private readonly List<Area> areas = [];

    public ScaleInOrder(IEnumerable<EcsTask> tasks, ImmutableArray<ScaleInRule> rules)
    {
        this.rules = rules;
        var known = new Dictionary<string, Area>(StringComparer.Ordinal);
        foreach (var group in tasks.GroupBy(task => (Area: AreaOf(task), task.ContainerInstanceId)))
        {
            if (!known.TryGetValue(group.Key.Area, out var area))
            {
                known.Add(group.Key.Area, area = new());
                areas.Add(area);
            }

            var stack = new Stack(area, group);
            if (!byInstance.TryGetValue(group.Key.ContainerInstanceId, out var there))
            {
                byInstance.Add(group.Key.ContainerInstanceId, there = []);
            }

            there.Add(stack);
            Put(stack);
        }
    }

    /// <summary>Takes the task that goes next. There must be one.</summary>
    public EcsTask Take()
    {
        Stack? next = null;
        foreach (var area in areas)
        {
            if (area.First() is { } first && (next is null || GoesBefore(first.Next, next.Next)))
            {
                next = first;
            }
        }

        var gone = next!.Pop();    // As the caller has promised.
        foreach (var rule in rules)
        {
            rule.Gone(gone);
        }

        foreach (var stack in byInstance[gone.ContainerInstanceId])
        {
            Put(stack);
        }

        return gone;
    }

    private void Put(Stack stack)
    {
        if (!stack.IsEmpty)
        {
            stack.Area.Put(stack, [.. rules.Where(rule => rule.IsOfInstance).Select(rule => rule.Rank(stack.Next))]);
        }
    }

    private bool GoesBefore(EcsTask one, EcsTask other)
    {
        if (Runs(one) != Runs(other))
        {
            return Runs(other);
        }

        foreach (var rule in rules)
        {
            var (a, b) = (rule.Rank(one), rule.Rank(other));
            if (a != b)
            {
                return a > b;
            }
        }

        return string.CompareOrdinal(one.Id, other.Id) < 0;
    }

    private string AreaOf(EcsTask task) => string.Join('\n', rules.Where(rule => !rule.IsOfInstance).Select(rule => rule.DomainOf(task)));

    private static bool Runs(EcsTask task) => task.LastStatus >= EcsTaskStatus.Running;

    /// <summary>The tasks of an instance, the next on top.</summary>
    private sealed class Stack(Area area, IEnumerable<EcsTask> tasks)
    {
        private readonly EcsTask[] tasks = [.. tasks.OrderBy(Runs).ThenBy(task => task.Id, StringComparer.Ordinal)];
        private int next;

        public Area Area => area;

        /// <summary>Grows each time it is put: an older place in the order counts no more.</summary>
        public int Turn { get; set; }

        public bool IsEmpty => next == tasks.Length;

        public EcsTask Next => tasks[next];

        public EcsTask Pop() => tasks[next++];
    }

    /// <summary>The instances of a zone and of the same attributes: their tasks differ only by what ranks an instance.</summary>
    private sealed class Area
    {
        private static readonly Comparer<Place> Order = Comparer<Place>.Create((a, b) =>
        {
            if (a.Runs != b.Runs)
            {
                return a.Runs.CompareTo(b.Runs);
            }

            var ranks = b.Ranks.AsSpan().SequenceCompareTo(a.Ranks);    // The highest first.
            return ranks != 0 ? ranks : string.CompareOrdinal(a.Id, b.Id);
        });

        private readonly PriorityQueue<(Stack Stack, int Turn), Place> queue = new(Order);

        public void Put(Stack stack, long[] ranks) => queue.Enqueue((stack, ++stack.Turn), new(Runs(stack.Next), ranks, stack.Next.Id));

        public Stack? First()
        {
            while (queue.TryPeek(out var first, out _))
            {
                if (first.Turn == first.Stack.Turn && !first.Stack.IsEmpty)
                {
                    return first.Stack;
                }

                queue.Dequeue();
            }

            return null;
        }

        private readonly record struct Place(bool Runs, long[] Ranks, string Id);
    }
}

/// <summary>Ranks the tasks of one domain: the highest goes first.</summary>
internal sealed class ScaleInRule
{
    private readonly Dictionary<string, long> ranks;
    private readonly Func<EcsTask, long> change;

    private ScaleInRule(Func<EcsTask, string> domainOf, bool isOfInstance, Dictionary<string, long> ranks, Func<EcsTask, long> change) =>
        (DomainOf, IsOfInstance, this.ranks, this.change) = (domainOf, isOfInstance, ranks, change);

    /// <summary>What a task is ranked by: its zone, its instance or an attribute's value.</summary>
    public Func<EcsTask, string> DomainOf { get; }

    /// <summary>Whether the domain is the instance itself.</summary>
    public bool IsOfInstance { get; }

    /// <summary>From the zone where the most are.</summary>
    public static ScaleInRule Zones(IEnumerable<EcsTask> counted) => Spread(task => task.AvailabilityZone ?? "", isOfInstance: false, counted);

    /// <summary>From the instance where the most are.</summary>
    public static ScaleInRule Instances(IEnumerable<EcsTask> counted) => Spread(task => task.ContainerInstanceId, isOfInstance: true, counted);

    /// <summary>What a placement strategy asks for; null where it asks for nothing.</summary>
    public static ScaleInRule? Of(ClusterAggregate cluster, PlacementStrategy strategy, IReadOnlyCollection<EcsTask> counted)
    {
        var field = strategy.Field ?? "";
        switch (strategy.Type)
        {
            case "binpack":
                var byCpu = field.Equals("cpu", StringComparison.OrdinalIgnoreCase);
                var free = counted.Select(task => task.ContainerInstanceId).Distinct(StringComparer.Ordinal).ToDictionary(
                    id => id,
                    id => (long)(byCpu ? cluster.Placement.Left(id).CpuUnits : cluster.Placement.Left(id).MemoryMiB),
                    StringComparer.Ordinal);
                return new(task => task.ContainerInstanceId, isOfInstance: true, free, byCpu ? task => task.Demand.CpuUnits : task => task.Demand.MemoryMiB);
            case "spread" when field.StartsWith("attribute:", StringComparison.Ordinal):
                var name = field["attribute:".Length..];
                return Spread(
                    task => cluster.State.ContainerInstances.GetValueOrDefault(task.ContainerInstanceId)?.Attributes.GetValueOrDefault(name)?.Value ?? "", isOfInstance: false, counted);
            case "spread":
                return Instances(counted);
            default:
                return null;
        }
    }

    public long Rank(EcsTask task) => ranks[DomainOf(task)];

    public void Gone(EcsTask task) => ranks[DomainOf(task)] += change(task);

    private static ScaleInRule Spread(Func<EcsTask, string> domainOf, bool isOfInstance, IEnumerable<EcsTask> counted) =>
        new(domainOf, isOfInstance, counted.CountBy(domainOf).ToDictionary(pair => pair.Key, pair => (long)pair.Value, StringComparer.Ordinal), _ => -1);
}
