namespace Berth.Domain;

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

/// <summary>The tasks of one revision, as a service's <c>deployments</c> list them. A rollback makes an older one PRIMARY again.</summary>
public sealed record Deployment
{
    /// <summary><c>ecs-svc/</c> and 19 digits: what its tasks are started by.</summary>
    public required string Id { get; init; }

    /// <summary>The task definition it rolls out.</summary>
    public required string TaskDefinitionArn { get; init; }

    /// <summary>The revision it rolls out; null for one from before there were revisions.</summary>
    public string? RevisionId { get; init; }

    /// <summary>How far it is.</summary>
    public RolloutState RolloutState { get; init; } = RolloutState.InProgress;

    /// <summary>The same in words.</summary>
    public required string RolloutStateReason { get; init; }

    /// <summary>Tasks of it that failed since the last one became healthy.</summary>
    public int FailedTasks { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}
