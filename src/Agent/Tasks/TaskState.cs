using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization;

namespace Berth.Agent;

/// <summary>How far a container has come. It only ever moves down this list.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ContainerStatus>))]
internal enum ContainerStatus
{
    None,
    Pulled,
    Created,
    Running,
    Stopped,
}

/// <summary>How far a task has come, as the backend knows the statuses.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EcsTaskStatus>))]
internal enum EcsTaskStatus
{
    Pending,
    Running,
    Stopped,
}

/// <summary>One container of a task: what was asked for, and what is known of it.</summary>
internal sealed record ContainerState
{
    public required ContainerSpec Spec { get; init; }

    /// <summary>The container's name in Docker, chosen when the task is accepted, so that creating it twice finds it.</summary>
    public required string DockerName { get; init; }

    /// <summary>The unguessable key of the container's metadata addresses.</summary>
    public required string EndpointId { get; init; }

    public ContainerStatus Known { get; init; }

    public string? DockerId { get; init; }

    public string? ImageId { get; init; }

    /// <summary>The digest the registry gave; null for an image that came from none.</summary>
    public string? ImageDigest { get; init; }

    public int? ExitCode { get; init; }

    public string? Reason { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it started, the last time if it was more than once; null as long as it never has.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public IReadOnlyList<NetworkBinding> NetworkBindings { get; init; } = [];

    public string? DockerNetworkMode { get; init; }

    /// <summary>Its first process, as the engine's machine numbers it; 0 where it is not known to run.</summary>
    public int ProcessId { get; init; }

    public IReadOnlyList<string> Ipv4Addresses { get; init; } = [];

    public IReadOnlyList<DockerMount> Mounts { get; init; } = [];

    public HealthStatus? Health { get; init; }

    /// <summary>How often its restart policy has started it again.</summary>
    public int RestartCount { get; init; }

    /// <summary>Its process has ended and is to be started again; it counts as running all the while.</summary>
    public bool AwaitsRestart { get; init; }

    /// <summary>The status the backend has accepted.</summary>
    public ContainerStatus Reported { get; init; }

    /// <summary>The status of its ExecuteCommandAgent that the backend has accepted: not yet, running or stopped.</summary>
    public ContainerStatus ExecReported { get; init; }

    /// <summary>Whether ExecuteCommand may open sessions in it.</summary>
    [JsonIgnore]
    public bool AllowsExec => Spec.ManagedAgents?.Any(agent => agent.Name == ManagedAgentSpec.ExecuteCommandAgent) == true;

    [JsonIgnore]
    public string Name => Spec.Name ?? "";

    public TimeSpan? StartTimeout() => Spec.StartTimeout is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null;
}

/// <summary>A container's health as its health check has it.</summary>
/// <param name="Status"><c>UNKNOWN</c>, <c>HEALTHY</c> or <c>UNHEALTHY</c>.</param>
/// <param name="Since">When that began.</param>
internal sealed record HealthStatus(string Status, DateTimeOffset Since)
{
    public const string Healthy = "HEALTHY";
    public const string Unhealthy = "UNHEALTHY";
    public const string Unknown = "UNKNOWN";

    /// <summary>What the last check that was seen ended with; null before the first.</summary>
    public int? ExitCode { get; init; }

    /// <summary>What that check wrote, the beginning of it.</summary>
    public string? Output { get; init; }
}

/// <summary>A task on this container instance: an immutable snapshot, changed only by <see cref="Apply"/>.</summary>
internal sealed record TaskState
{
    public required TaskSpec Spec { get; init; }

    public required ImmutableArray<ContainerState> Containers { get; init; }

