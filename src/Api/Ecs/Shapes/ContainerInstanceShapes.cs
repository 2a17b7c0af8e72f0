namespace Berth.Api;

// Shapes of the API model, member for member. Members are settable because the serializer sets them fastest so.

internal sealed record ContainerInstanceShape
{
    public string? ContainerInstanceArn { get; set; }

    public string? Ec2InstanceId { get; set; }

    public string? CapacityProviderName { get; set; }

    public long? Version { get; set; }

    public VersionInfoShape? VersionInfo { get; set; }

    public List<ResourceShape>? RemainingResources { get; set; }

    public List<ResourceShape>? RegisteredResources { get; set; }

    public string? Status { get; set; }

    public string? StatusReason { get; set; }

    public bool? AgentConnected { get; set; }

    public int? RunningTasksCount { get; set; }

    public int? PendingTasksCount { get; set; }

    public string? AgentUpdateStatus { get; set; }

    public List<AttributeShape>? Attributes { get; set; }

    public DateTimeOffset? RegisteredAt { get; set; }

    public List<AttachmentShape>? Attachments { get; set; }

    public List<TagShape>? Tags { get; set; }

    public ContainerInstanceHealthStatusShape? HealthStatus { get; set; }
}

internal sealed record ContainerInstanceHealthStatusShape
{
    public string? OverallStatus { get; set; }

    public List<InstanceHealthCheckResultShape>? Details { get; set; }
}

internal sealed record InstanceHealthCheckResultShape
{
    public string? Type { get; set; }

    public string? Status { get; set; }

    public string? StatusReason { get; set; }

    public DateTimeOffset? LastUpdated { get; set; }

    public DateTimeOffset? LastStatusChange { get; set; }
}

internal sealed record PlatformDeviceShape
{
    public string? Id { get; set; }

    public string? Type { get; set; }
}

internal sealed record ResourceShape
{
    public string? Name { get; set; }

    public string? Type { get; set; }

    public double? DoubleValue { get; set; }

    public long? LongValue { get; set; }

    public int? IntegerValue { get; set; }

    public List<string>? StringSetValue { get; set; }
}

internal sealed record VersionInfoShape
{
    public string? AgentVersion { get; set; }

    public string? AgentHash { get; set; }

    public string? DockerVersion { get; set; }
}
