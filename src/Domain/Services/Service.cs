using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Berth.Domain;

/// <summary>A service's status. The wire's name is the same in capitals.</summary>
public enum ServiceStatus
{
    /// <summary>Kept running.</summary>
    Active,

    /// <summary>Deleted; tasks are still stopping.</summary>
    Draining,

    /// <summary>Deleted and gone, describable for a time.</summary>
    Inactive,
}

/// <summary>How a service chooses where its tasks run. The wire's name is the same in capitals.</summary>
public enum SchedulingStrategy
{
    /// <summary>A number of tasks, wherever there is room.</summary>
    Replica,

    /// <summary>One task on every instance that matches.</summary>
    Daemon,
}

/// <summary>Who makes a service's deployments. The wire's names are ECS, CODE_DEPLOY, EXTERNAL.</summary>
public enum DeploymentController
{
    /// <summary>The service scheduler.</summary>
    Ecs,

    /// <summary>CodeDeploy.</summary>
    CodeDeploy,

    /// <summary>Somebody else, with task sets.</summary>
    External,
}

/// <summary>One placement strategy.</summary>
/// <param name="Type"><c>binpack</c>, <c>spread</c> or <c>random</c>.</param>
/// <param name="Field"><c>cpu</c> or <c>memory</c>; <c>instanceId</c>, <c>host</c> or <c>attribute:NAME</c>; null for random.</param>
public sealed record PlacementStrategy(string Type, string? Field);

/// <summary>One placement constraint.</summary>
/// <param name="Type"><c>distinctInstance</c> or <c>memberOf</c>.</param>
/// <param name="Expression">The cluster query of <c>memberOf</c>.</param>
public sealed record PlacementConstraint(string Type, string? Expression);

/// <summary>One line of a service's history.</summary>
public sealed record ServiceEvent(string Id, DateTimeOffset CreatedAt, string Message)
{
    /// <summary>The line as a Service Action event; null where ECS sends none, and in lines from before there were any.</summary>
    public ServiceAction? Action { get; init; }
}

/// <summary>What the operator says of a service: everything UpdateService can change.</summary>
public sealed record ServiceSettings
{
    /// <summary>The task definition to run; empty for a service whose task sets name theirs.</summary>
    public required string TaskDefinitionArn { get; init; }

    /// <summary>How many tasks.</summary>
    public required int DesiredCount { get; init; }

    /// <summary><c>EC2</c>, <c>FARGATE</c> …; null when a capacity provider strategy decides.</summary>
    public string? LaunchType { get; init; } = "EC2";

    /// <summary>One number of tasks, or one a matching instance.</summary>
    public SchedulingStrategy SchedulingStrategy { get; init; }

    /// <summary>Who makes its deployments.</summary>
    public DeploymentController DeploymentController { get; init; }

    /// <summary>The capacity providers; empty when a launch type decides.</summary>
    public ImmutableArray<CapacityProviderStrategyItem> CapacityProviderStrategy { get => field.IsDefault ? [] : field; init; }

    /// <summary>The platform's version, where the launch type has one.</summary>
    public string? PlatformVersion { get; init; }

    /// <summary>The service registries.</summary>
    public ImmutableArray<ServiceRegistry> ServiceRegistries { get => field.IsDefault ? [] : field; init; }

    /// <summary>The API's <c>NetworkConfiguration</c> as given.</summary>
    public JsonElement? NetworkConfiguration { get; init; }

    /// <summary>The API's <c>ServiceConnectConfiguration</c> as given.</summary>
    public JsonElement? ServiceConnectConfiguration { get; init; }

    /// <summary>The API's list of <c>ServiceVolumeConfiguration</c> as given.</summary>
    public JsonElement? VolumeConfigurations { get; init; }

    /// <summary>The API's list of <c>VpcLatticeConfiguration</c> as given.</summary>
    public JsonElement? VpcLatticeConfigurations { get; init; }

    /// <summary>The API's <c>MonitoringConfiguration</c> as given.</summary>
    public JsonElement? Monitoring { get; init; }

    /// <summary>The task definition's tags when it was chosen, for tasks that get them.</summary>
    public ImmutableArray<ResourceTag> TaskDefinitionTags { get => field.IsDefault ? [] : field; init; }

    /// <summary>How it may depart from the desired count.</summary>
    public DeploymentConfiguration DeploymentConfiguration { get; init; } = new();

