using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Berth.Domain;

/// <summary>The status of a cluster. Only these two occur here; the API names more.</summary>
public enum ClusterStatus
{
    /// <summary>There is no such cluster: nothing was ever created under the name.</summary>
    Missing,

    /// <summary>In use.</summary>
    Active,

    /// <summary>Deleted; still describable.</summary>
    Inactive,
}

/// <summary>
/// Everything one ECS cluster is: immutable, so that a reader can keep it while the writer goes on.
/// </summary>
public sealed record ClusterState
{
    private static readonly ImmutableSortedDictionary<string, Daemon> NoDaemons = ImmutableSortedDictionary.Create<string, Daemon>(StringComparer.Ordinal);

    private static readonly ImmutableSortedDictionary<string, TaskSubnet> NoSubnets = ImmutableSortedDictionary.Create<string, TaskSubnet>(StringComparer.Ordinal);

    /// <summary>The 12-digit account.</summary>
    public required string Account { get; init; }

    /// <summary>The region.</summary>
    public required string Region { get; init; }

    /// <summary>The cluster's name.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it is there.</summary>
    public ClusterStatus Status { get; init; } = ClusterStatus.Missing;

    /// <summary>Cluster settings, such as <c>containerInsights</c>.</summary>
    public ImmutableArray<NamedValue> Settings { get; init; } = [];

    /// <summary>The API's <c>ClusterConfiguration</c> as given; null when none was.</summary>
    public JsonElement? Configuration { get; init; }

    /// <summary>The API's <c>ClusterServiceConnectDefaults</c> as given; null when none were.</summary>
    public JsonElement? ServiceConnectDefaults { get; init; }

    /// <summary>Tags of the cluster itself.</summary>
    public ImmutableArray<ResourceTag> Tags { get; init; } = [];

