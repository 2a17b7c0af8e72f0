using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Berth.Domain;

/// <summary>How far a rollout is. The wire's names are in capitals.</summary>
public enum ServiceDeploymentStatus
{
    /// <summary>Not begun.</summary>
    Pending,

    /// <summary>Under way.</summary>
    InProgress,

    /// <summary>The target revision runs alone and healthy.</summary>
    Successful,

    /// <summary>To be given up.</summary>
    StopRequested,

    /// <summary>Given up, or overtaken by another.</summary>
    Stopped,

    /// <summary>To be taken back.</summary>
    RollbackRequested,

    /// <summary>On the way back.</summary>
    RollbackInProgress,

    /// <summary>The earlier revision runs alone and healthy again.</summary>
    RollbackSuccessful,

    /// <summary>It failed, and there was nothing to go back to.</summary>
    RollbackFailed,
}

/// <summary>The stages of a rollout that shifts traffic, in order. The wire's names are in capitals.</summary>
public enum LifecycleStage
{
    /// <summary>More than one revision was there at the beginning.</summary>
    ReconcileService,

    /// <summary>The new revision has not started.</summary>
    PreScaleUp,

    /// <summary>The new revision starts; it has no traffic.</summary>
    ScaleUp,

    /// <summary>The new revision stands in full.</summary>
    PostScaleUp,

    /// <summary>Test traffic moves.</summary>
    TestTrafficShift,

    /// <summary>Test traffic has moved.</summary>
    PostTestTrafficShift,

    /// <summary>Before production traffic moves, and before each of its steps.</summary>
    PreProductionTrafficShift,

    /// <summary>Production traffic moves.</summary>
    ProductionTrafficShift,

    /// <summary>All production traffic has moved.</summary>
    PostProductionTrafficShift,

    /// <summary>Both revisions stay up.</summary>
    BakeTime,

    /// <summary>The old revision stops.</summary>
    CleanUp,
}

/// <summary>What a rollout's watch over failures came to. The wire's names are in capitals.</summary>
public enum RollbackMonitorStatus
{
    /// <summary>Not asked for.</summary>
    Disabled,

    /// <summary>Watches.</summary>
    Monitoring,

    /// <summary>Had nothing to complain of.</summary>
    MonitoringComplete,

    /// <summary>Failed the rollout.</summary>
    Triggered,
}

/// <summary>What became of a hook. The wire's names are in capitals.</summary>
public enum LifecycleHookStatus
{
    /// <summary>A person has to act.</summary>
    AwaitingAction,

    /// <summary>Asked; no answer yet.</summary>
    InProgress,

    /// <summary>Goes on.</summary>
    Succeeded,

    /// <summary>Goes back.</summary>
    Failed,

    /// <summary>Nobody answered in time.</summary>
    TimedOut,
}

/// <summary>A hook a rollout came to.</summary>
public sealed record LifecycleHookDetail
{
    /// <summary>What ContinueServiceDeployment names it by.</summary>
    public required string Id { get; init; }

    /// <summary>Which of the configuration's hooks.</summary>
    public int Hook { get; init; }

    /// <summary>At which stage.</summary>
    public LifecycleStage Stage { get; init; }

    /// <summary>Which step of that stage, from 0.</summary>
    public int Step { get; init; }

    /// <summary>Who is asked.</summary>
    public LifecycleHookTargetType TargetType { get; init; }

    /// <summary>The function; null for a pause.</summary>
    public string? TargetArn { get; init; }

    /// <summary>What became of it.</summary>
    public LifecycleHookStatus Status { get; init; }

    /// <summary>When the wait is over.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>What happens then.</summary>
    public LifecycleHookAction TimeoutAction { get; init; }
}

/// <summary>The way back of a rollout.</summary>
/// <param name="Reason">Why.</param>
/// <param name="StartedAt">Since when.</param>
/// <param name="RevisionId">Where to; null for a revision from before there were any.</param>
public sealed record ServiceRollback(string Reason, DateTimeOffset StartedAt, string? RevisionId);

/// <summary>One rollout of a service, from its start to its end, kept as history.</summary>
public sealed record ServiceDeployment
{
    /// <summary>22 letters, digits, hyphens and underscores.</summary>
    public required string Id { get; init; }

    /// <summary>How far it is.</summary>
    public ServiceDeploymentStatus Status { get; init; }

    /// <summary>The same in words; null while there is nothing to say.</summary>
    public string? StatusReason { get; init; }

    /// <summary>The revision it rolls out.</summary>
    public required string TargetRevisionId { get; init; }

    /// <summary>The revisions that ran when it began.</summary>
    public ImmutableArray<string> SourceRevisionIds { get => field.IsDefault ? [] : field; init; }

    /// <summary>The deployment whose tasks it started.</summary>
    public required string DeploymentId { get; init; }

    /// <summary>How it was to go.</summary>
    public required DeploymentConfiguration Configuration { get; init; }

    /// <summary>Where it is, when it shifts traffic.</summary>
    public LifecycleStage? Stage { get; init; }

    /// <summary>Since when it is there.</summary>
    public DateTimeOffset? StageStartedAt { get; init; }

    /// <summary>How many steps of production traffic it has made.</summary>
    public int Steps { get; init; }

    /// <summary>Percent of production traffic the target revision should have.</summary>
    public double ProductionPercent { get; init; }

    /// <summary>Percent of test traffic the target revision should have.</summary>
    public double TestPercent { get; init; }

    /// <summary>Percent of production traffic the load balancer was told to give it.</summary>
    public double RoutedProductionPercent { get; init; }

    /// <summary>Percent of test traffic the load balancer was told to give it.</summary>
    public double RoutedTestPercent { get; init; }

    /// <summary>The way back; null when there is none.</summary>
    public ServiceRollback? Rollback { get; init; }

    /// <summary>The circuit breaker.</summary>
    public RollbackMonitorStatus CircuitBreaker { get; init; }

    /// <summary>The failures it counted, once it is over.</summary>
    public int FailureCount { get; init; }

    /// <summary>The alarms.</summary>
    public RollbackMonitorStatus Alarms { get; init; }

    /// <summary>The alarms that failed it.</summary>
    public ImmutableArray<string> TriggeredAlarms { get => field.IsDefault ? [] : field; init; }

    /// <summary>The hooks it came to, in order.</summary>
    public ImmutableArray<LifecycleHookDetail> Hooks { get => field.IsDefault ? [] : field; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended well, or was taken back.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>When it was given up.</summary>
    public DateTimeOffset? StoppedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Whether it still goes on, forward or back.</summary>
    [JsonIgnore]
    public bool IsOpen => Status is ServiceDeploymentStatus.Pending or ServiceDeploymentStatus.InProgress
        or ServiceDeploymentStatus.StopRequested or ServiceDeploymentStatus.RollbackRequested or ServiceDeploymentStatus.RollbackInProgress;
}
