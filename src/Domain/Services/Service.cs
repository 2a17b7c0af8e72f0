using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Berth.Domain;

/// <summary>A service's status. The wire's name is the same in capitals.</summary>
public enum ServiceStatus
{
    /// <summary>Kept running.</summary>
    Active,

    /// <summary>Deleted; tasks are still stopping.</summary>
    Draining,

    /// <summary>Deleted and gone, describable for a time.</summary>
    Inactive,
}

/// <summary>How far a deployment is. The wire's names are IN_PROGRESS, COMPLETED, FAILED.</summary>
public enum RolloutState
{
    /// <summary>Under way.</summary>
    InProgress,

    /// <summary>Every task of it runs and is healthy, and no other deployment is left.</summary>
    Completed,

    /// <summary>Given up.</summary>
    Failed,
}

/// <summary>One placement strategy.</summary>
/// <param name="Type"><c>binpack</c>, <c>spread</c> or <c>random</c>.</param>
/// <param name="Field"><c>cpu</c> or <c>memory</c>; <c>instanceId</c>, <c>host</c> or <c>attribute:NAME</c>; null for random.</param>
public sealed record PlacementStrategy(string Type, string? Field);

/// <summary>One placement constraint.</summary>
/// <param name="Type"><c>distinctInstance</c> or <c>memberOf</c>.</param>
/// <param name="Expression">The cluster query of <c>memberOf</c>.</param>
public sealed record PlacementConstraint(string Type, string? Expression);

/// <summary>A service's place behind a target group.</summary>
public sealed record ServiceLoadBalancer(string TargetGroupArn, string ContainerName, int ContainerPort);

/// <summary>How a service may depart from its desired count.</summary>
/// <param name="MaximumPercent">Most tasks, running and stopping ones together, in percent of the desired count, rounded down.</param>
/// <param name="MinimumHealthyPercent">Fewest healthy tasks, in percent of the desired count, rounded up.</param>
public sealed record DeploymentConfiguration(int MaximumPercent = 200, int MinimumHealthyPercent = 100);

/// <summary>One rollout of one revision.</summary>
public sealed record Deployment
{
    /// <summary><c>ecs-svc/</c> and 19 digits.</summary>
    public required string Id { get; init; }

    /// <summary>The revision it rolls out.</summary>
    public required string TaskDefinitionArn { get; init; }

    /// <summary>How far it is.</summary>
    public RolloutState RolloutState { get; init; } = RolloutState.InProgress;

    /// <summary>The same in words.</summary>
    public required string RolloutStateReason { get; init; }

    /// <summary>Consecutive tasks of it that failed.</summary>
    public int FailedTasks { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>One line of a service's history.</summary>
public sealed record ServiceEvent(string Id, DateTimeOffset CreatedAt, string Message);

/// <summary>What the operator says of a service: everything UpdateService can change.</summary>
public sealed record ServiceSettings
{
    /// <summary>The revision to run.</summary>
    public required string TaskDefinitionArn { get; init; }

    /// <summary>How many tasks.</summary>
    public required int DesiredCount { get; init; }

    /// <summary><c>EC2</c> or <c>EXTERNAL</c>.</summary>
    public string LaunchType { get; init; } = "EC2";

    /// <summary>How it may depart from the desired count.</summary>
    public DeploymentConfiguration DeploymentConfiguration { get; init; } = new();

    /// <summary>Placement strategies in order; empty means ECS's default, by zone and then by instance.</summary>
    public ImmutableArray<PlacementStrategy> PlacementStrategy { get; init; } = [];

    /// <summary>Placement constraints.</summary>
    public ImmutableArray<PlacementConstraint> PlacementConstraints { get; init; } = [];

    /// <summary>The target groups it is behind.</summary>
    public ImmutableArray<ServiceLoadBalancer> LoadBalancers { get; init; } = [];

    /// <summary>How long after a task's start failing health checks do not count.</summary>
    public TimeSpan HealthCheckGracePeriod { get; init; }

    /// <summary>Whether the operator gave a grace period; it is told only then, or when there is a load balancer.</summary>
    public bool HasHealthCheckGracePeriod { get; init; }

    /// <summary><c>NONE</c>, <c>SERVICE</c> or <c>TASK_DEFINITION</c>.</summary>
    public string PropagateTags { get; init; } = "NONE";

    /// <summary>Whether tasks get the <c>aws:ecs:</c> tags.</summary>
    public bool EnableEcsManagedTags { get; init; }

    /// <summary>Whether ExecuteCommand was asked for.</summary>
    public bool EnableExecuteCommand { get; init; }

    /// <summary><c>ENABLED</c> or <c>DISABLED</c>.</summary>
    public string AvailabilityZoneRebalancing { get; init; } = "DISABLED";
}

/// <summary>Why a service is not starting tasks just now.</summary>
/// <param name="StartFailures">Tasks in a row that ended without having run.</param>
/// <param name="NoStartBefore">No task is started before this moment.</param>
/// <param name="Unplaced">Whether the last attempt found no room.</param>
public sealed record ServiceBackOff(int StartFailures, DateTimeOffset? NoStartBefore, bool Unplaced)
{
    /// <summary>Nothing holds the service back.</summary>
    public static ServiceBackOff None { get; } = new(0, null, false);
}

/// <summary>Keeps a number of tasks of a revision running.</summary>
public sealed record Service
{
    /// <summary>Its name, unique among the cluster's active and draining services.</summary>
    public required string Name { get; init; }

    /// <summary>Its status.</summary>
    public ServiceStatus Status { get; init; } = ServiceStatus.Active;

    /// <summary>What the operator said.</summary>
    public required ServiceSettings Settings { get; init; }

    /// <summary>Its deployments, newest first: the first is PRIMARY, the others are being replaced. Empty once INACTIVE.</summary>
    public required ImmutableArray<Deployment> Deployments { get; init; }

    /// <summary>Its history, newest first.</summary>
    public ImmutableList<ServiceEvent> Events { get; init; } = [];

    /// <summary>What holds it back.</summary>
    public ServiceBackOff BackOff { get; init; } = ServiceBackOff.None;

    /// <summary>Tags.</summary>
    public ImmutableArray<ResourceTag> Tags { get; init; } = [];

    /// <summary>The role given at creation, or null.</summary>
    public string? RoleArn { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The principal who created it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>The client token it was created with, and the arguments' fingerprint.</summary>
    public string? ClientToken { get; init; }

    /// <summary>When it became INACTIVE.</summary>
    public DateTimeOffset? InactiveAt { get; init; }

    /// <summary>The deployment new tasks belong to; null once INACTIVE.</summary>
    [JsonIgnore]
    public Deployment? Primary => Deployments.Length > 0 ? Deployments[0] : null;

    /// <summary>The task group of its tasks.</summary>
    [JsonIgnore]
    public string Group => $"service:{Name}";
}
