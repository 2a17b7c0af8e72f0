using System.Collections.Immutable;
using System.Text.Json;

namespace Berth.Domain;

/// <summary>What a tag change is about, within a cluster.</summary>
public enum TaggedKind
{
    /// <summary>The cluster; the id is empty.</summary>
    Cluster,

    /// <summary>A container instance, by id.</summary>
    ContainerInstance,

    /// <summary>A task, by id.</summary>
    Task,

    /// <summary>A service, by name.</summary>
    Service,

    /// <summary>A daemon, by name.</summary>
    Daemon,

    /// <summary>A task set, by its service's name, a slash and its id.</summary>
    TaskSet,
}

/// <summary>A container of a task as an agent reports it. Null means: nothing said.</summary>
public sealed record ContainerReport(string Name)
{
    /// <summary>Its status.</summary>
    public ContainerStatus? Status { get; init; }

    /// <summary>The Docker id.</summary>
    public string? RuntimeId { get; init; }

    /// <summary>The image's digest.</summary>
    public string? ImageDigest { get; init; }

    /// <summary>The exit code.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The agent that runs commands in it.</summary>
    public ManagedAgent? ExecuteCommandAgent { get; init; }

    /// <summary>The agent's words.</summary>
    public string? Reason { get; init; }

    /// <summary>Open ports; null keeps those known.</summary>
    public ImmutableArray<NetworkBinding>? NetworkBindings { get; init; }
}

/// <summary>A fact about a cluster. Facts say what happened, whole enough to be applied without asking anybody.</summary>
public abstract record ClusterEvent
{
    private ClusterEvent()
    {
    }

    /// <summary>The cluster was created, or an inactive one was created anew.</summary>
    public sealed record Created(ImmutableArray<NamedValue> Settings, JsonElement? Configuration, JsonElement? ServiceConnectDefaults, ImmutableArray<ResourceTag> Tags) : ClusterEvent;

    /// <summary>The cluster's settings or configuration changed to these.</summary>
    public sealed record Updated(ImmutableArray<NamedValue> Settings, JsonElement? Configuration, JsonElement? ServiceConnectDefaults) : ClusterEvent;

    /// <summary>The cluster's capacity providers and its default strategy are now these.</summary>
    public sealed record CapacityProvidersChanged(ImmutableArray<ClusterCapacityProvider> Providers, ImmutableArray<CapacityProviderStrategyItem> DefaultStrategy) : ClusterEvent;

    /// <summary>The cluster was deleted.</summary>
    public sealed record Deleted : ClusterEvent;

    /// <summary>A resource's tags are now these.</summary>
    public sealed record TagsChanged(TaggedKind Kind, string Id, ImmutableArray<ResourceTag> Tags) : ClusterEvent;

    /// <summary>A task definition revision came into use here; later facts name it by ARN.</summary>
    public sealed record TaskDefinitionPinned(TaskDefinition TaskDefinition) : ClusterEvent;

    /// <summary>Nothing here refers to the revision any more.</summary>
    public sealed record TaskDefinitionUnpinned(string Arn) : ClusterEvent;

    /// <summary>A container instance registered for the first time.</summary>
    public sealed record InstanceRegistered(ContainerInstance Instance) : ClusterEvent;

    /// <summary>A known container instance registered again.</summary>
    public sealed record InstanceReregistered(string Id, string Ec2InstanceId, string Address, InstanceResources Resources, ImmutableArray<EcsAttribute> Attributes) : ClusterEvent;

    /// <summary>The agent's command channel opened.</summary>
    public sealed record InstanceConnected(string Id, AgentVersion Agent) : ClusterEvent
    {
        /// <summary>When; null in journals from before it was told.</summary>
        public DateTimeOffset? At { get; init; }
    }

    /// <summary>The agent's command channel closed.</summary>
    public sealed record InstanceDisconnected(string Id) : ClusterEvent
    {
        /// <summary>When; null in journals from before it was told.</summary>
        public DateTimeOffset? At { get; init; }
    }

    /// <summary>The instance was set ACTIVE or DRAINING.</summary>
    public sealed record InstanceStatusChanged(string Id, ContainerInstanceStatus Status) : ClusterEvent;

