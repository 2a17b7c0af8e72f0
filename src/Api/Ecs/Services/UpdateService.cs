using System.Collections.Immutable;
using System.Text.Json;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record UpdateServiceRequest
{
    public string? Cluster { get; set; }

    public string? Service { get; set; }

    public int? DesiredCount { get; set; }

    public string? TaskDefinition { get; set; }

    public List<CapacityProviderStrategyItemShape>? CapacityProviderStrategy { get; set; }

    public DeploymentConfigurationShape? DeploymentConfiguration { get; set; }

    public string? AvailabilityZoneRebalancing { get; set; }

    public NetworkConfigurationShape? NetworkConfiguration { get; set; }

    public List<PlacementConstraintShape>? PlacementConstraints { get; set; }

    public List<PlacementStrategyShape>? PlacementStrategy { get; set; }

    public string? PlatformVersion { get; set; }

    public bool? ForceNewDeployment { get; set; }

    public int? HealthCheckGracePeriodSeconds { get; set; }

    public DeploymentControllerShape? DeploymentController { get; set; }

    public bool? EnableExecuteCommand { get; set; }

    public bool? EnableECSManagedTags { get; set; }

    public List<LoadBalancerShape>? LoadBalancers { get; set; }

    public string? PropagateTags { get; set; }

    public List<ServiceRegistryShape>? ServiceRegistries { get; set; }

    public ServiceConnectConfigurationShape? ServiceConnectConfiguration { get; set; }

    public List<ServiceVolumeConfigurationShape>? VolumeConfigurations { get; set; }

    public List<VpcLatticeConfigurationShape>? VpcLatticeConfigurations { get; set; }

    public MonitoringConfigurationShape? Monitoring { get; set; }
}

internal sealed record UpdateServiceResponse
{
    public ServiceShape? Service { get; set; }
}

