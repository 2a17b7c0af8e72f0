namespace Berth.Api;

// Shapes of the API model, member for member. Members are settable because the serializer sets them fastest so.

internal sealed record LoadBalancerShape
{
    public string? TargetGroupArn { get; set; }

    public string? LoadBalancerName { get; set; }

    public string? ContainerName { get; set; }

    public int? ContainerPort { get; set; }

    public AdvancedConfigurationShape? AdvancedConfiguration { get; set; }
}

internal sealed record ServiceShape
{
    public string? ServiceArn { get; set; }

    public string? ServiceName { get; set; }

    public string? ClusterArn { get; set; }

    public List<LoadBalancerShape>? LoadBalancers { get; set; }

    public List<ServiceRegistryShape>? ServiceRegistries { get; set; }

    public string? Status { get; set; }

    public int? DesiredCount { get; set; }

    public int? RunningCount { get; set; }

    public int? PendingCount { get; set; }

    public string? LaunchType { get; set; }

    public List<CapacityProviderStrategyItemShape>? CapacityProviderStrategy { get; set; }

    public string? PlatformVersion { get; set; }

    public string? PlatformFamily { get; set; }

    public string? TaskDefinition { get; set; }

    public DeploymentConfigurationShape? DeploymentConfiguration { get; set; }

    public List<TaskSetShape>? TaskSets { get; set; }

    public List<DeploymentShape>? Deployments { get; set; }

    public string? RoleArn { get; set; }

    public List<ServiceEventShape>? Events { get; set; }

    public DateTimeOffset? CreatedAt { get; set; }

    public string? CurrentServiceDeployment { get; set; }

    public List<ServiceCurrentRevisionSummaryShape>? CurrentServiceRevisions { get; set; }

    public List<PlacementConstraintShape>? PlacementConstraints { get; set; }

    public List<PlacementStrategyShape>? PlacementStrategy { get; set; }

    public NetworkConfigurationShape? NetworkConfiguration { get; set; }

    public int? HealthCheckGracePeriodSeconds { get; set; }

    public string? SchedulingStrategy { get; set; }

    public DeploymentControllerShape? DeploymentController { get; set; }

    public List<TagShape>? Tags { get; set; }

    public string? CreatedBy { get; set; }

    public bool? EnableECSManagedTags { get; set; }

    public string? PropagateTags { get; set; }

    public bool? EnableExecuteCommand { get; set; }

    public string? AvailabilityZoneRebalancing { get; set; }

    public string? ResourceManagementType { get; set; }
}

internal sealed record ServiceCurrentRevisionSummaryShape
{
    public string? Arn { get; set; }

    public int? RequestedTaskCount { get; set; }

    public int? RunningTaskCount { get; set; }

    public int? PendingTaskCount { get; set; }
}

internal sealed record ServiceEventShape
{
    public string? Id { get; set; }

    public DateTimeOffset? CreatedAt { get; set; }

    public string? Message { get; set; }
}

internal sealed record ServiceRegistryShape
{
    public string? RegistryArn { get; set; }

    public int? Port { get; set; }

    public string? ContainerName { get; set; }

    public int? ContainerPort { get; set; }
}