    /// <summary>The instance's attributes are now these.</summary>
    public sealed record InstanceAttributesChanged(string Id, ImmutableArray<EcsAttribute> Attributes) : ClusterEvent;

    /// <summary>The instance left the cluster.</summary>
    public sealed record InstanceDeregistered(string Id, DateTimeOffset At) : ClusterEvent;

    /// <summary>An instance that left long ago is no longer described.</summary>
    public sealed record InstanceForgotten(string Id) : ClusterEvent;

    /// <summary>A task found no room and waits for its capacity provider to bring an instance.</summary>
    public sealed record TaskQueued(EcsTask Task) : ClusterEvent;

    /// <summary>A task was placed, at once or after it had waited.</summary>
    public sealed record TaskPlaced(EcsTask Task) : ClusterEvent;

    /// <summary>A task is to stop. <paramref name="Status"/> is where it stands now: DEACTIVATING first when it is a target.</summary>
    public sealed record TaskStopRequested(string Id, EcsTaskStatus Status, string Reason, TaskStopCode Code, DateTimeOffset At) : ClusterEvent;

    /// <summary>The control plane moved a task on, such as from DEACTIVATING to STOPPING.</summary>
    public sealed record TaskAdvanced(string Id, EcsTaskStatus Status, DateTimeOffset At) : ClusterEvent;

    /// <summary>An agent reported something new.</summary>
    public sealed record TaskReported(string Id, EcsTaskStatus Status, ImmutableArray<ContainerReport> Containers, DateTimeOffset At) : ClusterEvent
    {
        /// <summary>When the first pull began.</summary>
        public DateTimeOffset? PullStartedAt { get; init; }

        /// <summary>When the last pull ended.</summary>
        public DateTimeOffset? PullStoppedAt { get; init; }

        /// <summary>When the first essential container ended.</summary>
        public DateTimeOffset? ExecutionStoppedAt { get; init; }

        /// <summary>Why it stopped, unless a reason is known.</summary>
        public string? StoppedReason { get; init; }

        /// <summary>Why it stopped, unless a code is known.</summary>
        public TaskStopCode? StopCode { get; init; }
    }

    /// <summary>An agent reported a task's network interface attached, and where it is in its subnet, if it said so.</summary>
    public sealed record TaskAttached(string Id, string? PrivateIpv4Address) : ClusterEvent;

    /// <summary>A subnet that tasks may be in was used for the first time, or is another than it was.</summary>
    public sealed record SubnetPinned(TaskSubnet Subnet) : ClusterEvent;

    /// <summary>Health checks of a task's containers gave new verdicts.</summary>
    public sealed record TaskHealthChanged(string Id, ImmutableDictionary<string, HealthStatus> Containers) : ClusterEvent;

    /// <summary>A task's standing in a target group changed.</summary>
    public sealed record TaskTargetChanged(string Id, TaskTarget Target) : ClusterEvent;

    /// <summary>A task's scale-in protection is now this; null when it has none.</summary>
    public sealed record TaskProtectionChanged(string Id, TaskProtection? Protection) : ClusterEvent;

    /// <summary>A service's task counted as healthy for the first time while its deployment was in progress; or a daemon's, at any time.</summary>
    public sealed record TaskHealthy(string Id, DateTimeOffset At) : ClusterEvent;

    /// <summary>A task is dropped as soon as it has stopped.</summary>
    public sealed record TaskDiscarded(string Id) : ClusterEvent;

    /// <summary>A stopped task is no longer described.</summary>
    public sealed record TaskForgotten(string Id) : ClusterEvent;

    /// <summary>A RunTask call with a client token was carried out.</summary>
    public sealed record ClientTokenUsed(string Token, ClientToken Use) : ClusterEvent;

    /// <summary>A client token's time is over.</summary>
    public sealed record ClientTokenForgotten(string Token) : ClusterEvent;

    /// <summary>A service was created, its first deployment with it.</summary>
    public sealed record ServiceCreated(Service Service) : ClusterEvent;

    /// <summary>A service's settings are now these.</summary>
    public sealed record ServiceUpdated(string Name, ServiceSettings Settings) : ClusterEvent;

    /// <summary>A deployment began and is now PRIMARY.</summary>
    public sealed record DeploymentStarted(string Service, Deployment Deployment) : ClusterEvent;

