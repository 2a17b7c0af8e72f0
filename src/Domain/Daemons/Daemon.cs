using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Berth.Domain;

/// <summary>How far the rollout of a daemon is. The API knows more; only these occur, since no daemon task is started.</summary>
public enum DaemonDeploymentStatus
{
    /// <summary>It waits: nothing was started.</summary>
    Pending,

    /// <summary>Everything it is for was done.</summary>
    Successful,

    /// <summary>A later one took its place.</summary>
    Stopped,
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
}

/// <summary>One task on each container instance of some capacity providers, as its operator wants it.</summary>
public sealed record Daemon
{
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

    /// <summary>What it is made of now.</summary>
    [JsonIgnore]
    public DaemonRevision Current => Revisions[0];
}
