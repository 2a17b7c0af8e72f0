using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>What is to be placed, and how.</summary>
/// <param name="Definition">The task definition.</param>
/// <param name="Demand">What a task takes.</param>
/// <param name="Group">The task group, over which spreads and <c>distinctInstance</c> count.</param>
/// <param name="Strategies">In order; empty means ECS's default: by zone, then by instance.</param>
/// <param name="Constraints">All must hold; the task definition's are among them.</param>
public sealed record PlacementRequest(
    TaskDefinition Definition,
    TaskDemand Demand,
    string Group,
    ImmutableArray<PlacementStrategy> Strategies,
    ImmutableArray<PlacementConstraint> Constraints)
{
    /// <summary>The zones a task may be in, those of its subnets; empty for any.</summary>
    public ImmutableArray<string> Zones { get; init; } = [];

    /// <summary>Which instances come into question at all.</summary>
    public InstancePool Pool { get; init; } = InstancePool.Ec2;

    /// <summary>A request whose constraints are those given and the task definition's.</summary>
    public static PlacementRequest Of(
        TaskDefinition definition, TaskDemand demand, string group, ImmutableArray<PlacementStrategy> strategies, ImmutableArray<PlacementConstraint> constraints) =>
        new(
            definition,
            demand,
            group,
            strategies,
            [.. constraints, .. definition.PlacementConstraints.Select(expression => new PlacementConstraint("memberOf", expression))]);
}

/// <summary>Why an instance cannot take a task, in the words of the API's failures.</summary>
/// <param name="ContainerInstanceId">The instance; empty when there is none that could be asked.</param>
/// <param name="Reason"><c>AGENT</c>, <c>RESOURCE:CPU</c>, <c>RESOURCE:MEMORY</c>, <c>RESOURCE:PORTS</c>, <c>ATTRIBUTE</c> ….</param>
/// <param name="Detail">The missing attribute's name; null otherwise.</param>
public sealed record PlacementFailure(string ContainerInstanceId, string Reason, string? Detail = null);

/// <summary>The first thing for which an instance cannot take a task, and how much was missing.</summary>
/// <param name="ContainerInstanceId">The instance.</param>
/// <param name="Reason">The API's word for it, as in <see cref="PlacementFailure"/>.</param>
/// <param name="Subject">The port (<c>80/tcp</c>), the attribute, the expression, the zones; null for what is counted.</param>
/// <param name="Needed">How much the task takes; null for what is not counted.</param>
/// <param name="Left">How much the instance has left; null for what is not counted.</param>
public sealed record PlacementObstacle(string ContainerInstanceId, string Reason, string? Subject = null, int? Needed = null, int? Left = null)
{
    /// <summary>As the API's failures tell it: only a missing attribute is named.</summary>
    public PlacementFailure ToFailure() => new(ContainerInstanceId, Reason, Reason == PlacementReasons.Attribute ? Subject : null);
}

/// <summary>The API's words for why a task could not be placed.</summary>
public static class PlacementReasons
{
    /// <summary>The instance's agent is not connected.</summary>
    public const string Agent = "AGENT";

    /// <summary>Not enough CPU units.</summary>
    public const string Cpu = "RESOURCE:CPU";

    /// <summary>Not enough memory.</summary>
    public const string Memory = "RESOURCE:MEMORY";

    /// <summary>A host port is taken.</summary>
    public const string Ports = "RESOURCE:PORTS";

    /// <summary>Not enough GPUs.</summary>
    public const string Gpu = "RESOURCE:GPU";

    /// <summary>No network interface left.</summary>
    public const string NetworkInterface = "RESOURCE:ENI";

    /// <summary>A required attribute is missing.</summary>
    public const string Attribute = "ATTRIBUTE";

    /// <summary>The instance is in another zone than the task's subnets.</summary>
    public const string Location = "LOCATION";

    /// <summary>A <c>memberOf</c> expression does not hold.</summary>
    public const string MemberOf = "MemberOf placement constraint unsatisfied.";

    /// <summary>A task of the group is there already.</summary>
    public const string DistinctInstance = "DistinctInstance placement constraint unsatisfied.";
}