    /// <summary>Placement strategies in order; empty means ECS's default, by zone and then by instance.</summary>
    public ImmutableArray<PlacementStrategy> PlacementStrategy { get; init; } = [];

    /// <summary>Placement constraints.</summary>
    public ImmutableArray<PlacementConstraint> PlacementConstraints { get; init; } = [];

    /// <summary>The target groups it is behind.</summary>
    public ImmutableArray<ServiceLoadBalancer> LoadBalancers { get; init; } = [];

    /// <summary>How long after a task's start failing health checks do not count.</summary>
    public TimeSpan HealthCheckGracePeriod { get; init; }

    /// <summary>Whether the operator gave a grace period; it is told only then, or when there is a load balancer.</summary>
    public bool HasHealthCheckGracePeriod { get; init; }

    /// <summary><c>NONE</c>, <c>SERVICE</c> or <c>TASK_DEFINITION</c>.</summary>
    public string PropagateTags { get; init; } = "NONE";

    /// <summary>Whether tasks get the <c>aws:ecs:</c> tags.</summary>
    public bool EnableEcsManagedTags { get; init; }

    /// <summary>Whether ExecuteCommand was asked for.</summary>
    public bool EnableExecuteCommand { get; init; }

    /// <summary><c>ENABLED</c> or <c>DISABLED</c>.</summary>
    public string AvailabilityZoneRebalancing { get; init; } = "DISABLED";

    /// <summary>What its tasks are made of.</summary>
    [JsonIgnore]
    public Workload Workload
    {
        get => new()
        {
            TaskDefinitionArn = TaskDefinitionArn,
            LaunchType = LaunchType,
            CapacityProviderStrategy = CapacityProviderStrategy,
            PlatformVersion = PlatformVersion,
            LoadBalancers = LoadBalancers,
            ServiceRegistries = ServiceRegistries,
            NetworkConfiguration = NetworkConfiguration,
            ServiceConnectConfiguration = ServiceConnectConfiguration,
            VolumeConfigurations = VolumeConfigurations,
            VpcLatticeConfigurations = VpcLatticeConfigurations,
            Monitoring = Monitoring,
            TaskDefinitionTags = TaskDefinitionTags,
        };
    }

    /// <summary>The same wishes for tasks made of something else.</summary>
    public ServiceSettings With(Workload workload) => this with
    {
        TaskDefinitionArn = workload.TaskDefinitionArn,
        LaunchType = workload.LaunchType,
        CapacityProviderStrategy = workload.CapacityProviderStrategy,
        PlatformVersion = workload.PlatformVersion,
        LoadBalancers = workload.LoadBalancers,
        ServiceRegistries = workload.ServiceRegistries,
        NetworkConfiguration = workload.NetworkConfiguration,
        ServiceConnectConfiguration = workload.ServiceConnectConfiguration,
        VolumeConfigurations = workload.VolumeConfigurations,
        VpcLatticeConfigurations = workload.VpcLatticeConfigurations,
        Monitoring = workload.Monitoring,
        TaskDefinitionTags = workload.TaskDefinitionTags,
    };
}

/// <summary>Why a service is not starting tasks just now.</summary>
/// <param name="StartFailures">Tasks in a row that ended without having run.</param>
/// <param name="NoStartBefore">No task is started before this moment.</param>
/// <param name="Unplaced">Whether the last attempt found no room.</param>
public sealed record ServiceBackOff(int StartFailures, DateTimeOffset? NoStartBefore, bool Unplaced)
{
    /// <summary>Nothing holds the service back.</summary>
    public static ServiceBackOff None { get; } = new(0, null, false);

    /// <summary>Whether no task may be started now. One that would hold for longer than any may is of a clock that was set back since.</summary>
    public bool HoldsAt(DateTimeOffset now, ClusterLimits limits) => NoStartBefore > now && NoStartBefore <= now + limits.StartBackOffMost;
}

/// <summary>Keeps a number of tasks of a revision running.</summary>
public sealed record Service
{
    /// <summary>Its name, unique among the cluster's active and draining services.</summary>
    public required string Name { get; init; }

    /// <summary>Its status.</summary>
    public ServiceStatus Status { get; init; } = ServiceStatus.Active;