    /// <summary>When the agent took it on; queued tasks are admitted in this order.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>Volumes of this task in Docker, by the name the task gives them.</summary>
    public ImmutableDictionary<string, string> DockerVolumes { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The namespaces its containers share; null where each has its own.</summary>
    public SandboxState? Sandbox { get; init; }

    public bool StopRequested { get; init; }

    /// <summary>True once the ledger has given the task its share; before that nothing is done for it.</summary>
    public bool Admitted { get; init; }

    /// <summary>True once the backend can ask this run of the agent for sessions of ExecuteCommand.</summary>
    [JsonIgnore]
    public bool ExecReady { get; init; }

    /// <summary>True once all containers have been running (or, not being essential, have already ended).</summary>
    public bool HasRun { get; init; }

    /// <summary>Why the task as a whole was refused or given up.</summary>
    public string? Reason { get; init; }

    public DateTimeOffset? PullStartedAt { get; init; }

    public DateTimeOffset? PullStoppedAt { get; init; }

    /// <summary>When the first essential container stopped.</summary>
    public DateTimeOffset? ExecutionStoppedAt { get; init; }

    /// <summary>When the last container stopped.</summary>
    public DateTimeOffset? StoppedAt { get; init; }

    /// <summary>The status the backend has accepted.</summary>
    public EcsTaskStatus Reported { get; init; }

    [JsonIgnore]
    public string Arn => Spec.Arn ?? "";

    /// <summary>The ARN's last part.</summary>
    [JsonIgnore]
    public string Id => Arn[(Arn.LastIndexOf('/') + 1)..];

    /// <summary>Whether the task is to stop: it was told to, or an essential container has ended.</summary>
    [JsonIgnore]
    public bool IsStopping => StopRequested || Reason is not null || Containers.Any(container => container is { Spec.Essential: true, Known: ContainerStatus.Stopped });

    [JsonIgnore]
    public EcsTaskStatus Known =>
        Containers.All(container => container.Known == ContainerStatus.Stopped) ? EcsTaskStatus.Stopped
        : HasRun ? EcsTaskStatus.Running
        : EcsTaskStatus.Pending;

    public ContainerState? Container(string? name) => Containers.FirstOrDefault(container => container.Name == name);

    /// <summary>Takes in a fact. Late and repeated ones change nothing.</summary>
    public TaskState Apply(TaskFact fact)
    {
        var next = fact switch
        {
            TaskFact.StopRequested => this with { StopRequested = true },
            TaskFact.Admitted => this with { Admitted = true },
            TaskFact.ExecReady => this with { ExecReady = true },
            TaskFact.Reported reported => Accepted(reported),
            ContainerFact about => With(about),
            SandboxFact about => SandboxTransitions.Apply(this, about),
            _ => throw new UnreachableException($"Unknown fact {fact.GetType().Name}."),
        };
        return next.Known switch
        {
            _ when !next.HasRun && next.AllHaveRun() => next with { HasRun = true, StoppedAt = next.LastFinish() },
            EcsTaskStatus.Stopped when next.StoppedAt is null => next with { StoppedAt = next.LastFinish() },
            _ => next,
        };
    }

    private bool AllHaveRun() =>
        Containers.Length > 0 && Reason is null && Containers.All(container =>
            container.Known >= ContainerStatus.Running && (container.StartedAt is not null || !container.Spec.Essential));

    private DateTimeOffset? LastFinish() =>
        Containers.All(container => container.Known == ContainerStatus.Stopped) ? Containers.Max(container => container.FinishedAt) : null;

    private TaskState Accepted(TaskFact.Reported reported) => this with
    {
        Reported = reported.Status > Reported ? reported.Status : Reported,
        Containers = [.. Containers.Select(container =>
            (reported.Containers.TryGetValue(container.Name, out var status) && status > container.Reported ? container with { Reported = status } : container) with
            {
                ExecReported = reported.ExecAgents.GetValueOrDefault(container.Name, container.ExecReported),
            })],
    };

    private TaskState With(ContainerFact fact)
    {
        var index = -1;
        for (var i = 0; i < Containers.Length && index < 0; i++)
        {
            index = Containers[i].Name == fact.Container ? i : -1;
        }

        if (index < 0)
        {
            return this;
        }

        var before = Containers[index];
        var after = before.Apply(fact, mayRestart: !IsStopping);
        var next = this with { Containers = Containers.SetItem(index, after) };
        if (fact is ContainerFact.Pulled pulled)
        {
            next = next with
            {
                PullStartedAt = Earlier(PullStartedAt, pulled.StartedAt),
                PullStoppedAt = pulled.StoppedAt ?? PullStoppedAt,
            };
        }

        if (fact is ContainerFact.Failed { PullStartedAt: not null } failed)
        {
            next = next with { PullStartedAt = Earlier(PullStartedAt, failed.PullStartedAt), PullStoppedAt = failed.At };
        }

        return after is { Spec.Essential: true, Known: ContainerStatus.Stopped } && ExecutionStoppedAt is null
            ? next with { ExecutionStoppedAt = after.FinishedAt }
            : next;
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other ?? one : one;
}
