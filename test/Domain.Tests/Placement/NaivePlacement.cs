using System.Globalization;
using System.Text.RegularExpressions;

namespace Berth.Domain.Tests;

/// <summary>Placement as the guide tells it, over the state alone and without a thought of speed: what the real one must equal.</summary>
internal static class NaivePlacement
{
    public static ContainerInstance? Choose(ClusterState state, PlacementRequest request, int chance)
    {
        var left = state.ContainerInstances.Values
            .Where(instance => instance.Status == ContainerInstanceStatus.Active && Obstacle(state, request, instance) is null)
            .OrderBy(instance => instance.Id, StringComparer.Ordinal)
            .ToList();
        PlacementStrategy[] strategies = request.Strategies.IsEmpty
            ? [new("spread", "attribute:ecs.availability-zone"), new("spread", "instanceId")]
            : [.. request.Strategies];
        foreach (var strategy in strategies)
        {
            if (left.Count == 0)
            {
                return null;
            }

            if (strategy.Type == "random")
            {
                left = [left[chance % left.Count]];
                continue;
            }

            var best = left.Min(instance => Rank(state, request, strategy, instance));
            left = [.. left.Where(instance => Rank(state, request, strategy, instance) == best)];
        }

        return left.FirstOrDefault();
    }

    /// <summary>The first reason, with what the detailed explanation says of it.</summary>
    public static (string Reason, string? Subject, int? Needed, int? Left)? Obstacle(ClusterState state, PlacementRequest request, ContainerInstance instance)
    {
        var demand = request.Demand;
        var (cpu, memory) = Left(state, instance);
        if (!instance.AgentConnected)
        {
            return ("AGENT", null, null, null);
        }

        if (cpu < demand.CpuUnits)
        {
            return ("RESOURCE:CPU", null, demand.CpuUnits, cpu);
        }

        if (memory < demand.MemoryMiB)
        {
            return ("RESOURCE:MEMORY", null, demand.MemoryMiB, memory);
        }

        var gpus = (instance.Resources.GpuIds?.Length ?? 0) - Holding(state, instance).Sum(task => task.Demand.Gpus);
        if (demand.Gpus > 0 && gpus < demand.Gpus)
        {
            return ("RESOURCE:GPU", null, demand.Gpus, gpus);
        }

        foreach (var port in demand.TcpPorts)
        {
            if (instance.Resources.ReservedTcpPorts.Contains(port) || Holding(state, instance).Any(task => task.Demand.TcpPorts.Contains(port)))
            {
                return ("RESOURCE:PORTS", $"{port}/tcp", null, null);
            }
        }

        foreach (var port in demand.UdpPorts)
        {
            if (instance.Resources.ReservedUdpPorts.Contains(port) || Holding(state, instance).Any(task => task.Demand.UdpPorts.Contains(port)))
            {
                return ("RESOURCE:PORTS", $"{port}/udp", null, null);
            }
        }

        if (request.Definition.RequiresAttributes.FirstOrDefault(attribute => !instance.Attributes.ContainsKey(attribute)) is { } missing)
        {
            return ("ATTRIBUTE", missing, null, null);
        }

        if (!request.Zones.IsEmpty && !request.Zones.Contains(instance.AvailabilityZone ?? ""))
        {
            return ("LOCATION", string.Join(", ", request.Zones), null, null);
        }

        foreach (var constraint in request.Constraints.Where(constraint => constraint.Type == "memberOf"))
        {
            if (!ClusterQuery.TryParse(constraint.Expression, out var query, out _) || !Holds(query, state, instance))
            {
                return (PlacementReasons.MemberOf, constraint.Expression, null, null);
            }
        }

        return request.Constraints.Any(constraint => constraint.Type == "distinctInstance") && Holding(state, instance).Any(task => task.Group == request.Group)
            ? (PlacementReasons.DistinctInstance, null, null, null)
            : null;
    }

    public static bool Holds(ClusterQuery query, ClusterState state, ContainerInstance instance) => query switch
    {
        ClusterQuery.Or or => Holds(or.Left, state, instance) | Holds(or.Right, state, instance),
        ClusterQuery.And and => Holds(and.Left, state, instance) & Holds(and.Right, state, instance),
        ClusterQuery.Not not => !Holds(not.Operand, state, instance),
        ClusterQuery.Comparison comparison => Holds(comparison, state, instance),
        _ => throw new InvalidOperationException(),
    };

