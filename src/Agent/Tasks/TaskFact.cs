using System.Collections.Immutable;

namespace Berth.Agent;

/// <summary>Something that has happened to a task.</summary>
internal abstract record TaskFact
{
    private protected TaskFact()
    {
    }

    /// <summary>The backend wants it stopped, or it is given up.</summary>
    internal sealed record StopRequested : TaskFact;

    /// <summary>The ledger has given it its share.</summary>
    internal sealed record Admitted : TaskFact;

    /// <summary>The backend has accepted a report.</summary>
    internal sealed record Reported(EcsTaskStatus Status, ImmutableDictionary<string, ContainerStatus> Containers) : TaskFact
    {
        /// <summary>What was accepted of containers' ExecuteCommandAgents.</summary>
        public ImmutableDictionary<string, ContainerStatus> ExecAgents { get; init; } = ImmutableDictionary<string, ContainerStatus>.Empty;
    }

    /// <summary>The backend can ask for sessions of ExecuteCommand.</summary>
    internal sealed record ExecReady : TaskFact;
}

/// <summary>Something that has happened to one container.</summary>
internal abstract record ContainerFact : TaskFact
{
    private ContainerFact()
    {
    }

    /// <summary>The container's name in its task.</summary>
    public abstract string Container { get; init; }

    /// <summary>Its image is on the machine.</summary>
    /// <param name="Container">The container.</param>
    /// <param name="Digest">The registry's digest.</param>
    /// <param name="Warning">Why it is the cached image that is used, where pulling failed.</param>
    /// <param name="StartedAt">When pulling began; null where nothing was pulled.</param>
    /// <param name="StoppedAt">When pulling ended.</param>
    internal sealed record Pulled(string Container, string? Digest, string? Warning, DateTimeOffset? StartedAt, DateTimeOffset? StoppedAt) : ContainerFact;

    internal sealed record Created(string Container, string DockerId, DateTimeOffset At) : ContainerFact;

    /// <summary>It runs, or has run: what Docker says of it after a start or a look.</summary>
    internal sealed record Observed(string Container, ContainerObservation State) : ContainerFact;

    /// <summary>It will not run, or not go on: it was never started, or is gone.</summary>
    internal sealed record Failed(string Container, string? Reason, int? ExitCode, DateTimeOffset At, DateTimeOffset? PullStartedAt = null) : ContainerFact;

    internal sealed record HealthChanged(string Container, string Status, DateTimeOffset At) : ContainerFact;
}

/// <summary>A container as Docker shows it, in the agent's terms.</summary>
internal sealed record ContainerObservation
{
    public required string DockerId { get; init; }

    /// <summary><see cref="ContainerStatus.Created"/>, <see cref="ContainerStatus.Running"/> or <see cref="ContainerStatus.Stopped"/>.</summary>
    public required ContainerStatus Status { get; init; }

    public string? ImageId { get; init; }

    public int? ExitCode { get; init; }

    public string? Reason { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public IReadOnlyList<NetworkBinding> NetworkBindings { get; init; } = [];

    public string? NetworkMode { get; init; }

    /// <summary>Its first process; 0 where there is none.</summary>
    public int ProcessId { get; init; }

    public IReadOnlyList<string> Ipv4Addresses { get; init; } = [];

    public IReadOnlyList<DockerMount> Mounts { get; init; } = [];

    public HealthStatus? Health { get; init; }
}
