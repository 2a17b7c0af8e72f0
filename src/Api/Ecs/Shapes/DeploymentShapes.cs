namespace Berth.Api;

// Shapes of the API model, member for member. Members are settable because the serializer sets them fastest so.

internal sealed record AdvancedConfigurationShape
{
    public string? AlternateTargetGroupArn { get; set; }

    public string? ProductionListenerRule { get; set; }

    public string? TestListenerRule { get; set; }

    public string? RoleArn { get; set; }
}

internal sealed record CanaryConfigurationShape
{
    public double? CanaryPercent { get; set; }

    public int? CanaryBakeTimeInMinutes { get; set; }
}

internal sealed record DeploymentShape
{
    public string? Id { get; set; }

    public string? Status { get; set; }

    public string? TaskDefinition { get; set; }

    public int? DesiredCount { get; set; }

    public int? PendingCount { get; set; }

    public int? RunningCount { get; set; }

    public int? FailedTasks { get; set; }

    public DateTimeOffset? CreatedAt { get; set; }

    public DateTimeOffset? UpdatedAt { get; set; }

    public List<CapacityProviderStrategyItemShape>? CapacityProviderStrategy { get; set; }

    public string? LaunchType { get; set; }

    public string? PlatformVersion { get; set; }

    public string? PlatformFamily { get; set; }

    public NetworkConfigurationShape? NetworkConfiguration { get; set; }

    public string? RolloutState { get; set; }

    public string? RolloutStateReason { get; set; }

    public ServiceConnectConfigurationShape? ServiceConnectConfiguration { get; set; }

    public List<ServiceConnectServiceResourceShape>? ServiceConnectResources { get; set; }

    public List<ServiceVolumeConfigurationShape>? VolumeConfigurations { get; set; }

    public DeploymentEphemeralStorageShape? FargateEphemeralStorage { get; set; }

    public List<VpcLatticeConfigurationShape>? VpcLatticeConfigurations { get; set; }
}

internal sealed record DeploymentAlarmsShape
{
    public List<string>? AlarmNames { get; set; }

    public bool? Rollback { get; set; }

    public bool? Enable { get; set; }
}

internal sealed record DeploymentCircuitBreakerShape
{
    public bool? Enable { get; set; }

    public bool? Rollback { get; set; }

    public bool? ResetOnHealthyTask { get; set; }

    public ThresholdConfigurationShape? ThresholdConfiguration { get; set; }
}

internal sealed record DeploymentConfigurationShape
{
    public DeploymentCircuitBreakerShape? DeploymentCircuitBreaker { get; set; }

    public int? MaximumPercent { get; set; }

    public int? MinimumHealthyPercent { get; set; }

    public DeploymentAlarmsShape? Alarms { get; set; }

    public string? Strategy { get; set; }

    public int? BakeTimeInMinutes { get; set; }

    public List<DeploymentLifecycleHookShape>? LifecycleHooks { get; set; }

    public LinearConfigurationShape? LinearConfiguration { get; set; }

    public CanaryConfigurationShape? CanaryConfiguration { get; set; }
}

internal sealed record DeploymentControllerShape
{
    public string? Type { get; set; }
}

internal sealed record DeploymentEphemeralStorageShape
{
    public string? KmsKeyId { get; set; }
}

internal sealed record DeploymentLifecycleHookShape
{
    public string? TargetType { get; set; }

    public string? HookTargetArn { get; set; }

    public string? RoleArn { get; set; }

    public List<string>? LifecycleStages { get; set; }

    public System.Text.Json.Nodes.JsonObject? HookDetails { get; set; }

    public DeploymentLifecycleHookTimeoutConfigurationShape? TimeoutConfiguration { get; set; }
}

internal sealed record DeploymentLifecycleHookTimeoutConfigurationShape
{
    public int? TimeoutInMinutes { get; set; }

    public string? Action { get; set; }
}

internal sealed record LinearConfigurationShape
{
    public double? StepPercent { get; set; }

    public int? StepBakeTimeInMinutes { get; set; }
}

internal sealed record MetricConfigurationShape
{
    public List<string>? MetricNames { get; set; }

    public int? ResolutionSeconds { get; set; }
}

internal sealed record MonitoringConfigurationShape
{
    public List<MetricConfigurationShape>? MetricConfigurations { get; set; }
}

internal sealed record ScaleShape
{
    public double? Value { get; set; }

    public string? Unit { get; set; }
}

internal sealed record TaskSetShape
{
    public string? Id { get; set; }

    public string? TaskSetArn { get; set; }

    public string? ServiceArn { get; set; }

    public string? ClusterArn { get; set; }

    public string? StartedBy { get; set; }

    public string? ExternalId { get; set; }

    public string? Status { get; set; }

    public string? TaskDefinition { get; set; }

    public int? ComputedDesiredCount { get; set; }

    public int? PendingCount { get; set; }

    public int? RunningCount { get; set; }

    public DateTimeOffset? CreatedAt { get; set; }

    public DateTimeOffset? UpdatedAt { get; set; }

    public string? LaunchType { get; set; }

    public List<CapacityProviderStrategyItemShape>? CapacityProviderStrategy { get; set; }

    public string? PlatformVersion { get; set; }

    public string? PlatformFamily { get; set; }

    public NetworkConfigurationShape? NetworkConfiguration { get; set; }

    public List<LoadBalancerShape>? LoadBalancers { get; set; }

    public List<ServiceRegistryShape>? ServiceRegistries { get; set; }

    public ScaleShape? Scale { get; set; }

    public string? StabilityStatus { get; set; }

    public DateTimeOffset? StabilityStatusAt { get; set; }

    public List<TagShape>? Tags { get; set; }

    public DeploymentEphemeralStorageShape? FargateEphemeralStorage { get; set; }
}

internal sealed record ThresholdConfigurationShape
{
    public string? Type { get; set; }

    public int? Value { get; set; }
}
