namespace Berth.Api;

// Shapes of the API model, member for member. Members are settable because the serializer sets them fastest so.

internal sealed record ContainerImageShape
{
    public string? ContainerName { get; set; }

    public string? ImageDigest { get; set; }

    public string? Image { get; set; }
}

internal sealed record CreatedAtShape
{
    public DateTimeOffset? Before { get; set; }

    public DateTimeOffset? After { get; set; }
}

internal sealed record DeploymentLifecycleHookDetailShape
{
    public string? HookId { get; set; }

    public string? TargetType { get; set; }

    public string? TargetArn { get; set; }

    public string? Status { get; set; }

    public DateTimeOffset? ExpiresAt { get; set; }

    public string? TimeoutAction { get; set; }
}

internal sealed record ResolvedConfigurationShape
{
    public List<ServiceRevisionLoadBalancerShape>? LoadBalancers { get; set; }
}

internal sealed record RollbackShape
{
    public string? Reason { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public string? ServiceRevisionArn { get; set; }
}

internal sealed record RuntimePlatformOverrideShape
{
    public string? CpuArchitecture { get; set; }
}

internal sealed record ServiceDeploymentShape
{
    public string? ServiceDeploymentArn { get; set; }

    public string? ServiceArn { get; set; }

    public string? ClusterArn { get; set; }

    public DateTimeOffset? CreatedAt { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }

    public DateTimeOffset? StoppedAt { get; set; }

    public DateTimeOffset? UpdatedAt { get; set; }

    public List<ServiceRevisionSummaryShape>? SourceServiceRevisions { get; set; }

    public ServiceRevisionSummaryShape? TargetServiceRevision { get; set; }

    public string? Status { get; set; }

    public string? StatusReason { get; set; }

    public string? LifecycleStage { get; set; }

    public List<DeploymentLifecycleHookDetailShape>? LifecycleHookDetails { get; set; }

    public DeploymentConfigurationShape? DeploymentConfiguration { get; set; }

    public RollbackShape? Rollback { get; set; }

    public ServiceDeploymentCircuitBreakerShape? DeploymentCircuitBreaker { get; set; }

    public ServiceDeploymentAlarmsShape? Alarms { get; set; }
}

internal sealed record ServiceDeploymentAlarmsShape
{
    public string? Status { get; set; }

    public List<string>? AlarmNames { get; set; }

    public List<string>? TriggeredAlarmNames { get; set; }
}

internal sealed record ServiceDeploymentBriefShape
{
    public string? ServiceDeploymentArn { get; set; }

    public string? ServiceArn { get; set; }

    public string? ClusterArn { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? CreatedAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }

    public string? TargetServiceRevisionArn { get; set; }

    public string? Status { get; set; }

    public string? StatusReason { get; set; }
}

internal sealed record ServiceDeploymentCircuitBreakerShape
{
    public string? Status { get; set; }

    public int? FailureCount { get; set; }

    public int? Threshold { get; set; }
}

internal sealed record ServiceRevisionShape
{
    public string? ServiceRevisionArn { get; set; }

    public string? ServiceArn { get; set; }

    public string? ClusterArn { get; set; }

    public string? TaskDefinition { get; set; }

    public List<CapacityProviderStrategyItemShape>? CapacityProviderStrategy { get; set; }

    public string? LaunchType { get; set; }

    public string? PlatformVersion { get; set; }

    public string? PlatformFamily { get; set; }

    public List<LoadBalancerShape>? LoadBalancers { get; set; }

    public List<ServiceRegistryShape>? ServiceRegistries { get; set; }

    public NetworkConfigurationShape? NetworkConfiguration { get; set; }

    public List<ContainerImageShape>? ContainerImages { get; set; }

    public bool? GuardDutyEnabled { get; set; }

    public ServiceConnectConfigurationShape? ServiceConnectConfiguration { get; set; }

    public List<ServiceVolumeConfigurationShape>? VolumeConfigurations { get; set; }

    public DeploymentEphemeralStorageShape? FargateEphemeralStorage { get; set; }

    public DateTimeOffset? CreatedAt { get; set; }

    public List<VpcLatticeConfigurationShape>? VpcLatticeConfigurations { get; set; }

    public ResolvedConfigurationShape? ResolvedConfiguration { get; set; }

    public ECSManagedResourcesShape? EcsManagedResources { get; set; }

    public ServiceRevisionOverridesShape? Overrides { get; set; }

    public MonitoringConfigurationShape? Monitoring { get; set; }
}

internal sealed record ServiceRevisionLoadBalancerShape
{
    public string? TargetGroupArn { get; set; }

    public string? ProductionListenerRule { get; set; }
}

internal sealed record ServiceRevisionOverridesShape
{
    public RuntimePlatformOverrideShape? RuntimePlatform { get; set; }
}

internal sealed record ServiceRevisionSummaryShape
{
    public string? Arn { get; set; }

    public int? RequestedTaskCount { get; set; }

    public int? RunningTaskCount { get; set; }

    public int? PendingTaskCount { get; set; }

    public double? RequestedTestTrafficWeight { get; set; }

    public double? RequestedProductionTrafficWeight { get; set; }
}