/// <summary>Changes a service; what is not given stays. A change of what tasks are made of starts a deployment.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html</remarks>
internal sealed class UpdateService(ClusterStreams clusters, TaskDefinitionLookup definitions, ServiceLoadBalancers loadBalancers, TaskNetworks networks, EcsQuotas quotas)
    : IOperation<UpdateServiceRequest, UpdateServiceResponse>
{
    public async ValueTask<UpdateServiceResponse> HandleAsync(UpdateServiceRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        Check(request);
        var before = await clusters.ReadAsync(context, request.Cluster, cancellationToken).ConfigureAwait(false);
        var name = EcsIdentifiers.Service(request.Service, before.Name, context);
        var known = before.Services.GetValueOrDefault(name) ?? throw new AwsException("ServiceNotFoundException", 400, "Service not found.");
        if (known.Status != ServiceStatus.Active)
        {
            throw new AwsException("ServiceNotActiveException", 400, "Service was not ACTIVE.");
        }

        NotYet.Refuse(
            request.DeploymentController is not null && ServiceRules.Controller(request.DeploymentController) != known.Settings.DeploymentController,
            "Changing a service's deployment controller");
        if (known.IsDaemon && request.PlacementStrategy is { Count: > 0 })
        {
            throw AwsException.InvalidParameter("The scheduling strategy DAEMON does not support placement strategies.");
        }

        var found = await DefinitionAsync(request.TaskDefinition, before, known, context, cancellationToken).ConfigureAwait(false);
        var definition = found?.Definition ?? Current(before, known);
        var providers = request.CapacityProviderStrategy is null ? known.Settings.CapacityProviderStrategy : CapacityProviderStrategyRules.Read(request.CapacityProviderStrategy, context, quotas);
        var target = LaunchTarget.Of(known.Settings.LaunchType, providers, request.PlatformVersion, before);
        target.CheckPlacement(request.PlacementStrategy, request.PlacementConstraints);
        if (definition is not null)
        {
            target.RequireCompatible(definition);
            ServiceRules.CheckExecuteCommand(request.EnableExecuteCommand, definition, "updated");
            if (definition.Arn != known.Settings.TaskDefinitionArn)
            {
                await CheckWhatStaysAsync(request, known.Settings, definition, target, context, cancellationToken).ConfigureAwait(false);
            }
        }

        // A revision whose network is its own has to be told where, now or before.
        var mustBeTold = definition is { NetworkMode: "awsvpc" } && known.Settings.NetworkConfiguration is null;
        var network = definition is null || (request.NetworkConfiguration is null && !mustBeTold)
            ? TaskNetwork.None
            : await networks.ReadAsync(request.NetworkConfiguration, definition.NetworkMode, target.IsFargate, context, cancellationToken).ConfigureAwait(false);
        var changes = new ServiceChanges
        {
            Definition = found?.Definition,
            TaskDefinitionTags = found?.Tags,
            DesiredCount = request.DesiredCount,
            DeploymentConfiguration = DeploymentConfigurationRules.Read(request.DeploymentConfiguration),
            CapacityProviderStrategy = request.CapacityProviderStrategy is null ? null : providers,
            PlatformVersion = request.PlatformVersion,
            PlacementStrategy = request.PlacementStrategy is null ? null : PlacementRules.Strategies(request.PlacementStrategy),
            PlacementConstraints = request.PlacementConstraints is null ? null
                : definition is null ? PlacementRules.Constraints(request.PlacementConstraints)
                : PlacementRules.Constraints(request.PlacementConstraints, definition),
            LoadBalancers = request.LoadBalancers is null || definition is null
                ? (request.LoadBalancers is null ? null : ImmutableArray<ServiceLoadBalancer>.Empty)
                : await loadBalancers.ReadAsync(request.LoadBalancers, definition, context, cancellationToken).ConfigureAwait(false),
            ServiceRegistries = request.ServiceRegistries is null ? null : WorkloadRules.Registries(request.ServiceRegistries),
            NetworkConfiguration = network.Configuration,
            Subnets = network.Subnets,
            ServiceConnectConfiguration = WorkloadRules.Keep(request.ServiceConnectConfiguration, EcsJson.Shared.ServiceConnectConfigurationShape),
            VolumeConfigurations = WorkloadRules.Keep(request.VolumeConfigurations, EcsJson.Shared.ListServiceVolumeConfigurationShape),
            VpcLatticeConfigurations = WorkloadRules.Keep(request.VpcLatticeConfigurations, EcsJson.Shared.ListVpcLatticeConfigurationShape),
            Monitoring = WorkloadRules.Keep(request.Monitoring, EcsJson.Shared.MonitoringConfigurationShape),
            HealthCheckGracePeriod = request.HealthCheckGracePeriodSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            PropagateTags = request.PropagateTags,
            EnableEcsManagedTags = request.EnableECSManagedTags,
            EnableExecuteCommand = request.EnableExecuteCommand,
            AvailabilityZoneRebalancing = request.AvailabilityZoneRebalancing,
            ForceNewDeployment = request.ForceNewDeployment == true,
        };
        var service = await clusters.ExecuteAsync(context, before.Name, new UpdateServiceCommand(name, changes), cancellationToken).ConfigureAwait(false);
        var state = await clusters.ReadAsync(context, before.Name, cancellationToken).ConfigureAwait(false);
        return new() { Service = ServiceAnswer.Of(state, service, withTags: false) };
    }

    private static void Check(UpdateServiceRequest request)
    {
        WorkloadRules.CheckDocuments(request.ServiceConnectConfiguration, request.VolumeConfigurations, request.VpcLatticeConfigurations, request.Monitoring);
        ServiceRules.CheckDesiredCount(request.DesiredCount);
        ServiceRules.CheckGracePeriod(request.HealthCheckGracePeriodSeconds);
        WireEnums.PropagateTags.Require(request.PropagateTags, "propagateTags");
        WireEnums.AvailabilityZoneRebalancing.Require(request.AvailabilityZoneRebalancing, "availabilityZoneRebalancing");
    }

    /// <summary>Holds another revision against the settings that the request leaves as they are; those that it gives are checked as they are read.</summary>
    private async ValueTask CheckWhatStaysAsync(
        UpdateServiceRequest request, ServiceSettings stays, TaskDefinition definition, LaunchTarget target, RequestContext context, CancellationToken cancellationToken)
    {
        ServiceRules.CheckExecuteCommand(request.EnableExecuteCommand ?? stays.EnableExecuteCommand, definition, "updated");
        if (request.NetworkConfiguration is null && stays.NetworkConfiguration is { } network)
        {
            _ = NetworkConfigurationRules.Read(network.Deserialize(EcsJson.Shared.NetworkConfigurationShape), definition.NetworkMode, target.IsFargate, quotas);
        }

        if (request.PlacementConstraints is null)
        {
            PlacementRules.CheckCount(stays.PlacementConstraints.Length, definition);
        }

        if (request.LoadBalancers is null)
        {
            await loadBalancers.CheckAsync(stays.LoadBalancers, definition, context, cancellationToken).ConfigureAwait(false);
        }
    }

    private static TaskDefinition? Current(ClusterState state, Service service) => state.TaskDefinitions.GetValueOrDefault(service.Settings.TaskDefinitionArn);

    /// <summary>The revision asked for. The one the service has already may go on although it was deregistered since.</summary>
    private async ValueTask<(TaskDefinition Definition, ImmutableArray<ResourceTag>? Tags)?> DefinitionAsync(
        string? reference, ClusterState state, Service service, RequestContext context, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(reference))
        {
            return null;
        }

        if (reference == service.Settings.TaskDefinitionArn && Current(state, service) is { } current)
        {
            return (current, null);
        }

        var found = await definitions.FindAsync(reference, context, cancellationToken).ConfigureAwait(false);
        return (found.Definition, found.Tags);
    }
}