    private static bool Holds(ClusterQuery.Comparison comparison, ClusterState state, ContainerInstance instance)
    {
        var value = comparison.Values.FirstOrDefault() ?? "";
        IEnumerable<string> texts = comparison.Subject.Kind switch
        {
            QuerySubjectKind.AgentConnected => [instance.AgentConnected ? "true" : "false"],
            QuerySubjectKind.Attribute => instance.Attributes.TryGetValue(comparison.Subject.Attribute!, out var attribute) ? [attribute.Value ?? ""] : [],
            QuerySubjectKind.Ec2InstanceId => [instance.Ec2InstanceId],
            QuerySubjectKind.TaskGroup => Holding(state, instance).Select(task => task.Group),
            QuerySubjectKind.AgentVersion => instance.Agent?.Version is { } version ? [version] : [],
            QuerySubjectKind.RegisteredAt => [instance.RegisteredAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)],
            _ => [Running(state, instance).ToString(CultureInfo.InvariantCulture)],
        };
        var order = comparison.Subject.Kind switch
        {
            QuerySubjectKind.RunningTasksCount => (Func<string, double?>)(text => int.Parse(text, CultureInfo.InvariantCulture).CompareTo(int.Parse(value, CultureInfo.InvariantCulture))),
            QuerySubjectKind.AgentVersion => text => Version.Parse(text).CompareTo(Version.Parse(value)),
            QuerySubjectKind.RegisteredAt => text => long.Parse(text, CultureInfo.InvariantCulture).CompareTo(DateTimeOffset.Parse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeSeconds()),
            _ => text => double.TryParse(text, CultureInfo.InvariantCulture, out var left) && double.TryParse(value, CultureInfo.InvariantCulture, out var right)
                ? left.CompareTo(right)
                : string.CompareOrdinal(text, value),
        };
        var isOrdered = comparison.Subject.Kind is QuerySubjectKind.RunningTasksCount or QuerySubjectKind.AgentVersion or QuerySubjectKind.RegisteredAt;
        return comparison.Operator switch
        {
            QueryOperator.Equal => texts.Any(text => isOrdered ? order(text) == 0 : text == value),
            QueryOperator.NotEqual => !texts.Any(text => isOrdered ? order(text) == 0 : text == value),
            QueryOperator.Greater => texts.Any(text => order(text) > 0),
            QueryOperator.GreaterOrEqual => texts.Any(text => order(text) >= 0),
            QueryOperator.Less => texts.Any(text => order(text) < 0),
            QueryOperator.LessOrEqual => texts.Any(text => order(text) <= 0),
            QueryOperator.Exists => texts.Any(),
            QueryOperator.NotExists => !texts.Any(),
            QueryOperator.In => texts.Any(text => comparison.Values.Contains(text)),
            QueryOperator.NotIn => !texts.Any(text => comparison.Values.Contains(text)),
            QueryOperator.Matches => texts.Any(text => Regex.IsMatch(text, $"^(?:{value})$")),
            _ => !texts.Any(text => Regex.IsMatch(text, $"^(?:{value})$")),
        };
    }

    private static int Rank(ClusterState state, PlacementRequest request, PlacementStrategy strategy, ContainerInstance instance)
    {
        var (cpu, memory) = Left(state, instance);
        if (strategy.Type == "binpack")
        {
            return strategy.Field!.Equals("cpu", StringComparison.OrdinalIgnoreCase) ? cpu : memory;
        }

        var group = state.Tasks.Values.Where(task => task.Phase != TaskPhase.Stopped && task.Group == request.Group);
        if (strategy.Field is "instanceId" or "host")
        {
            return group.Count(task => task.ContainerInstanceId == instance.Id);
        }

        var attribute = strategy.Field!["attribute:".Length..];
        return group.Count(task => Value(state.ContainerInstances[task.ContainerInstanceId]) == Value(instance));

        string Value(ContainerInstance of) => of.Attributes.GetValueOrDefault(attribute)?.Value ?? "";
    }

    private static IEnumerable<EcsTask> Holding(ClusterState state, ContainerInstance instance) =>
        state.Tasks.Values.Where(task => task.ContainerInstanceId == instance.Id && task.Phase != TaskPhase.Stopped);

    private static int Running(ClusterState state, ContainerInstance instance) => Holding(state, instance).Count(task => task.Phase == TaskPhase.Live);

    private static (int Cpu, int Memory) Left(ClusterState state, ContainerInstance instance) => (
        instance.Resources.CpuUnits - Holding(state, instance).Sum(task => task.Demand.CpuUnits),
        instance.Resources.MemoryMiB - Holding(state, instance).Sum(task => task.Demand.MemoryMiB));
}