    /// <summary>The capacity providers its tasks may be launched on.</summary>
    public ImmutableArray<ClusterCapacityProvider> CapacityProviders { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>For calls that name neither a launch type nor a strategy; empty: such calls are launched on EC2.</summary>
    public ImmutableArray<CapacityProviderStrategyItem> DefaultCapacityProviderStrategy { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Container instances by id; deregistered ones stay for a time with status INACTIVE.</summary>
    public ImmutableSortedDictionary<string, ContainerInstance> ContainerInstances { get; init; } =
        ImmutableSortedDictionary.Create<string, ContainerInstance>(StringComparer.Ordinal);

    /// <summary>Tasks by id; stopped ones stay for a time.</summary>
    public ImmutableDictionary<string, EcsTask> Tasks { get; init; } = ImmutableDictionary<string, EcsTask>.Empty;

    /// <summary>Services by name; inactive ones stay for a time, until a new one takes the name.</summary>
    public ImmutableSortedDictionary<string, Service> Services { get; init; } =
        ImmutableSortedDictionary.Create<string, Service>(StringComparer.Ordinal);

    /// <summary>Daemons by name; deleted ones stay for their rollouts, until a new one takes the name.</summary>
    public ImmutableSortedDictionary<string, Daemon> Daemons { get => field ?? NoDaemons; init; }

    /// <summary>The task definition revisions that tasks and services here refer to, by ARN.</summary>
    public ImmutableDictionary<string, TaskDefinition> TaskDefinitions { get; init; } = ImmutableDictionary<string, TaskDefinition>.Empty;

    /// <summary>The subnets that tasks and services here may be in, by id; those with made-up names are left out.</summary>
    public ImmutableSortedDictionary<string, TaskSubnet> Subnets { get => field ?? NoSubnets; init; }

    /// <summary>Client tokens of RunTask calls, remembered for <see cref="ClusterLimits.ClientTokenLife"/>.</summary>
    public ImmutableDictionary<string, ClientToken> ClientTokens { get; init; } = ImmutableDictionary<string, ClientToken>.Empty;

    /// <summary>Task ids by what lists and the scheduler ask for. Derived from <see cref="Tasks"/>.</summary>
    [JsonIgnore]
    public TaskIndex TaskIndex { get; init; } = TaskIndex.Empty;

    /// <summary>Ids of container instances, where a list's page is found rather than searched. Derived from <see cref="ContainerInstances"/>.</summary>
    [JsonIgnore]
    public SortedIdSet InstanceIds { get; init; } = SortedIdSet.Empty;

    /// <summary>How many there are of what the API counts. Derived.</summary>
    [JsonIgnore]
    public ClusterCounts Counts { get; init; } = ClusterCounts.None;

    /// <summary>Names of active services by what lists ask for. Derived from <see cref="Services"/>.</summary>
    [JsonIgnore]
    public ServiceIndex ServiceIndex { get; init; } = ServiceIndex.Empty;

    /// <summary><c>arn:aws:ecs:REGION:ACCOUNT:cluster/NAME</c>.</summary>
    [JsonIgnore]
    public string Arn => $"arn:aws:ecs:{Region}:{Account}:cluster/{Name}";

    /// <summary>The ARN a container instance of that id has here.</summary>
    public string ContainerInstanceArn(string id) => $"arn:aws:ecs:{Region}:{Account}:container-instance/{Name}/{id}";

    /// <summary>The ARN a task of that id has here.</summary>
    public string TaskArn(string id) => $"arn:aws:ecs:{Region}:{Account}:task/{Name}/{id}";

    /// <summary>The ARN a service of that name has here.</summary>
    public string ServiceArn(string name) => $"arn:aws:ecs:{Region}:{Account}:service/{Name}/{name}";

    /// <summary>The ARN a rollout of a service has here.</summary>
    public string ServiceDeploymentArn(string service, string id) => $"arn:aws:ecs:{Region}:{Account}:service-deployment/{Name}/{service}/{id}";

    /// <summary>The ARN a revision of a service has here.</summary>
    public string ServiceRevisionArn(string service, string id) => $"arn:aws:ecs:{Region}:{Account}:service-revision/{Name}/{service}/{id}";

    /// <summary>The ARN a task set of a service has here.</summary>
    public string TaskSetArn(string service, string id) => $"arn:aws:ecs:{Region}:{Account}:task-set/{Name}/{service}/{id}";

    /// <summary>The ARN a daemon of that name has here.</summary>
    public string DaemonArn(string name) => $"arn:aws:ecs:{Region}:{Account}:daemon/{Name}/{name}";

    /// <summary>The ARN a rollout of a daemon has here.</summary>
    public string DaemonDeploymentArn(string daemon, string id) => $"arn:aws:ecs:{Region}:{Account}:daemon-deployment/{Name}/{daemon}/{id}";

    /// <summary>The ARN a revision of a daemon has here.</summary>
    public string DaemonRevisionArn(string daemon, string id) => $"arn:aws:ecs:{Region}:{Account}:daemon-revision/{Name}/{daemon}/{id}";

    /// <summary>The ARN of a task's container.</summary>
    public string ContainerArn(string taskId, string containerId) =>
        $"arn:aws:ecs:{Region}:{Account}:container/{Name}/{taskId}/{containerId}";

    /// <summary>A task set by its service's name, a slash and its id; null when it is not there.</summary>
    public TaskSet? FindTaskSet(string path) =>
        path.Split('/', 2) is [var service, var id] ? Services.GetValueOrDefault(service)?.TaskSets.FirstOrDefault(set => set.Id == id) : null;

    /// <summary>The tasks of a service that are in a phase.</summary>
    public IEnumerable<EcsTask> TasksOf(Service service, TaskPhase phase) =>
        TaskIndex.Of(TaskFilter.Service, service.Name, phase).Select(id => Tasks[id]);

    /// <summary>The tasks of a daemon that are in a phase.</summary>
    public IEnumerable<EcsTask> TasksOf(Daemon daemon, TaskPhase phase) =>
        TaskIndex.Of(TaskFilter.Daemon, daemon.Name, phase).Select(id => Tasks[id]);

    /// <summary>The tasks on a container instance that are in a phase.</summary>
    public IEnumerable<EcsTask> TasksOn(string containerInstanceId, TaskPhase phase) =>
        TaskIndex.Of(TaskFilter.ContainerInstance, containerInstanceId, phase).Select(id => Tasks[id]);
}

/// <summary>What a RunTask call with a client token led to.</summary>
/// <param name="Fingerprint">Tells whether a second call has the same arguments.</param>
/// <param name="TaskIds">The tasks the first call started.</param>
/// <param name="At">When.</param>
public sealed record ClientToken(string Fingerprint, ImmutableArray<string> TaskIds, DateTimeOffset At);

/// <summary>How long things are kept and how fast they go; ECS's defaults.</summary>
public sealed record ClusterLimits
{
    /// <summary>How long a stopped task stays visible; <see cref="TimeSpan.MaxValue"/>: for ever.</summary>
    public TimeSpan StoppedTaskLife { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a task waits in PROVISIONING for its capacity provider to bring an instance.</summary>
    public TimeSpan ProvisioningLife { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long an inactive service or container instance stays describable.</summary>
    public TimeSpan InactiveLife { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a client token is remembered.</summary>
    public TimeSpan ClientTokenLife { get; init; } = TimeSpan.FromHours(24);

    /// <summary>
    /// How long a task without load balancer and health check must have been RUNNING to count as healthy in a
    /// deployment. Source: developer guide, "Amazon ECS services", health of a task.
    /// </summary>
    public TimeSpan HealthyAfter { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>The first delay after a task of a service failed to start; it doubles with every further failure.</summary>
    public TimeSpan StartBackOffFirst { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest delay between attempts to start a service's tasks.</summary>
    public TimeSpan StartBackOffMost { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long an identical service event is not repeated.</summary>
    public TimeSpan EventRepeat { get; init; } = TimeSpan.FromHours(6);

    /// <summary>How much of everything a cluster may have.</summary>
    public EcsQuotas Quotas { get; init; } = EcsQuotas.Default;

    /// <summary>How many of a service's rollouts are kept, with the revisions they tell of.</summary>
    public int ServiceDeployments { get; init; } = 100;

    /// <summary>How long a rollout is kept.</summary>
    public TimeSpan ServiceDeploymentLife { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How many daemons a cluster may have. Each asks for a place on every instance, so they are few.</summary>
    public int Daemons { get; init; } = 100;

    /// <summary>How many of a daemon's rollouts are kept, with the revisions they tell of.</summary>
    public int DaemonDeployments { get; init; } = 100;

    /// <summary>How many deleted daemons stay for their rollouts.</summary>
    public int DeletedDaemons { get; init; } = 100;

    /// <summary>How many of a service's events are kept.</summary>
    public int ServiceEvents { get; init; } = 100;
}
