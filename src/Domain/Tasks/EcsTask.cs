using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Berth.Domain;

/// <summary>A task's status, in the order of its life. The wire's name is the same in capitals.</summary>
public enum EcsTaskStatus
{
    /// <summary>Something must be made before the launch.</summary>
    Provisioning,

    /// <summary>Placed; the agent has not reported it running.</summary>
    Pending,

    /// <summary>Launched; registrations are under way.</summary>
    Activating,

    /// <summary>Every container it needs has started.</summary>
    Running,

    /// <summary>Leaving its target groups before it stops.</summary>
    Deactivating,

    /// <summary>The agent has been asked to stop it.</summary>
    Stopping,

    /// <summary>What was made for it is being removed.</summary>
    Deprovisioning,

    /// <summary>The end.</summary>
    Stopped,
}

/// <summary>Why a task stopped. The wire's name is the same.</summary>
public enum TaskStopCode
{
    /// <summary>It never reached RUNNING.</summary>
    TaskFailedToStart,

    /// <summary>An essential container ended.</summary>
    EssentialContainerExited,

    /// <summary>Somebody called StopTask, or forced its instance out.</summary>
    UserInitiated,

    /// <summary>Its service wanted it stopped.</summary>
    ServiceSchedulerInitiated,

    /// <summary>Its container instance went away.</summary>
    TerminationNotice,
}

/// <summary>The health of a container or task. The wire's name is the same in capitals.</summary>
public enum HealthStatus
{
    /// <summary>No health check, or no verdict yet.</summary>
    Unknown,

    /// <summary>The check passes.</summary>
    Healthy,

    /// <summary>The check fails.</summary>
    Unhealthy,
}

/// <summary>A container's status as the API tells it. The wire's name is the same in capitals.</summary>
public enum ContainerStatus
{
    /// <summary>Not started.</summary>
    Pending,

    /// <summary>Started.</summary>
    Running,

    /// <summary>Ended, or never to start.</summary>
    Stopped,
}

/// <summary>One port that is open on the host for a container.</summary>
public sealed record NetworkBinding(string BindIp, int ContainerPort, int HostPort, string Protocol)
{
    /// <summary><c>a-b</c> when the mapping is a range.</summary>
    public string? ContainerPortRange { get; init; }

    /// <summary><c>a-b</c> on the host when the mapping is a range.</summary>
    public string? HostPortRange { get; init; }
}

/// <summary>An agent beside a container that ECS looks after.</summary>
/// <param name="Status"><c>PENDING</c>, <c>RUNNING</c> or <c>STOPPED</c>.</param>
/// <param name="Reason">Why; null when nothing was said.</param>
/// <param name="StartedAt">When it last came to run; null when it never did.</param>
public sealed record ManagedAgent(string Status, string? Reason, DateTimeOffset? StartedAt);

/// <summary>One container of a task.</summary>
public sealed record TaskContainer
{
    /// <summary>A UUID, the last part of its ARN.</summary>
    public required string Id { get; init; }

    /// <summary>The name in the task definition.</summary>
    public required string Name { get; init; }

    /// <summary>The image as written in the task definition.</summary>
    public required string Image { get; init; }

    /// <summary>Its status.</summary>
    public ContainerStatus LastStatus { get; init; } = ContainerStatus.Pending;

    /// <summary>The Docker id; null until it is created.</summary>
    public string? RuntimeId { get; init; }

    /// <summary>The image's digest in its registry; null when unknown.</summary>
    public string? ImageDigest { get; init; }

    /// <summary>Null if it never ran or still does.</summary>
    public int? ExitCode { get; init; }

    /// <summary>What the agent says of its end, <c>ErrorName: text</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>The verdict of its own health check.</summary>
    public HealthStatus HealthStatus { get; init; }

    /// <summary>Its open ports.</summary>
    public ImmutableArray<NetworkBinding> NetworkBindings { get; init; } = [];

    /// <summary>The agent that runs commands in it, as last reported; null while nobody told of it.</summary>
    public ManagedAgent? ExecuteCommandAgent { get; init; }

