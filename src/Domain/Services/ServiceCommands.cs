using System.Collections.Immutable;
using System.Text.Json;

namespace Berth.Domain;

/// <summary>Creates a service and its first deployment.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Settings">What its operator wants; its task definition is <paramref name="Definition"/>.</param>
/// <param name="Definition">The task definition to run; null for a service whose task sets name theirs.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="RoleArn">The role given, or null.</param>
/// <param name="CreatedBy">The caller's principal.</param>
/// <param name="ClientToken">Makes a repeated call answer the service; null for none.</param>
public sealed record CreateServiceCommand(
    string Name,
    ServiceSettings Settings,
    TaskDefinition? Definition,
    ImmutableArray<ResourceTag> Tags,
    string? RoleArn,
    string CreatedBy,
    string? ClientToken) : Command<ClusterAggregate, Service>
{
    /// <summary>Tells whether a repeated call has the same arguments; null when nobody asks.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>The subnets of its network configuration that EC2's records have.</summary>
    public ImmutableArray<TaskSubnet> Subnets { get; init; } = [];

    /// <inheritdoc/>
    public override Service Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        aggregate.RequireActive();
        if (Repeat(aggregate.State, Name, ClientToken, Fingerprint) is { } same)
        {
            return same;
        }

        switch (aggregate.State.Services.GetValueOrDefault(Name))
        {
            case { Status: ServiceStatus.Active }:
                throw RefusedException.InvalidParameter("Creation of service was not idempotent.");
            case { Status: ServiceStatus.Draining }:
                throw RefusedException.InvalidParameter("Unable to Start a service that is still Draining.");
        }

        ServiceRules.RequireDesiredCount(aggregate, Settings.DesiredCount);
        if (aggregate.State.Counts.ActiveServices.All >= aggregate.Limits.Quotas.ServicesPerCluster)
        {
            throw RefusedException.Client($"You have reached the limit of {aggregate.Limits.Quotas.ServicesPerCluster} services in a cluster.");
        }

        var service = new Service
        {
            Name = Name,
            Settings = Settings,
            Deployments = [],
            Tags = Tags,
            RoleArn = RoleArn,
            CreatedAt = context.Now,
            CreatedBy = CreatedBy,
            ClientToken = ClientToken,
            Fingerprint = Fingerprint,
        };
        TaskSubnet.Pin(aggregate, Subnets);
        if (Definition is not null)
        {
            TaskFactory.Pin(aggregate, Definition);
            var first = Rollouts.Begin(Settings, Definition, null, context);
            service = service with { Revisions = [first.Revision], Deployments = [first.Deployment], ServiceDeployments = [first.ServiceDeployment] };
        }

        aggregate.Record(new ClusterEvent.ServiceCreated(service));
        return aggregate.State.Services[Name];
    }

    /// <summary>The service that the same call has made already, whatever has become of all that it names; null when there is none.</summary>
    public static Service? Repeat(ClusterState state, string name, string? clientToken, string? fingerprint) =>
        clientToken is not null && state.Services.GetValueOrDefault(name) is { Status: ServiceStatus.Active } known
            && known.ClientToken == clientToken && known.Fingerprint == fingerprint ? known : null;
}

/// <summary>What UpdateService changes; null keeps what is.</summary>
public sealed record ServiceChanges
{
    /// <summary>Another task definition: starts a deployment when it differs.</summary>
    public TaskDefinition? Definition { get; init; }

    /// <summary>That task definition's tags.</summary>
    public ImmutableArray<ResourceTag>? TaskDefinitionTags { get; init; }

    /// <summary>How many tasks.</summary>
    public int? DesiredCount { get; init; }

    /// <summary>How it may depart from the desired count.</summary>
    public DeploymentConfigurationChanges? DeploymentConfiguration { get; init; }

    /// <summary>Capacity providers; empty goes back to the launch type.</summary>
    public ImmutableArray<CapacityProviderStrategyItem>? CapacityProviderStrategy { get; init; }