    /// <summary>A deployment is now this.</summary>
    public sealed record DeploymentChanged(string Service, Deployment Deployment) : ClusterEvent;

    /// <summary>A replaced deployment has no task left.</summary>
    public sealed record DeploymentRemoved(string Service, string DeploymentId) : ClusterEvent;

    /// <summary>A deployment that was being replaced, or had been, is PRIMARY again: a rollback.</summary>
    public sealed record DeploymentResumed(string Service, Deployment Deployment) : ClusterEvent;

    /// <summary>What a service's tasks are made of was written down.</summary>
    public sealed record ServiceRevisionCreated(string Service, ServiceRevision Revision) : ClusterEvent;

    /// <summary>The digests of a revision's images became known.</summary>
    public sealed record ServiceRevisionResolved(string Service, string RevisionId, ImmutableArray<RevisionImage> Images) : ClusterEvent;

    /// <summary>A rollout began, or is now this.</summary>
    public sealed record ServiceDeploymentChanged(string Service, ServiceDeployment ServiceDeployment) : ClusterEvent;

    /// <summary>A rollout of long ago is no longer described.</summary>
    public sealed record ServiceDeploymentForgotten(string Service, string ServiceDeploymentId) : ClusterEvent;

    /// <summary>A task set was created.</summary>
    public sealed record TaskSetCreated(string Service, TaskSet TaskSet) : ClusterEvent;

    /// <summary>A task set is now this.</summary>
    public sealed record TaskSetChanged(string Service, TaskSet TaskSet) : ClusterEvent;

    /// <summary>A deleted task set has no task left.</summary>
    public sealed record TaskSetRemoved(string Service, string TaskSetId) : ClusterEvent;

    /// <summary>The number of instances a daemon service is for changed, and with it its desired count.</summary>
    public sealed record ServiceDesiredCountComputed(string Name, int DesiredCount) : ClusterEvent;

    /// <summary>The tasks a service awaits to balance its zones are now these; none when it moves nothing.</summary>
    public sealed record ServiceRebalancingChanged(string Service, ImmutableArray<string> TaskIds) : ClusterEvent;

    /// <summary>Something to tell the service's operator.</summary>
    public sealed record ServiceEventAdded(string Service, ServiceEvent Event) : ClusterEvent;

    /// <summary>What holds the service back is now this.</summary>
    public sealed record ServiceBackOffChanged(string Service, ServiceBackOff BackOff) : ClusterEvent;

    /// <summary>A service was deleted; its tasks stop.</summary>
    public sealed record ServiceDraining(string Name) : ClusterEvent;

    /// <summary>A deleted service's last task has stopped.</summary>
    public sealed record ServiceInactive(string Name, DateTimeOffset At) : ClusterEvent;

    /// <summary>A deleted service is no longer described.</summary>
    public sealed record ServiceForgotten(string Name) : ClusterEvent;

    /// <summary>A daemon was created, its first rollout with it, perhaps under the name of a deleted one.</summary>
    public sealed record DaemonCreated(Daemon Daemon) : ClusterEvent;

    /// <summary>A daemon is made of another revision, which a rollout is to bring.</summary>
    public sealed record DaemonUpdated(string Name, DaemonRevision Revision, DaemonDeployment Deployment) : ClusterEvent;

    /// <summary>A daemon was deleted; the rollout takes it away.</summary>
    public sealed record DaemonDeleted(string Name, DaemonDeployment Deployment) : ClusterEvent;

    /// <summary>A rollout of a daemon is now this.</summary>
    public sealed record DaemonDeploymentChanged(string Daemon, DaemonDeployment Deployment) : ClusterEvent;

    /// <summary>What holds a daemon's tasks back is now this.</summary>
    public sealed record DaemonBackOffChanged(string Daemon, ServiceBackOff BackOff) : ClusterEvent;

    /// <summary>The digests of a daemon revision's images became known.</summary>
    public sealed record DaemonRevisionResolved(string Daemon, string RevisionId, ImmutableArray<RevisionImage> Images) : ClusterEvent;

    /// <summary>A daemon is gone without trace.</summary>
    public sealed record DaemonForgotten(string Name) : ClusterEvent;
}