    /// <summary>The ids of the GPUs that are its own as long as the task is there; null for none.</summary>
    public ImmutableArray<string>? GpuIds { get; init; }
}

/// <summary>Where a task stands in one target group of its service.</summary>
public enum TaskTargetState
{
    /// <summary>Not registered yet.</summary>
    Absent,

    /// <summary>Registered; no verdict yet.</summary>
    Initial,

    /// <summary>Health checks pass (or nothing checks it).</summary>
    Healthy,

    /// <summary>Health checks fail.</summary>
    Unhealthy,

    /// <summary>Deregistered; requests may still be in flight.</summary>
    Draining,

    /// <summary>Deregistered, and no request can reach it any more.</summary>
    Gone,
}

/// <summary>A task as a target of a target group.</summary>
/// <param name="TargetGroupArn">The target group.</param>
/// <param name="TargetId">The id it is registered under: the container instance's EC2 instance id, or the task's own address.</param>
/// <param name="Port">The host port, or with an address of its own the container port.</param>
/// <param name="State">Where it stands.</param>
public sealed record TaskTarget(string TargetGroupArn, string TargetId, int Port, TaskTargetState State)
{
    /// <summary>The reason for an unhealthy verdict, in the load balancer's words.</summary>
    public string? Reason { get; init; }
}

/// <summary>What one container of a task is given in place of its definition. Null keeps the definition's.</summary>
public sealed record ContainerOverride
{
    /// <summary>The container.</summary>
    public required string Name { get; init; }

    /// <summary>The command.</summary>
    public ImmutableArray<string>? Command { get; init; }

    /// <summary>Variables merged over the definition's by name.</summary>
    public ImmutableArray<NamedValue>? Environment { get; init; }

    /// <summary>The API's list of <c>EnvironmentFile</c>, in place of the definition's.</summary>
    public JsonElement? EnvironmentFiles { get; init; }

    /// <summary>The API's list of <c>ResourceRequirement</c>, in place of the definition's.</summary>
    public JsonElement? ResourceRequirements { get; init; }

    /// <summary>The whole GPUs among them; null keeps the definition's.</summary>
    [JsonIgnore]
    public int? Gpus => ResourceRequirements?.EnumerateArray().Sum(requirement =>
        requirement.GetProperty("type").GetString() == "GPU" && int.TryParse(requirement.GetProperty("value").GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var gpus) ? gpus : 0);

    /// <summary>CPU units.</summary>
    public int? CpuUnits { get; init; }

    /// <summary>Hard memory limit in MiB.</summary>
    public int? MemoryMiB { get; init; }

    /// <summary>Soft memory limit in MiB.</summary>
    public int? MemoryReservationMiB { get; init; }
}

/// <summary>What a task is given in place of its task definition. Null keeps the definition's.</summary>
public sealed record TaskOverride
{
    /// <summary>No override at all.</summary>
    public static TaskOverride None { get; } = new();

    /// <summary>By container.</summary>
    public ImmutableArray<ContainerOverride> Containers { get; init; } = [];

    /// <summary>Task-level CPU units.</summary>
    public int? CpuUnits { get; init; }

    /// <summary>Task-level memory in MiB.</summary>
    public int? MemoryMiB { get; init; }

    /// <summary>The task role.</summary>
    public string? TaskRoleArn { get; init; }

    /// <summary>The execution role.</summary>
    public string? ExecutionRoleArn { get; init; }

    /// <summary>The size of the ephemeral storage in GiB.</summary>
    public int? EphemeralStorageGiB { get; init; }

    /// <summary>The API's list of <c>InferenceAcceleratorOverride</c>.</summary>
    public JsonElement? InferenceAccelerators { get; init; }
}

/// <summary>What a task takes of its container instance, from placement until it is STOPPED.</summary>
/// <param name="CpuUnits">CPU units.</param>
/// <param name="MemoryMiB">Memory in MiB.</param>
/// <param name="TcpPorts">Fixed host ports.</param>
/// <param name="UdpPorts">Fixed host ports.</param>
public sealed record TaskDemand(int CpuUnits, int MemoryMiB, ImmutableArray<int> TcpPorts, ImmutableArray<int> UdpPorts)
{
    /// <summary>Whole GPUs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Gpus { get; init; }

