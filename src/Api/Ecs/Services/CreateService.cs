using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record CreateServiceRequest
{
    public string? Cluster { get; set; }

    public string? ServiceName { get; set; }

    public string? TaskDefinition { get; set; }

    public string? AvailabilityZoneRebalancing { get; set; }

    public List<LoadBalancerShape>? LoadBalancers { get; set; }

    public List<ServiceRegistryShape>? ServiceRegistries { get; set; }

    public int? DesiredCount { get; set; }

    public string? ClientToken { get; set; }

    public string? LaunchType { get; set; }

    public List<CapacityProviderStrategyItemShape>? CapacityProviderStrategy { get; set; }

    public string? PlatformVersion { get; set; }

    public string? Role { get; set; }

    public DeploymentConfigurationShape? DeploymentConfiguration { get; set; }

    public List<PlacementConstraintShape>? PlacementConstraints { get; set; }

    public List<PlacementStrategyShape>? PlacementStrategy { get; set; }

    public NetworkConfigurationShape? NetworkConfiguration { get; set; }

    public int? HealthCheckGracePeriodSeconds { get; set; }

    public string? SchedulingStrategy { get; set; }

    public DeploymentControllerShape? DeploymentController { get; set; }

    public List<TagShape>? Tags { get; set; }

    public bool? EnableECSManagedTags { get; set; }

    public string? PropagateTags { get; set; }

    public bool? EnableExecuteCommand { get; set; }

    public ServiceConnectConfigurationShape? ServiceConnectConfiguration { get; set; }

    public List<ServiceVolumeConfigurationShape>? VolumeConfigurations { get; set; }

    public List<VpcLatticeConfigurationShape>? VpcLatticeConfigurations { get; set; }

    public MonitoringConfigurationShape? Monitoring { get; set; }
}

internal sealed record CreateServiceResponse
{
    public ServiceShape? Service { get; set; }
}

/// <summary>Creates a service; its tasks are started by the scheduler as soon as this is durable.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html</remarks>
internal sealed class CreateService(ClusterStreams clusters, TaskDefinitionLookup definitions, ServiceLoadBalancers loadBalancers) : IOperation<CreateServiceRequest, CreateServiceResponse>
{
    public async ValueTask<CreateServiceResponse> HandleAsync(CreateServiceRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        CheckWhatIsCarriedOut(request);
        ServiceRules.CheckName(request.ServiceName);
        ServiceRules.CheckToken(request.ClientToken);
        ServiceRules.CheckDesiredCount(request.DesiredCount ?? throw AwsException.InvalidParameter("desiredCount can not be null for the scheduling strategy REPLICA."));
        ServiceRules.CheckGracePeriod(request.HealthCheckGracePeriodSeconds);
        if (string.IsNullOrEmpty(request.TaskDefinition))
        {
            throw AwsException.InvalidParameter("TaskDefinition can not be blank.");
        }

        var cluster = (await clusters.ReadAsync(context, request.Cluster, cancellationToken).ConfigureAwait(false)).Name;
        var definition = (await definitions.FindAsync(request.TaskDefinition, request.LaunchType, context, cancellationToken).ConfigureAwait(false)).Definition;
        ServiceRules.CheckNetwork(request.NetworkConfiguration);
        var settings = new ServiceSettings
        {
            TaskDefinitionArn = definition.Arn,
            DesiredCount = request.DesiredCount.Value,
            DeploymentConfiguration = ServiceRules.Deployment(request.DeploymentConfiguration, new()),
            PlacementStrategy = PlacementRules.Strategies(request.PlacementStrategy),
            PlacementConstraints = PlacementRules.Constraints(request.PlacementConstraints, definition),
            LoadBalancers = await loadBalancers.ReadAsync(request.LoadBalancers, definition, context, cancellationToken).ConfigureAwait(false),
            HealthCheckGracePeriod = TimeSpan.FromSeconds(request.HealthCheckGracePeriodSeconds ?? 0),
            HasHealthCheckGracePeriod = request.HealthCheckGracePeriodSeconds is not null,
            PropagateTags = request.PropagateTags ?? "NONE",
            EnableEcsManagedTags = request.EnableECSManagedTags == true,
            EnableExecuteCommand = request.EnableExecuteCommand == true,
            AvailabilityZoneRebalancing = request.AvailabilityZoneRebalancing ?? "DISABLED",
        };
        var command = new CreateServiceCommand(
            request.ServiceName!, settings, definition, Tags.Read(request.Tags), RoleArn(request, context), context.PrincipalArn, request.ClientToken);
        var service = await clusters.ExecuteAsync(context, cluster, command, cancellationToken).ConfigureAwait(false);
        var state = await clusters.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        return new() { Service = ServiceAnswer.Of(state, service, withTags: true) };
    }

    private static void CheckWhatIsCarriedOut(CreateServiceRequest request)
    {
        TaskDefinitionLookup.CheckCapacity(request.LaunchType, request.CapacityProviderStrategy);
        ServiceRules.CheckController(request.DeploymentController);
        ServiceRules.CheckPlatformVersion(request.PlatformVersion);
        ServiceRules.CheckExtras(request.ServiceRegistries, request.ServiceConnectConfiguration, request.VolumeConfigurations, request.VpcLatticeConfigurations, request.Monitoring);
        WireEnums.SchedulingStrategy.Require(request.SchedulingStrategy, "schedulingStrategy");
        NotYet.Refuse(request.SchedulingStrategy == "DAEMON", "The scheduling strategy DAEMON");
        NotYet.Refuse(request.EnableExecuteCommand == true, "ExecuteCommand");
        WireEnums.PropagateTags.Require(request.PropagateTags, "propagateTags");
        WireEnums.AvailabilityZoneRebalancing.Require(request.AvailabilityZoneRebalancing, "availabilityZoneRebalancing");
    }

    /// <summary>A role given by name is told by its ARN.</summary>
    private static string? RoleArn(CreateServiceRequest request, RequestContext context)
    {
        if (string.IsNullOrEmpty(request.Role))
        {
            return null;
        }

        return request.LoadBalancers is not { Count: > 0 }
            ? throw AwsException.InvalidParameter("You cannot specify an IAM role for a service without a load balancer.")
            : request.Role.StartsWith("arn:", StringComparison.Ordinal) ? request.Role : $"arn:aws:iam::{context.AccountId}:role/{request.Role}";
    }
}
