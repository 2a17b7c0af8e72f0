namespace Berth.Api;

// Shapes of the API model, member for member. Members are settable because the serializer sets them fastest so.

internal sealed record AttachmentShape
{
    public string? Id { get; set; }

    public string? Type { get; set; }

    public string? Status { get; set; }

    public List<KeyValuePairShape>? Details { get; set; }
}

internal sealed record AttachmentStateChangeShape
{
    public string? AttachmentArn { get; set; }

    public string? Status { get; set; }

    /// <summary>A member of Berth's own, which its agents send: the address the machine's network gave.</summary>
    public string? PrivateIpv4Address { get; set; }
}

internal sealed record ContainerShape
{
    public string? ContainerArn { get; set; }

    public string? TaskArn { get; set; }

    public string? Name { get; set; }

    public string? Image { get; set; }

    public string? ImageDigest { get; set; }

    public string? RuntimeId { get; set; }

    public string? LastStatus { get; set; }

    public int? ExitCode { get; set; }

    public string? Reason { get; set; }

    public List<NetworkBindingShape>? NetworkBindings { get; set; }

    public List<NetworkInterfaceShape>? NetworkInterfaces { get; set; }

    public string? HealthStatus { get; set; }

    public List<ManagedAgentShape>? ManagedAgents { get; set; }

    public string? Cpu { get; set; }

    public string? Memory { get; set; }

    public string? MemoryReservation { get; set; }

    public List<string>? GpuIds { get; set; }

    public List<string>? NeuronDeviceIds { get; set; }
}

internal sealed record ContainerOverrideShape
{
    public string? Name { get; set; }

    public List<string>? Command { get; set; }

    public List<KeyValuePairShape>? Environment { get; set; }

    public List<EnvironmentFileShape>? EnvironmentFiles { get; set; }

    public int? Cpu { get; set; }

    public int? Memory { get; set; }

    public int? MemoryReservation { get; set; }

    public List<ResourceRequirementShape>? ResourceRequirements { get; set; }
}

internal sealed record ContainerStateChangeShape
{
    public string? ContainerName { get; set; }

    public string? ImageDigest { get; set; }

    public string? RuntimeId { get; set; }

    public int? ExitCode { get; set; }

    public List<NetworkBindingShape>? NetworkBindings { get; set; }

    public string? Reason { get; set; }

    public string? Status { get; set; }
}

internal sealed record InferenceAcceleratorOverrideShape
{
    public string? DeviceName { get; set; }

    public string? DeviceType { get; set; }
}

internal sealed record ManagedAgentShape
{
    public DateTimeOffset? LastStartedAt { get; set; }

    public string? Name { get; set; }

    public string? Reason { get; set; }

    public string? LastStatus { get; set; }
}

internal sealed record ManagedAgentStateChangeShape
{
    public string? ContainerName { get; set; }

    public string? ManagedAgentName { get; set; }

    public string? Status { get; set; }

    public string? Reason { get; set; }
}

internal sealed record NetworkBindingShape
{
    public string? BindIP { get; set; }

    public int? ContainerPort { get; set; }

    public int? HostPort { get; set; }

    public string? Protocol { get; set; }

    public string? ContainerPortRange { get; set; }

    public string? HostPortRange { get; set; }
}

internal sealed record NetworkInterfaceShape
{
    public string? AttachmentId { get; set; }

    public string? PrivateIpv4Address { get; set; }

    public string? Ipv6Address { get; set; }
}

internal sealed record TaskShape
{
    public List<AttachmentShape>? Attachments { get; set; }

    public List<AttributeShape>? Attributes { get; set; }

    public string? AvailabilityZone { get; set; }

    public string? CapacityProviderName { get; set; }

    public string? ClusterArn { get; set; }

    public string? Connectivity { get; set; }

    public DateTimeOffset? ConnectivityAt { get; set; }

    public string? ContainerInstanceArn { get; set; }

    public List<ContainerShape>? Containers { get; set; }

    public string? Cpu { get; set; }

    public DateTimeOffset? CreatedAt { get; set; }

    public string? DesiredStatus { get; set; }

    public bool? EnableExecuteCommand { get; set; }

    public DateTimeOffset? ExecutionStoppedAt { get; set; }

    public string? Group { get; set; }

    public string? HealthStatus { get; set; }

    public List<InferenceAcceleratorShape>? InferenceAccelerators { get; set; }

    public string? LastStatus { get; set; }

    public string? LaunchType { get; set; }

    public string? Memory { get; set; }

    public TaskOverrideShape? Overrides { get; set; }

    public string? PlatformVersion { get; set; }

    public string? PlatformFamily { get; set; }

    public DateTimeOffset? PullStartedAt { get; set; }

    public DateTimeOffset? PullStoppedAt { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public string? StartedBy { get; set; }

    public string? StopCode { get; set; }

    public DateTimeOffset? StoppedAt { get; set; }

    public string? StoppedReason { get; set; }

    public DateTimeOffset? StoppingAt { get; set; }

    public List<TagShape>? Tags { get; set; }

    public string? TaskArn { get; set; }

    public string? TaskDefinitionArn { get; set; }

    public long? Version { get; set; }

    public EphemeralStorageShape? EphemeralStorage { get; set; }

    public TaskEphemeralStorageShape? FargateEphemeralStorage { get; set; }
}

internal sealed record TaskEphemeralStorageShape
{
    public int? SizeInGiB { get; set; }

    public string? KmsKeyId { get; set; }
}

internal sealed record TaskOverrideShape
{
    public List<ContainerOverrideShape>? ContainerOverrides { get; set; }

    public string? Cpu { get; set; }

    public List<InferenceAcceleratorOverrideShape>? InferenceAcceleratorOverrides { get; set; }

    public string? ExecutionRoleArn { get; set; }

    public string? Memory { get; set; }

    public string? TaskRoleArn { get; set; }

    public EphemeralStorageShape? EphemeralStorage { get; set; }
}
