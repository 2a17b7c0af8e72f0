using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Berth.Domain;

/// <summary>How far the rollout of a daemon is. The API also knows STOP_REQUESTED, which never lasts here: a rollout stops at once.</summary>
public enum DaemonDeploymentStatus
{
    /// <summary>It waits: nothing was started.</summary>
    Pending,

    /// <summary>Everything it is for was done.</summary>
    Successful,

    /// <summary>A later one took its place, or it failed and there was nothing to go back to.</summary>
    Stopped,

    /// <summary>Its tasks take the place of others, or of none.</summary>
    InProgress,

    /// <summary>It failed; tasks of the revision before it come back.</summary>
    RollbackInProgress,

    /// <summary>It failed, and the revision before it is everywhere again.</summary>
    RollbackSuccessful,

    /// <summary>It failed, and so did the way back.</summary>
    RollbackFailed,
}

/// <summary>How a daemon's rollouts go.</summary>
public sealed record DaemonDeploymentConfiguration
{
    /// <summary>The share of instances to drain at once, in percent; null when nothing was said.</summary>
    public double? DrainPercent { get; init; }

    /// <summary>Alarms to watch, which are never enabled; null when nothing was said of them.</summary>
    public ImmutableArray<string>? AlarmNames { get; init; }

    /// <summary>Minutes to wait after each step.</summary>
    public int BakeMinutes { get; init; }
}

/// <summary>What a daemon's tasks are made of, and where they belong, at one time. Never changes.</summary>
public sealed record DaemonRevision
{
    /// <summary>Decimal digits; empty in a draft.</summary>
    public required string Id { get; init; }

    /// <summary>The daemon task definition.</summary>
    public required string TaskDefinitionArn { get; init; }

    /// <summary>Names of the capacity providers whose instances it is for.</summary>
    public required ImmutableArray<string> CapacityProviders { get; init; }

    /// <summary>The images of its containers.</summary>
    public ImmutableArray<RevisionImage> Images { get => field.IsDefault ? [] : field; init; }

    /// <summary><c>DAEMON</c> or <c>NONE</c>.</summary>
    public required string PropagateTags { get; init; }

    /// <summary>Whether tasks get ECS's own tags.</summary>
    public bool EnableEcsManagedTags { get; init; }

    /// <summary>Whether commands may be run in its tasks.</summary>
    public bool EnableExecuteCommand { get; init; }

    /// <summary>When it was made; of no meaning in a draft.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>What its tasks are started by. A task tells by it what it is made of, also when rollouts have come and gone.</summary>
    [JsonIgnore]
    public string StartedBy => $"ecs-daemon/{Id}";
}

/// <summary>One rollout of a daemon.</summary>
public sealed record DaemonDeployment
{
    /// <summary>Decimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>The revision it brings; null when it takes the daemon away.</summary>
    public string? TargetRevisionId { get; init; }

    /// <summary>The revision it replaces; null for the first.</summary>
    public string? SourceRevisionId { get; init; }

    /// <summary>How it goes.</summary>
    public required DaemonDeploymentConfiguration Configuration { get; init; }

    /// <summary>How far it is.</summary>
    public DaemonDeploymentStatus Status { get; init; }

    /// <summary>Why it is there.</summary>
    public string? StatusReason { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it began to do something.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it was stopped.</summary>
    public DateTimeOffset? StoppedAt { get; init; }

    /// <summary>When it was over.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Tasks that failed on the way there.</summary>
    public int FailedTasks { get; init; }

    /// <summary>The failures after which it is given up; 0 before it began, and for one that takes the daemon away.</summary>
    public int FailureThreshold { get; init; }

    /// <summary>How many batches of instances were begun.</summary>
    public int Batches { get; init; }

    /// <summary>Since when everything that was begun has been healthy; null while something is not.</summary>
    public DateTimeOffset? HealthySince { get; init; }

    /// <summary>The way back; null as long as it has not failed.</summary>
    public DaemonRollback? Rollback { get; init; }

    /// <summary>Whether it is under way.</summary>
    [JsonIgnore]
    public bool IsOpen => Status is DaemonDeploymentStatus.Pending or DaemonDeploymentStatus.InProgress or DaemonDeploymentStatus.RollbackInProgress;

    /// <summary>The revision it wants on the instances: that which it brings or, having failed, that which was there. Null when it takes the daemon away.</summary>
    [JsonIgnore]
    public string? WantedRevisionId => Rollback?.RevisionId ?? TargetRevisionId;
}

/// <summary>The way back of a rollout that failed.</summary>
/// <param name="RevisionId">The revision that comes back.</param>
/// <param name="Reason">What failed.</param>
/// <param name="StartedAt">When it was given up.</param>
/// <param name="FailedTasks">Tasks that failed on the way back.</param>
public sealed record DaemonRollback(string RevisionId, string Reason, DateTimeOffset StartedAt, int FailedTasks);

/// <summary>One task on each container instance of some capacity providers, as its operator wants it.</summary>
public sealed record Daemon
{
    /// <summary>What the group of a daemon's tasks begins with.</summary>
    public const string GroupPrefix = "daemon:";

    /// <summary>Its name, unique in the cluster among those not deleted.</summary>
    public required string Name { get; init; }

    /// <summary>What it is made of now, first, and what it was made of before.</summary>
    public required ImmutableArray<DaemonRevision> Revisions { get; init; }

    /// <summary>Its rollouts, newest first.</summary>
    public required ImmutableArray<DaemonDeployment> Deployments { get; init; }

    /// <summary>Its tags.</summary>
    public ImmutableArray<ResourceTag> Tags { get => field.IsDefault ? [] : field; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The token of the call that created it; null for none.</summary>
    public string? ClientToken { get; init; }

    /// <summary>Tells whether a repeated call has the same arguments; null without a token.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>False once it is deleted: only its revisions and rollouts are told then.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>What holds its tasks back.</summary>
    public ServiceBackOff BackOff { get => field ?? ServiceBackOff.None; init; } = ServiceBackOff.None;

    /// <summary>Its newest rollout: that which says what there should be.</summary>
    [JsonIgnore]
    public DaemonDeployment Rollout => Deployments[0];

    /// <summary>What it is made of now: that which its newest rollout wants.</summary>
    [JsonIgnore]
    public DaemonRevision Current => Revision(Rollout.WantedRevisionId) ?? Revisions[0];

    /// <summary>Whether there is anything to tell of it itself: it is there, or its tasks are still being stopped.</summary>
    [JsonIgnore]
    public bool IsTold => IsActive || Rollout.IsOpen;

    /// <summary>The task group of its tasks.</summary>
    [JsonIgnore]
    public string Group => GroupPrefix + Name;

    /// <summary>A revision by its id; null when it is not known.</summary>
    public DaemonRevision? Revision(string? id) => id is null ? null : Revisions.FirstOrDefault(revision => revision.Id == id);

    /// <summary>The definitions it may still start tasks of, by ARN; some perhaps twice.</summary>
    internal IEnumerable<string> TaskDefinitionArns()
    {
        if (IsActive)
        {
            yield return Current.TaskDefinitionArn;
            if (Rollout.IsOpen && Revision(Rollout.SourceRevisionId) is { } source)
            {
                yield return source.TaskDefinitionArn;
            }
        }
    }
}
