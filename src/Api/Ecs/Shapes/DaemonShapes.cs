namespace Berth.Api;

// Shapes of the API model, member for member. Members are settable because the serializer sets them fastest so.

internal sealed record DaemonAlarmConfigurationShape
{
    public List<string>? AlarmNames { get; set; }

    public bool? Enable { get; set; }
}

internal sealed record DaemonCapacityProviderShape
{
    public string? Arn { get; set; }

    public int? RunningCount { get; set; }
}

internal sealed record DaemonCircuitBreakerShape
{
    public int? FailureCount { get; set; }

    public string? Status { get; set; }

    public int? Threshold { get; set; }
}

internal sealed record DaemonContainerImageShape
{
    public string? ContainerName { get; set; }

    public string? ImageDigest { get; set; }

    public string? Image { get; set; }
}

internal sealed record DaemonDeploymentShape
{
    public string? DaemonDeploymentArn { get; set; }

    public string? ClusterArn { get; set; }

    public string? Status { get; set; }

    public string? StatusReason { get; set; }

    public DaemonDeploymentRevisionDetailShape? TargetDaemonRevision { get; set; }

    public List<DaemonDeploymentRevisionDetailShape>? SourceDaemonRevisions { get; set; }

    public DaemonCircuitBreakerShape? CircuitBreaker { get; set; }

    public DaemonDeploymentAlarmsShape? Alarms { get; set; }

    public DaemonRollbackShape? Rollback { get; set; }

    public DaemonDeploymentConfigurationShape? DeploymentConfiguration { get; set; }

    public DateTimeOffset? CreatedAt { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? StoppedAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }
}

internal sealed record DaemonDeploymentAlarmsShape
{
    public string? Status { get; set; }

    public List<string>? AlarmNames { get; set; }

    public List<string>? TriggeredAlarmNames { get; set; }
}

internal sealed record DaemonDeploymentCapacityProviderShape
{
    public string? Arn { get; set; }

    public int? RunningInstanceCount { get; set; }

    public int? DrainingInstanceCount { get; set; }
}

internal sealed record DaemonDeploymentConfigurationShape
{
    public double? DrainPercent { get; set; }

    public DaemonAlarmConfigurationShape? Alarms { get; set; }

    public int? BakeTimeInMinutes { get; set; }
}

internal sealed record DaemonDeploymentRevisionDetailShape
{
    public string? Arn { get; set; }

    public List<DaemonDeploymentCapacityProviderShape>? CapacityProviders { get; set; }

    public int? TotalRunningInstanceCount { get; set; }

    public int? TotalDrainingInstanceCount { get; set; }
}

internal sealed record DaemonDeploymentSummaryShape
{
    public string? DaemonDeploymentArn { get; set; }

    public string? DaemonArn { get; set; }

    public string? ClusterArn { get; set; }

    public string? Status { get; set; }

    public string? StatusReason { get; set; }

    public string? TargetDaemonRevisionArn { get; set; }

    public DateTimeOffset? CreatedAt { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? StoppedAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }
}

internal sealed record DaemonDetailShape
{
    public string? DaemonArn { get; set; }

    public string? ClusterArn { get; set; }

    public string? Status { get; set; }

    public List<DaemonRevisionDetailShape>? CurrentRevisions { get; set; }

    public string? DeploymentArn { get; set; }

    public DateTimeOffset? CreatedAt { get; set; }

    public DateTimeOffset? UpdatedAt { get; set; }
}

internal sealed record DaemonRevisionShape
{
    public string? DaemonRevisionArn { get; set; }

    public string? ClusterArn { get; set; }

    public string? DaemonArn { get; set; }

    public string? DaemonTaskDefinitionArn { get; set; }

    public DateTimeOffset? CreatedAt { get; set; }

    public List<DaemonContainerImageShape>? ContainerImages { get; set; }

    public string? PropagateTags { get; set; }

    public bool? EnableECSManagedTags { get; set; }

    public bool? EnableExecuteCommand { get; set; }
}

internal sealed record DaemonRevisionDetailShape
{
    public string? Arn { get; set; }

    public List<DaemonCapacityProviderShape>? CapacityProviders { get; set; }

    public int? TotalRunningCount { get; set; }
}

internal sealed record DaemonRollbackShape
{
    public string? Reason { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public string? RollbackTargetDaemonRevisionArn { get; set; }

    public List<string>? RollbackCapacityProviders { get; set; }
}

internal sealed record DaemonSummaryShape
{
    public string? DaemonArn { get; set; }

    public string? Status { get; set; }

    public DateTimeOffset? CreatedAt { get; set; }

    public DateTimeOffset? UpdatedAt { get; set; }
}