    /// <summary>Elastic network interfaces: one where the task has a network of its own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int NetworkInterfaces { get; init; }

    /// <summary>
    /// What a task of this definition takes: the task level where given, else the sum over its containers, memory by
    /// its soft limit where there is one. A limit of 0 is none, as the agent reads it: the server must not count less
    /// than the agent will. Source: developer guide, "Task placement", resources.
    /// </summary>
    public static TaskDemand Of(TaskDefinition definition, TaskOverride overrides)
    {
        var byName = overrides.Containers.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        long cpu = 0, memory = 0;
        var gpus = 0;
        var tcp = ImmutableArray.CreateBuilder<int>();
        var udp = ImmutableArray.CreateBuilder<int>();
        foreach (var container in definition.Containers)
        {
            byName.TryGetValue(container.Name, out var over);
            cpu += over?.CpuUnits ?? container.CpuUnits;
            memory += Given(over?.MemoryReservationMiB ?? container.MemoryReservationMiB) ?? over?.MemoryMiB ?? container.MemoryMiB ?? 0;
            gpus += over?.Gpus ?? container.Gpus;
            foreach (var mapping in container.PortMappings)
            {
                var port = definition.NetworkMode switch
                {
                    "host" => mapping.ContainerPort,
                    "bridge" => mapping.HostPort,
                    _ => 0,
                };
                if (port != 0)
                {
                    (mapping.Protocol == "udp" ? udp : tcp).Add(port);
                }
            }
        }

        return new(
            Given(overrides.CpuUnits ?? definition.CpuUnits) ?? (int)Math.Min(cpu, int.MaxValue),
            Given(overrides.MemoryMiB ?? definition.MemoryMiB) ?? (int)Math.Min(memory, int.MaxValue),
            tcp.ToImmutable(),
            udp.ToImmutable())
        {
            Gpus = gpus,
            NetworkInterfaces = definition.NetworkMode == "awsvpc" ? 1 : 0,
        };
    }

    private static int? Given(int? limit) => limit > 0 ? limit : null;
}

/// <summary>A running copy of a task definition on one container instance.</summary>
public sealed record EcsTask
{
    /// <summary>32 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>The revision it runs; the revision itself is in <see cref="ClusterState.TaskDefinitions"/>.</summary>
    public required string TaskDefinitionArn { get; init; }

    /// <summary>The revision's family.</summary>
    public required string Family { get; init; }

    /// <summary>Where it was placed; empty while it waits for room.</summary>
    public required string ContainerInstanceId { get; init; }

    /// <summary>How it is to be placed, while it waits for room; null once it has an instance.</summary>
    public PlacementWish? Wish { get; init; }

    /// <summary>The zone of that instance when it was placed; null when the instance names none.</summary>
    public string? AvailabilityZone { get; init; }

    /// <summary><c>EC2</c>, <c>FARGATE</c>, <c>EXTERNAL</c> or <c>MANAGED_INSTANCES</c>.</summary>
    public required string LaunchType { get; init; }

    /// <summary>The capacity provider it was launched on; null when a launch type was named.</summary>
    public string? CapacityProviderName { get; init; }

    /// <summary>The platform version; null for anything but FARGATE.</summary>
    public string? PlatformVersion { get; init; }

    /// <summary>The API's <c>NetworkConfiguration</c> as given; null when none was.</summary>
    public JsonElement? NetworkConfiguration { get; init; }

    /// <summary>Its network interface; null where its network is not its own, or while it waits for room.</summary>
    public TaskNetworkInterface? NetworkInterface { get; init; }

    /// <summary>The API's list of <c>TaskVolumeConfiguration</c> as given; null when none was.</summary>
    public JsonElement? VolumeConfigurations { get; init; }

    /// <summary>The task group: <c>service:NAME</c>, <c>family:FAMILY</c> or the caller's.</summary>
    public required string Group { get; init; }

    /// <summary>The caller's label; the deployment's id for a task of a service.</summary>
    public string? StartedBy { get; init; }

    /// <summary>The service it belongs to, by name.</summary>
    public string? ServiceName { get; init; }

