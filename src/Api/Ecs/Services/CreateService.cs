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
internal sealed class CreateService(ClusterStreams clusters, TaskDefinitionLookup definitions, ServiceLoadBalancers loadBalancers, TaskNetworks networks, EcsQuotas quotas)
    : IOperation<CreateServiceRequest, CreateServiceResponse>
{
    public async ValueTask<CreateServiceResponse> HandleAsync(CreateServiceRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        ServiceRules.CheckName(request.ServiceName);
        ServiceRules.CheckToken(request.ClientToken);
        var (scheduling, controller) = Check(request);
        var tags = Tags.Read(request.Tags);
        var before = await clusters.ReadAsync(context, request.Cluster, cancellationToken).ConfigureAwait(false);
        var cluster = before.Name;
        var token = string.IsNullOrEmpty(request.ClientToken) ? null : request.ClientToken;
        var fingerprint = token is null ? null : CallFingerprint.Of(request with { ClientToken = null, Cluster = null }, EcsJson.Shared.CreateServiceRequest);
        if (CreateServiceCommand.Repeat(before, request.ServiceName!, token, fingerprint) is { } same)    // The name was checked.
        {
            return new() { Service = ServiceAnswer.Of(before, same, withTags: true) };
        }

        var target = Target(request, scheduling, controller, before, context);
        var definition = target is null ? null : await definitions.FindAsync(request.TaskDefinition, context, cancellationToken).ConfigureAwait(false);
        if (definition is not null)
        {
            target!.RequireCompatible(definition.Definition);    // There with the definition.
            ServiceRules.CheckExecuteCommand(request.EnableExecuteCommand, definition.Definition, "created");
        }

        var network = definition is null
            ? TaskNetwork.None
            : await networks.ReadAsync(request.NetworkConfiguration, definition.Definition.NetworkMode, target!.IsFargate, context, cancellationToken).ConfigureAwait(false);
        var usual = DeploymentConfigurationRules.Usual(scheduling);
        var configuration = DeploymentConfigurationRules.Read(request.DeploymentConfiguration)?.ApplyTo(usual, scheduling) ?? usual;
        var settings = new ServiceSettings
        {
            TaskDefinitionArn = definition?.Definition.Arn ?? "",
            TaskDefinitionTags = definition?.Tags ?? [],
            DesiredCount = scheduling == SchedulingStrategy.Daemon ? 0 : request.DesiredCount ?? 0,
            LaunchType = target?.LaunchType,
            CapacityProviderStrategy = target?.Strategy ?? [],
            PlatformVersion = target?.RequestedPlatformVersion,
            SchedulingStrategy = scheduling,
            DeploymentController = controller,
            DeploymentConfiguration = configuration,
            PlacementStrategy = PlacementRules.Strategies(request.PlacementStrategy),
            PlacementConstraints = PlacementRules.Constraints(request.PlacementConstraints, definition?.Definition),
            LoadBalancers = definition is null
                ? []
                : await loadBalancers.ReadAsync(request.LoadBalancers, definition.Definition, context, cancellationToken).ConfigureAwait(false),
            ServiceRegistries = WorkloadRules.Registries(request.ServiceRegistries),
            NetworkConfiguration = network.Configuration,
            ServiceConnectConfiguration = WorkloadRules.Keep(request.ServiceConnectConfiguration, EcsJson.Shared.ServiceConnectConfigurationShape),
            VolumeConfigurations = WorkloadRules.Keep(request.VolumeConfigurations, EcsJson.Shared.ListServiceVolumeConfigurationShape),
            VpcLatticeConfigurations = WorkloadRules.Keep(request.VpcLatticeConfigurations, EcsJson.Shared.ListVpcLatticeConfigurationShape),
            Monitoring = WorkloadRules.Keep(request.Monitoring, EcsJson.Shared.MonitoringConfigurationShape),
            HealthCheckGracePeriod = TimeSpan.FromSeconds(request.HealthCheckGracePeriodSeconds ?? 0),
            HasHealthCheckGracePeriod = request.HealthCheckGracePeriodSeconds is not null,
            PropagateTags = request.PropagateTags ?? "NONE",
            EnableEcsManagedTags = request.EnableECSManagedTags == true,
            EnableExecuteCommand = request.EnableExecuteCommand == true,
        };
        settings.RequireLoadBalancersToShift();
        settings = settings with { AvailabilityZoneRebalancing = Rebalancing(request.AvailabilityZoneRebalancing, settings) };
        var command = new CreateServiceCommand(
            request.ServiceName!, settings, definition?.Definition, tags, RoleArn(request, context), context.PrincipalArn, token)
        {
            Fingerprint = fingerprint,
            Subnets = network.Subnets,
        };
        var service = await clusters.ExecuteAsync(context, cluster, command, cancellationToken).ConfigureAwait(false);
        var state = await clusters.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        return new() { Service = ServiceAnswer.Of(state, service, withTags: true) };
    }

    /// <summary>What tasks are launched on; null where task sets say it. A daemon is told where to be by instances, not by a default.</summary>
    private LaunchTarget? Target(
        CreateServiceRequest request, SchedulingStrategy scheduling, DeploymentController controller, ClusterState cluster, RequestContext context)
    {
        if (controller == DeploymentController.External)
        {
            return null;
        }

        var isDaemonByDefault = scheduling == SchedulingStrategy.Daemon && request.CapacityProviderStrategy is not { Count: > 0 };
        var target = LaunchTarget.Read(
            request.LaunchType ?? (isDaemonByDefault ? "EC2" : null), request.CapacityProviderStrategy, request.PlatformVersion, cluster, context, quotas);
        target.CheckPlacement(request.PlacementStrategy, request.PlacementConstraints);
        target.CheckLoadBalancers(request.LoadBalancers);
        return target;
    }

    private static (SchedulingStrategy Scheduling, DeploymentController Controller) Check(CreateServiceRequest request)
    {
        WireEnums.SchedulingStrategy.Require(request.SchedulingStrategy, "schedulingStrategy");
        WireEnums.PropagateTags.Require(request.PropagateTags, "propagateTags");
        WireEnums.AvailabilityZoneRebalancing.Require(request.AvailabilityZoneRebalancing, "availabilityZoneRebalancing");
        var scheduling = WireName<SchedulingStrategy>.Read(request.SchedulingStrategy, SchedulingStrategy.Replica);
        var controller = ServiceRules.Controller(request.DeploymentController);
        ServiceRules.CheckDesiredCount(request.DesiredCount);
        ServiceRules.CheckGracePeriod(request.HealthCheckGracePeriodSeconds);
        if (scheduling == SchedulingStrategy.Daemon)
        {
            CheckDaemon(request, controller);
        }
        else if (request.DesiredCount is null && controller == DeploymentController.Ecs)
        {
            throw AwsException.InvalidParameter("desiredCount can not be null for the scheduling strategy REPLICA.");
        }

        if (controller == DeploymentController.External)
        {
            CheckExternal(request);
        }
        else if (string.IsNullOrEmpty(request.TaskDefinition))
        {
            throw AwsException.InvalidParameter("TaskDefinition can not be blank.");
        }

        WorkloadRules.CheckDocuments(request.ServiceConnectConfiguration, request.VolumeConfigurations, request.VpcLatticeConfigurations, request.Monitoring);
        return (scheduling, controller);
    }

    private static void CheckDaemon(CreateServiceRequest request, DeploymentController controller)
    {
        var refused = controller != DeploymentController.Ecs ? $"the deployment controller {WireName<DeploymentController>.Of(controller)}"
            : request.LaunchType == "FARGATE" ? "the launch type FARGATE"
            : request.PlacementStrategy is { Count: > 0 } ? "placement strategies"
            : request.VolumeConfigurations is { Count: > 0 } ? "volume configurations"
            : null;
        if (refused is not null)
        {
            throw AwsException.InvalidParameter($"The scheduling strategy DAEMON does not support {refused}.");
        }
    }

    /// <summary>What belongs to task sets is not said of the service.</summary>
    private static void CheckExternal(CreateServiceRequest request)
    {
        var member = !string.IsNullOrEmpty(request.TaskDefinition) ? "taskDefinition"
            : request.LaunchType is not null ? "launchType"
            : request.CapacityProviderStrategy is { Count: > 0 } ? "capacityProviderStrategy"
            : request.LoadBalancers is { Count: > 0 } ? "loadBalancers"
            : request.ServiceRegistries is { Count: > 0 } ? "serviceRegistries"
            : request.NetworkConfiguration is not null ? "networkConfiguration"
            : !string.IsNullOrEmpty(request.PlatformVersion) ? "platformVersion"
            : request.ServiceConnectConfiguration is not null ? "serviceConnectConfiguration"
            : request.VolumeConfigurations is { Count: > 0 } ? "volumeConfigurations"
            : request.VpcLatticeConfigurations is { Count: > 0 } ? "vpcLatticeConfigurations"
            : null;
        if (member is not null)
        {
            throw AwsException.InvalidParameter($"{member} can not be specified for a service with the EXTERNAL deployment controller. Specify it for its task sets.");
        }
    }

    /// <summary>ENABLED unless the caller says otherwise or the service can't be balanced.</summary>
    private static string Rebalancing(string? asked, ServiceSettings settings)
    {
        var refusal = ZoneRebalancing.Refusal(settings);
        return asked == "ENABLED" && refusal is not null
            ? throw AwsException.InvalidParameter($"Availability Zone rebalancing can't be enabled for the service because {refusal}.")
            : asked ?? (refusal is null ? "ENABLED" : "DISABLED");
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
