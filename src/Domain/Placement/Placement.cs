using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>What is to be placed, and how.</summary>
/// <param name="Definition">The task definition.</param>
/// <param name="Demand">What a task takes.</param>
/// <param name="Group">The task group, over which spreads and <c>distinctInstance</c> count.</param>
/// <param name="Strategies">In order; empty means ECS's default: by zone, then by instance.</param>
/// <param name="Constraints">All must hold.</param>
public sealed record PlacementRequest(
    TaskDefinition Definition,
    TaskDemand Demand,
    string Group,
    ImmutableArray<PlacementStrategy> Strategies,
    ImmutableArray<PlacementConstraint> Constraints)
{
    /// <summary>Which instances come into question at all.</summary>
    public InstancePool Pool { get; init; } = InstancePool.Ec2;
}

/// <summary>Why an instance cannot take a task, in the words of the API's failures.</summary>
/// <param name="ContainerInstanceId">The instance; empty when there is none that could be asked.</param>
/// <param name="Reason"><c>AGENT</c>, <c>RESOURCE:CPU</c>, <c>RESOURCE:MEMORY</c>, <c>RESOURCE:PORTS</c>, <c>ATTRIBUTE</c> ….</param>
/// <param name="Detail">The missing attribute's name; null otherwise.</param>
public sealed record PlacementFailure(string ContainerInstanceId, string Reason, string? Detail = null);

/// <summary>
/// Chooses a container instance: first what fits, by a scan; then what the task needs beyond numbers; then the
/// strategies, each refining the ties the one before left. The last tie falls to the lowest instance id.
/// </summary>
public static class Placement
{
    private static readonly ImmutableArray<PlacementStrategy> DefaultStrategies =
        [new("spread", $"attribute:{AttributeNames.AvailabilityZone}"), new("spread", "instanceId")];

    /// <summary>The chosen instance, or null when none can take the task.</summary>
    public static ContainerInstance? Choose(PlacementIndex index, PlacementRequest request, IIdSource ids)
    {
        var candidates = new List<int>();
        index.Fit(request.Demand.CpuUnits, request.Demand.MemoryMiB, candidates);
        var group = index.Group(request.Group);
        candidates.RemoveAll(at => !index.Admits(request.Pool, at) || Refusal(index.Row(at), at, request, group) is not null);
        if (candidates.Count == 0)
        {
            return null;
        }

        foreach (var strategy in request.Strategies.IsEmpty ? DefaultStrategies : request.Strategies)
        {
            Refine(index, candidates, strategy, group, ids);
        }

        return candidates.Select(at => index.Row(at).Instance!).MinBy(instance => instance.Id, StringComparer.Ordinal);
    }

    /// <summary>
    /// Why each of the given instances cannot take the task, for an answer's <c>failures</c> and a service's events.
    /// Instances that could take it are left out.
    /// </summary>
    public static IEnumerable<PlacementFailure> Explain(PlacementIndex index, PlacementRequest request)
    {
        var group = index.Group(request.Group);
        for (var at = 0; at < index.Count; at++)
        {
            var row = index.Row(at);
            if (row.Instance is { Status: ContainerInstanceStatus.Active } instance
                && index.Admits(request.Pool, at)
                && (!instance.AgentConnected ? ("AGENT", null)
                    : row.CpuLeft < request.Demand.CpuUnits ? ("RESOURCE:CPU", null)
                    : row.MemoryLeft < request.Demand.MemoryMiB ? ("RESOURCE:MEMORY", null)
                    : Refusal(row, at, request, group)) is { } refusal)
            {
                yield return new(instance.Id, refusal.Reason, refusal.Detail);
            }
        }
    }

    /// <summary>Why one instance cannot take the task, or null; for StartTask, which names its instances.</summary>
    public static PlacementFailure? ExplainOne(PlacementIndex index, PlacementRequest request, ContainerInstance instance) =>
        Explain(index, request).FirstOrDefault(failure => failure.ContainerInstanceId == instance.Id);

    private static (string Reason, string? Detail)? Refusal(PlacementIndex.Slot row, int at, PlacementRequest request, PlacementIndex.GroupCounts? group)
    {
        foreach (var port in request.Demand.TcpPorts)
        {
            if (!row.HasPort(port, udp: false))
            {
                return ("RESOURCE:PORTS", null);
            }
        }

        foreach (var port in request.Demand.UdpPorts)
        {
            if (!row.HasPort(port, udp: true))
            {
                return ("RESOURCE:PORTS", null);
            }
        }

        foreach (var attribute in request.Definition.RequiresAttributes)
        {
            if (!row.Instance!.Attributes.ContainsKey(attribute))
            {
                return ("ATTRIBUTE", attribute);
            }
        }

        foreach (var constraint in request.Constraints)
        {
            if (constraint.Type == "distinctInstance" && group?.On(at) > 0)
            {
                return ("DistinctInstance placement constraint unsatisfied.", null);
            }

            // Cluster queries are not evaluated yet: a task that names one is placed nowhere rather than anywhere.
            if (constraint.Type == "memberOf")
            {
                return ("MemberOf placement constraint unsatisfied.", null);
            }
        }

        return null;
    }

    private static void Refine(PlacementIndex index, List<int> candidates, PlacementStrategy strategy, PlacementIndex.GroupCounts? group, IIdSource ids)
    {
        if (candidates.Count == 1)
        {
            return;
        }

        if (strategy.Type == "random")
        {
            var chosen = candidates[ids.NextIndex(candidates.Count)];
            candidates.Clear();
            candidates.Add(chosen);
            return;
        }

        var rank = Rank(index, strategy, group);
        var best = int.MaxValue;
        var kept = 0;
        for (var i = 0; i < candidates.Count; i++)
        {
            var value = rank(candidates[i]);
            if (value < best)
            {
                best = value;
                kept = 0;
            }

            if (value == best)
            {
                candidates[kept++] = candidates[i];
            }
        }

        candidates.RemoveRange(kept, candidates.Count - kept);
    }

    /// <summary>Ranks a slot by one strategy: the lowest wins.</summary>
    private static Func<int, int> Rank(PlacementIndex index, PlacementStrategy strategy, PlacementIndex.GroupCounts? group)
    {
        var field = strategy.Field ?? "";
        if (strategy.Type == "binpack")
        {
            return field.Equals("cpu", StringComparison.OrdinalIgnoreCase)
                ? at => index.Row(at).CpuLeft
                : at => index.Row(at).MemoryLeft;
        }

        if (group is null)
        {
            return _ => 0;
        }

        if (field.Equals("instanceId", StringComparison.OrdinalIgnoreCase) || field.Equals("host", StringComparison.OrdinalIgnoreCase))
        {
            return group.On;
        }

        var attribute = field.StartsWith("attribute:", StringComparison.Ordinal) ? field["attribute:".Length..] : field;
        if (attribute == AttributeNames.AvailabilityZone)
        {
            return at => group.InZone(index.Row(at).Zone);
        }

        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (at, count) in group.Slots)
        {
            var value = Value(at);
            counts[value] = counts.GetValueOrDefault(value) + count;
        }

        return at => counts.GetValueOrDefault(Value(at));

        string Value(int at) => index.Row(at).Instance?.Attributes.GetValueOrDefault(attribute)?.Value ?? "";
    }
}