    /// <summary>The platform's version: starts a deployment when it differs.</summary>
    public string? PlatformVersion { get; init; }

    /// <summary>Placement strategies.</summary>
    public ImmutableArray<PlacementStrategy>? PlacementStrategy { get; init; }

    /// <summary>Placement constraints.</summary>
    public ImmutableArray<PlacementConstraint>? PlacementConstraints { get; init; }

    /// <summary>Target groups: starts a deployment when they differ.</summary>
    public ImmutableArray<ServiceLoadBalancer>? LoadBalancers { get; init; }

    /// <summary>Service registries: starts a deployment when they differ.</summary>
    public ImmutableArray<ServiceRegistry>? ServiceRegistries { get; init; }

    /// <summary>The API's <c>NetworkConfiguration</c>: starts a deployment when it differs.</summary>
    public JsonElement? NetworkConfiguration { get; init; }

    /// <summary>The subnets in it that EC2's records have.</summary>
    public ImmutableArray<TaskSubnet> Subnets { get; init; } = [];

    /// <summary>The API's <c>ServiceConnectConfiguration</c>: starts a deployment when it differs.</summary>
    public JsonElement? ServiceConnectConfiguration { get; init; }

    /// <summary>The API's list of <c>ServiceVolumeConfiguration</c>: starts a deployment when it differs.</summary>
    public JsonElement? VolumeConfigurations { get; init; }

    /// <summary>The API's list of <c>VpcLatticeConfiguration</c>: starts a deployment when it differs.</summary>
    public JsonElement? VpcLatticeConfigurations { get; init; }

    /// <summary>The API's <c>MonitoringConfiguration</c>.</summary>
    public JsonElement? Monitoring { get; init; }

    /// <summary>The grace period.</summary>
    public TimeSpan? HealthCheckGracePeriod { get; init; }

    /// <summary><c>NONE</c>, <c>SERVICE</c> or <c>TASK_DEFINITION</c>.</summary>
    public string? PropagateTags { get; init; }

    /// <summary>Whether tasks get the <c>aws:ecs:</c> tags.</summary>
    public bool? EnableEcsManagedTags { get; init; }

    /// <summary>Whether ExecuteCommand was asked for.</summary>
    public bool? EnableExecuteCommand { get; init; }

    /// <summary><c>ENABLED</c> or <c>DISABLED</c>.</summary>
    public string? AvailabilityZoneRebalancing { get; init; }

    /// <summary>Starts a deployment although nothing else asks for one.</summary>
    public bool ForceNewDeployment { get; init; }

    /// <summary>The first change that only the service scheduler's own deployments know; null when there is none.</summary>
    internal string? OnlyForOwnDeployments =>
        Definition is not null ? "taskDefinition"
        : CapacityProviderStrategy is not null ? "capacityProviderStrategy"
        : PlatformVersion is not null ? "platformVersion"
        : LoadBalancers is not null ? "loadBalancers"
        : ServiceRegistries is not null ? "serviceRegistries"
        : NetworkConfiguration is not null ? "networkConfiguration"
        : ServiceConnectConfiguration is not null ? "serviceConnectConfiguration"
        : VolumeConfigurations is not null ? "volumeConfigurations"
        : VpcLatticeConfigurations is not null ? "vpcLatticeConfigurations"
        : AvailabilityZoneRebalancing == "ENABLED" ? "availabilityZoneRebalancing"
        : ForceNewDeployment ? "forceNewDeployment"
        : null;