    /// <summary>What the operator said.</summary>
    public required ServiceSettings Settings { get; init; }

    /// <summary>Its deployments, newest first: the first is PRIMARY, the others are being replaced. Empty once INACTIVE.</summary>
    public required ImmutableArray<Deployment> Deployments { get; init; }

    /// <summary>What its tasks were made of, newest first, as far back as <see cref="ServiceDeployments"/> tell of it.</summary>
    public ImmutableArray<ServiceRevision> Revisions { get => field.IsDefault ? [] : field; init; }

    /// <summary>Its rollouts, newest first; bounded.</summary>
    public ImmutableArray<ServiceDeployment> ServiceDeployments { get => field.IsDefault ? [] : field; init; }

    /// <summary>Its task sets, oldest first; only where somebody else makes its deployments.</summary>
    public ImmutableArray<TaskSet> TaskSets { get => field.IsDefault ? [] : field; init; }

    /// <summary>The deployment that completed last, when no task of it is left: where a rollback would go.</summary>
    public Deployment? LastCompleted { get; init; }

    /// <summary>Tasks that were started to balance its zones and are awaited; empty while nothing is moved.</summary>
    public ImmutableArray<string> RebalancingTaskIds { get => field.IsDefault ? [] : field; init; }

    /// <summary>Its history, newest first.</summary>
    public ImmutableList<ServiceEvent> Events { get; init; } = [];

    /// <summary>What holds it back.</summary>
    public ServiceBackOff BackOff { get; init; } = ServiceBackOff.None;

    /// <summary>Tags.</summary>
    public ImmutableArray<ResourceTag> Tags { get; init; } = [];

    /// <summary>The role given at creation, or null.</summary>
    public string? RoleArn { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The principal who created it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>The client token it was created with.</summary>
    public string? ClientToken { get; init; }

    /// <summary>Tells whether a call with the same token has the same arguments.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>When it became INACTIVE.</summary>
    public DateTimeOffset? InactiveAt { get; init; }

    /// <summary>The deployment new tasks belong to; null once INACTIVE.</summary>
    [JsonIgnore]
    public Deployment? Primary => Deployments.Length > 0 ? Deployments[0] : null;

    /// <summary>Whether it runs one task on every matching instance.</summary>
    [JsonIgnore]
    public bool IsDaemon => Settings.SchedulingStrategy == SchedulingStrategy.Daemon;

    /// <summary>The rollout under way; null when there is none.</summary>
    [JsonIgnore]
    public ServiceDeployment? Rollout => ServiceDeployments is [{ IsOpen: true } open, ..] ? open : null;

    /// <summary>The task group of its tasks.</summary>
    [JsonIgnore]
    public string Group => $"service:{Name}";

    /// <summary>A revision by its id; null when it is not known.</summary>
    public ServiceRevision? Revision(string? id) => id is null ? null : Revisions.FirstOrDefault(revision => revision.Id == id);

    /// <summary>The workload of a deployment.</summary>
    public Workload WorkloadOf(Deployment deployment) =>
        Revision(deployment.RevisionId)?.Workload ?? Settings.Workload with { TaskDefinitionArn = deployment.TaskDefinitionArn };

    /// <summary>The target groups of tasks started by a deployment or task set.</summary>
    public ImmutableArray<ServiceLoadBalancer> LoadBalancersOf(string? startedBy) =>
        TaskSets.FirstOrDefault(set => set.Id == startedBy) is { } set ? set.Workload.LoadBalancers
        : Deployments.FirstOrDefault(deployment => deployment.Id == startedBy) is { } deployment && Revision(deployment.RevisionId) is { } revision ? revision.LoadBalancers
        : Settings.LoadBalancers;

    /// <summary>Every task definition it may still run tasks of, by ARN; some perhaps twice.</summary>
    internal IEnumerable<string> TaskDefinitionArns()
    {
        if (Status != ServiceStatus.Inactive && Settings.TaskDefinitionArn.Length > 0)
        {
            yield return Settings.TaskDefinitionArn;
        }

        foreach (var deployment in Deployments)
        {
            yield return deployment.TaskDefinitionArn;
        }

        foreach (var set in TaskSets)
        {
            yield return set.Workload.TaskDefinitionArn;
        }

        if (LastCompleted is { } last)
        {
            yield return last.TaskDefinitionArn;
        }
    }
}
