using System.Collections.Immutable;
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
internal sealed class UpdateService(ClusterStreams clusters, TaskDefinitionLookup definitions, ServiceLoadBalancers loadBalancers) : IOperation<UpdateServiceRequest, UpdateServiceResponse>
{
    public async ValueTask<UpdateServiceResponse> HandleAsync(UpdateServiceRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        TaskDefinitionLookup.CheckCapacity(null, request.CapacityProviderStrategy);
        ServiceRules.CheckController(request.DeploymentController);
        NotYet.Refuse(request.EnableExecuteCommand == true, "ExecuteCommand");
        ServiceRules.CheckPlatformVersion(request.PlatformVersion);
        ServiceRules.CheckExtras(request.ServiceRegistries, request.ServiceConnectConfiguration, request.VolumeConfigurations, request.VpcLatticeConfigurations, request.Monitoring);
        ServiceRules.CheckDesiredCount(request.DesiredCount);
        ServiceRules.CheckGracePeriod(request.HealthCheckGracePeriodSeconds);
        ServiceRules.CheckNetwork(request.NetworkConfiguration);
        WireEnums.PropagateTags.Require(request.PropagateTags, "propagateTags");
        WireEnums.AvailabilityZoneRebalancing.Require(request.AvailabilityZoneRebalancing, "availabilityZoneRebalancing");

        var before = await clusters.ReadAsync(context, request.Cluster, cancellationToken).ConfigureAwait(false);
        var name = EcsIdentifiers.Service(request.Service, before.Name);
        var known = before.Services.GetValueOrDefault(name) ?? throw new AwsException("ServiceNotFoundException", 400, "Service not found.");
        var definition = await DefinitionAsync(request.TaskDefinition, before, known, context, cancellationToken).ConfigureAwait(false);
        var changes = new ServiceChanges
        {
            Definition = definition,
            DesiredCount = request.DesiredCount,
            DeploymentConfiguration = request.DeploymentConfiguration is null
                ? null
                : ServiceRules.Deployment(request.DeploymentConfiguration, known.Settings.DeploymentConfiguration),
            PlacementStrategy = request.PlacementStrategy is null ? null : PlacementRules.Strategies(request.PlacementStrategy),
            PlacementConstraints = request.PlacementConstraints is null ? null : PlacementRules.Constraints(request.PlacementConstraints),
            LoadBalancers = await LoadBalancersAsync(request.LoadBalancers, definition ?? Current(before, known), context, cancellationToken).ConfigureAwait(false),
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

    private static TaskDefinition? Current(ClusterState state, Service service) => state.TaskDefinitions.GetValueOrDefault(service.Settings.TaskDefinitionArn);

    /// <summary>The revision asked for. The one the service has already may go on although it was deregistered since.</summary>
    private async ValueTask<TaskDefinition?> DefinitionAsync(
        string? reference, ClusterState state, Service service, RequestContext context, CancellationToken cancellationToken) =>
        string.IsNullOrEmpty(reference) ? null
        : reference == service.Settings.TaskDefinitionArn && Current(state, service) is { } current ? current
        : (await definitions.FindAsync(reference, null, context, cancellationToken).ConfigureAwait(false)).Definition;

    private async ValueTask<ImmutableArray<ServiceLoadBalancer>?> LoadBalancersAsync(
        List<LoadBalancerShape>? asked, TaskDefinition? definition, RequestContext context, CancellationToken cancellationToken) =>
        asked is null ? null
        : definition is null ? throw new AwsException("ServiceNotActiveException", 400, "Service was not ACTIVE.")
        : await loadBalancers.ReadAsync(asked, definition, context, cancellationToken).ConfigureAwait(false);
}