    internal ServiceSettings ApplyTo(ServiceSettings settings) => settings with
    {
        TaskDefinitionArn = Definition?.Arn ?? settings.TaskDefinitionArn,
        TaskDefinitionTags = TaskDefinitionTags ?? settings.TaskDefinitionTags,
        DesiredCount = settings.SchedulingStrategy == SchedulingStrategy.Daemon ? settings.DesiredCount : DesiredCount ?? settings.DesiredCount,
        DeploymentConfiguration = DeploymentConfiguration?.ApplyTo(settings.DeploymentConfiguration, settings.SchedulingStrategy) ?? settings.DeploymentConfiguration,
        LaunchType = CapacityProviderStrategy is not { } providers ? settings.LaunchType : providers.IsEmpty ? settings.LaunchType ?? "EC2" : null,
        CapacityProviderStrategy = CapacityProviderStrategy ?? settings.CapacityProviderStrategy,
        PlatformVersion = PlatformVersion ?? settings.PlatformVersion,
        PlacementStrategy = PlacementStrategy ?? settings.PlacementStrategy,
        PlacementConstraints = PlacementConstraints ?? settings.PlacementConstraints,
        LoadBalancers = LoadBalancers ?? settings.LoadBalancers,
        ServiceRegistries = ServiceRegistries ?? settings.ServiceRegistries,
        NetworkConfiguration = NetworkConfiguration ?? settings.NetworkConfiguration,
        ServiceConnectConfiguration = ServiceConnectConfiguration ?? settings.ServiceConnectConfiguration,
        VolumeConfigurations = VolumeConfigurations ?? settings.VolumeConfigurations,
        VpcLatticeConfigurations = VpcLatticeConfigurations ?? settings.VpcLatticeConfigurations,
        Monitoring = Monitoring ?? settings.Monitoring,
        HealthCheckGracePeriod = HealthCheckGracePeriod ?? settings.HealthCheckGracePeriod,
        HasHealthCheckGracePeriod = HealthCheckGracePeriod is not null || settings.HasHealthCheckGracePeriod,
        PropagateTags = PropagateTags ?? settings.PropagateTags,
        EnableEcsManagedTags = EnableEcsManagedTags ?? settings.EnableEcsManagedTags,
        EnableExecuteCommand = EnableExecuteCommand ?? settings.EnableExecuteCommand,
        AvailabilityZoneRebalancing = AvailabilityZoneRebalancing ?? settings.AvailabilityZoneRebalancing,
    };
}

/// <summary>Changes a service; a new deployment starts where the change touches what tasks are made of.</summary>
public sealed record UpdateServiceCommand(string Name, ServiceChanges Changes) : Command<ClusterAggregate, Service>
{
    /// <inheritdoc/>
    public override Service Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        var service = aggregate.RequireActiveService(Name);
        ServiceRules.RequireDesiredCount(aggregate, Changes.DesiredCount ?? 0);
        var settings = Changes.ApplyTo(service.Settings);
        if (service.Settings.DeploymentController != DeploymentController.Ecs && Changes.OnlyForOwnDeployments is { } member)
        {
            throw RefusedException.InvalidParameter($"Unable to update {member} on services with the {ServiceRules.NameOf(service.Settings.DeploymentController)} deployment controller.");
        }

        if (Changes.AvailabilityZoneRebalancing == "ENABLED" && ZoneRebalancing.Refusal(settings) is { } why)
        {
            throw RefusedException.InvalidParameter($"Availability Zone rebalancing can't be enabled for the service because {why}.");
        }

        if (Changes.DeploymentConfiguration is not null || Changes.LoadBalancers is not null)
        {
            settings.RequireLoadBalancersToShift();
        }

        var deploys = service.Settings.DeploymentController == DeploymentController.Ecs
            && (Changes.ForceNewDeployment || service.Settings.Workload.DeploysTo(settings.Workload));
        if (!deploys)
        {
            TaskSubnet.Pin(aggregate, Changes.Subnets);
            aggregate.Record(new ClusterEvent.ServiceUpdated(Name, settings));
            TaskSetRules.Recompute(aggregate, service.Name, context);
            return aggregate.State.Services[Name];
        }

        if (service.Rollout is { } open && service.Deployments.Length > 1 && (open.Stage is not null) != (settings.DeploymentConfiguration.Strategy != DeploymentStrategy.Rolling))
        {
            throw RefusedException.InvalidParameter("The deployment strategy can't change between ROLLING and one that shifts traffic while a service deployment is in progress.");
        }

