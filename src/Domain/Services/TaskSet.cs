using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>A task set's status. The wire's name is the same in capitals.</summary>
public enum TaskSetStatus
{
    /// <summary>Runs beside the primary one.</summary>
    Active,

    /// <summary>The one that serves.</summary>
    Primary,

    /// <summary>Deleted; tasks are still stopping.</summary>
    Draining,
}

/// <summary>A part of a service whose deployments somebody else makes: tasks of one workload, in a share of the desired count.</summary>
public sealed record TaskSet
{
    /// <summary><c>ecs-svc/</c> and 19 digits: what its tasks are started by.</summary>
    public required string Id { get; init; }

    /// <summary>The name the other deployer gave it.</summary>
    public string? ExternalId { get; init; }

    /// <summary>Its status.</summary>
    public TaskSetStatus Status { get; init; }

    /// <summary>What its tasks are made of.</summary>
    public required Workload Workload { get; init; }

    /// <summary>Percent of the service's desired count.</summary>
    public double ScalePercent { get; init; }

    /// <summary>The same as a number of tasks, rounded up.</summary>
    public int ComputedDesiredCount { get; init; }

    /// <summary>Whether all its tasks run and are healthy, and no other is left.</summary>
    public bool IsSteady { get; init; }

    /// <summary>Since when it is so.</summary>
    public required DateTimeOffset StabilityStatusAt { get; init; }

    /// <summary>Tags.</summary>
    public ImmutableArray<ResourceTag> Tags { get => field.IsDefault ? [] : field; init; }

    /// <summary>The client token it was created with.</summary>
    public string? ClientToken { get; init; }

    /// <summary>Tells whether a call that repeats the token has the same arguments; null where there is none.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The number of tasks that a share of a desired count is.</summary>
    public static int CountOf(int desired, double percent) => (int)Math.Ceiling(Math.Round(desired * percent / 100, 9));
}