    /// <summary>What it takes of its instance.</summary>
    public required TaskDemand Demand { get; init; }

    /// <summary>What it is given in place of the definition.</summary>
    public TaskOverride Overrides { get; init; } = TaskOverride.None;

    /// <summary>Its containers.</summary>
    public required ImmutableArray<TaskContainer> Containers { get; init; }

    /// <summary>Its status as last known.</summary>
    public EcsTaskStatus LastStatus { get; init; } = EcsTaskStatus.Pending;

    /// <summary>RUNNING or STOPPED: what is wanted of it.</summary>
    public EcsTaskStatus DesiredStatus { get; init; } = EcsTaskStatus.Running;

    /// <summary>One more with every fact about it; 1 when it is placed.</summary>
    public long Version { get; init; } = 1;

    /// <summary>Tags.</summary>
    public ImmutableArray<ResourceTag> Tags { get; init; } = [];

    /// <summary>Whether ExecuteCommand was asked for.</summary>
    public bool EnableExecuteCommand { get; init; }

    /// <summary>The target groups of its service it is, or was, a target in.</summary>
    public ImmutableArray<TaskTarget> Targets { get; init; } = [];

    /// <summary>When it was placed.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the first pull began.</summary>
    public DateTimeOffset? PullStartedAt { get; init; }

    /// <summary>When the last pull ended.</summary>
    public DateTimeOffset? PullStoppedAt { get; init; }

    /// <summary>When it reached RUNNING.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it was asked to stop.</summary>
    public DateTimeOffset? StoppingAt { get; init; }

    /// <summary>When its first essential container ended.</summary>
    public DateTimeOffset? ExecutionStoppedAt { get; init; }

    /// <summary>When it was STOPPED.</summary>
    public DateTimeOffset? StoppedAt { get; init; }

    /// <summary>Why, in words.</summary>
    public string? StoppedReason { get; init; }

    /// <summary>Why, as a code.</summary>
    public TaskStopCode? StopCode { get; init; }

    /// <summary>Its scale-in protection; null when it has none.</summary>
    public TaskProtection? Protection { get; init; }

    /// <summary>When it first counted as healthy for its deployment; null when it never did, or nobody had to know.</summary>
    public DateTimeOffset? HealthyAt { get; init; }

    /// <summary>Whether it is dropped as soon as it has stopped: its account was reset.</summary>
    public bool Discarded { get; init; }

    /// <summary>
    /// The managed daemon it belongs to, by name; null for any other task. Only a daemon runs a daemon task definition, so
    /// that and its group tell.
    /// </summary>
    [JsonIgnore]
    public string? DaemonName =>
        ServiceName is null && Group.StartsWith(Daemon.GroupPrefix, StringComparison.Ordinal) && TaskDefinitionArn.Contains(":daemon-task-definition/", StringComparison.Ordinal)
            ? Group[Daemon.GroupPrefix.Length..]
            : null;

    /// <summary>The coarse phase the index keeps it under.</summary>
    [JsonIgnore]
    public TaskPhase Phase => LastStatus == EcsTaskStatus.Stopped ? TaskPhase.Stopped
        : DesiredStatus == EcsTaskStatus.Stopped ? TaskPhase.Stopping
        : TaskPhase.Live;

    /// <summary>
    /// The task's health: from its essential containers that define a health check; unknown when none does.
    /// </summary>
    public HealthStatus HealthIn(TaskDefinition definition)
    {
        var healthy = false;
        var unknown = false;
        foreach (var container in definition.Containers)
        {
            if (container is not { Essential: true, HasHealthCheck: true })
            {
                continue;
            }

            switch (Containers.FirstOrDefault(known => known.Name == container.Name)?.HealthStatus ?? HealthStatus.Unknown)
            {
                case HealthStatus.Unhealthy:
                    return HealthStatus.Unhealthy;
                case HealthStatus.Healthy:
                    healthy = true;
                    break;
                default:
                    unknown = true;
                    break;
            }
        }

        return healthy && !unknown ? HealthStatus.Healthy : HealthStatus.Unknown;
    }
}