        var definition = Changes.Definition ?? aggregate.State.TaskDefinitions[settings.TaskDefinitionArn];
        TaskFactory.Pin(aggregate, definition);
        TaskSubnet.Pin(aggregate, Changes.Subnets);
        Rollouts.Overtake(aggregate, service, "Superseded by a newer service deployment.", context);
        var next = Rollouts.Begin(settings, definition, service, context);
        aggregate.Record(new ClusterEvent.ServiceUpdated(Name, settings));
        aggregate.Record(new ClusterEvent.ServiceRevisionCreated(Name, next.Revision));
        aggregate.Record(new ClusterEvent.DeploymentStarted(Name, next.Deployment));
        aggregate.Record(new ClusterEvent.ServiceDeploymentChanged(Name, next.ServiceDeployment));
        if (!service.RebalancingTaskIds.IsEmpty)
        {
            aggregate.Record(new ClusterEvent.ServiceRebalancingChanged(Name, []));
        }

        // What failed before may have been mended: the new deployment starts without delay.
        if (service.BackOff != ServiceBackOff.None)
        {
            aggregate.Record(new ClusterEvent.ServiceBackOffChanged(Name, ServiceBackOff.None));
        }

        return aggregate.State.Services[Name];
    }
}

/// <summary>Deletes a service: refused while it is scaled above 0, unless forced. Deleting a draining one again is no error.</summary>
public sealed record DeleteServiceCommand(string Name, bool Force) : Command<ClusterAggregate, Service>
{
    /// <inheritdoc/>
    public override Service Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        aggregate.RequireActive();
        if (aggregate.State.Services.GetValueOrDefault(Name) is not { Status: not ServiceStatus.Inactive } service)
        {
            throw new RefusedException("ServiceNotFoundException", "Service not found.");
        }

        if (service.Status == ServiceStatus.Draining)
        {
            return service;
        }

        if (!Force && service.Settings.DesiredCount > 0 && !service.IsDaemon)
        {
            throw RefusedException.InvalidParameter("The service cannot be stopped while it is scaled above 0.");
        }

        if (!Force && service.TaskSets.Any(set => set.Status != TaskSetStatus.Draining))
        {
            throw RefusedException.InvalidParameter("The service cannot be stopped while deployments are active.");
        }

        Rollouts.Overtake(aggregate, service, "The service was deleted.", context);
        aggregate.Record(new ClusterEvent.ServiceDraining(Name));
        return aggregate.State.Services[Name];
    }
}

/// <summary>Refusals that commands on services share.</summary>
internal static class ServiceRules
{
    /// <summary>A service that is there and in use, in a cluster that is.</summary>
    public static Service RequireActiveService(this ClusterAggregate cluster, string name)
    {
        cluster.RequireActive();
        return cluster.State.Services.GetValueOrDefault(name) switch
        {
            null => throw new RefusedException("ServiceNotFoundException", "Service not found."),
            { Status: ServiceStatus.Active } service => service,
            _ => throw new RefusedException("ServiceNotActiveException", "Service was not ACTIVE."),
        };
    }

    /// <summary>A desired count within the quota.</summary>
    public static void RequireDesiredCount(ClusterAggregate cluster, int desired)
    {
        if (desired > cluster.Limits.Quotas.TasksPerService)
        {
            throw RefusedException.InvalidParameter($"desiredCount must be between 0 and {cluster.Limits.Quotas.TasksPerService}.");
        }
    }

    public static string NameOf(DeploymentController controller) => controller switch
    {
        DeploymentController.Ecs => "ECS",
        DeploymentController.CodeDeploy => "CODE_DEPLOY",
        DeploymentController.External => "EXTERNAL",
    };

    public static string NameOf(DeploymentStrategy strategy) => strategy switch
    {
        DeploymentStrategy.Rolling => "ROLLING",
        DeploymentStrategy.BlueGreen => "BLUE_GREEN",
        DeploymentStrategy.Linear => "LINEAR",
        DeploymentStrategy.Canary => "CANARY",
    };
}
