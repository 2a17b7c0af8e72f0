namespace Berth.Api;

// Shapes of the API model, member for member. Members are settable because the serializer sets them fastest so.

internal sealed record ContainerDefinitionShape
{
    public string? Name { get; set; }

    public string? Image { get; set; }

    public RepositoryCredentialsShape? RepositoryCredentials { get; set; }

    public int? Cpu { get; set; }

    public int? Memory { get; set; }

    public int? MemoryReservation { get; set; }

    public List<string>? Links { get; set; }

    public List<PortMappingShape>? PortMappings { get; set; }

    public bool? Essential { get; set; }

    public ContainerRestartPolicyShape? RestartPolicy { get; set; }

    public List<string>? EntryPoint { get; set; }

    public List<string>? Command { get; set; }

    public List<KeyValuePairShape>? Environment { get; set; }

    public List<EnvironmentFileShape>? EnvironmentFiles { get; set; }

    public List<MountPointShape>? MountPoints { get; set; }

    public List<VolumeFromShape>? VolumesFrom { get; set; }

    public LinuxParametersShape? LinuxParameters { get; set; }

    public List<SecretShape>? Secrets { get; set; }

    public List<ContainerDependencyShape>? DependsOn { get; set; }

    public int? StartTimeout { get; set; }

    public int? StopTimeout { get; set; }

    public string? VersionConsistency { get; set; }

    public string? Hostname { get; set; }

    public string? User { get; set; }

    public string? WorkingDirectory { get; set; }

    public bool? DisableNetworking { get; set; }

    public bool? Privileged { get; set; }

    public bool? ReadonlyRootFilesystem { get; set; }

    public List<string>? DnsServers { get; set; }

    public List<string>? DnsSearchDomains { get; set; }

    public List<HostEntryShape>? ExtraHosts { get; set; }

    public List<string>? DockerSecurityOptions { get; set; }

    public bool? Interactive { get; set; }

    public bool? PseudoTerminal { get; set; }

    public Dictionary<string, string>? DockerLabels { get; set; }

    public List<UlimitShape>? Ulimits { get; set; }

    public LogConfigurationShape? LogConfiguration { get; set; }

    public HealthCheckShape? HealthCheck { get; set; }

    public List<SystemControlShape>? SystemControls { get; set; }

    public List<ResourceRequirementShape>? ResourceRequirements { get; set; }

    public FirelensConfigurationShape? FirelensConfiguration { get; set; }

    public List<string>? CredentialSpecs { get; set; }
}

internal sealed record ContainerDependencyShape
{
    public string? ContainerName { get; set; }

    public string? Condition { get; set; }
}

internal sealed record ContainerRestartPolicyShape
{
    public bool? Enabled { get; set; }

    public List<int>? IgnoredExitCodes { get; set; }

    public int? RestartAttemptPeriod { get; set; }
}

internal sealed record DeviceShape
{
    public string? HostPath { get; set; }

    public string? ContainerPath { get; set; }

    public List<string>? Permissions { get; set; }
}

internal sealed record EnvironmentFileShape
{
    public string? Value { get; set; }

    public string? Type { get; set; }
}

internal sealed record EphemeralStorageShape
{
    public int? SizeInGiB { get; set; }
}

internal sealed record FirelensConfigurationShape
{
    public string? Type { get; set; }

    public Dictionary<string, string>? Options { get; set; }
}

internal sealed record HealthCheckShape
{
    public List<string>? Command { get; set; }

    public int? Interval { get; set; }

    public int? Timeout { get; set; }

    public int? Retries { get; set; }

    public int? StartPeriod { get; set; }
}

internal sealed record HostEntryShape
{
    public string? Hostname { get; set; }

    public string? IpAddress { get; set; }
}

internal sealed record InferenceAcceleratorShape
{
    public string? DeviceName { get; set; }

    public string? DeviceType { get; set; }
}

internal sealed record KernelCapabilitiesShape
{
    public List<string>? Add { get; set; }

    public List<string>? Drop { get; set; }
}

internal sealed record LinuxParametersShape
{
    public KernelCapabilitiesShape? Capabilities { get; set; }

    public List<DeviceShape>? Devices { get; set; }

    public bool? InitProcessEnabled { get; set; }

    public int? SharedMemorySize { get; set; }

    public List<TmpfsShape>? Tmpfs { get; set; }

    public int? MaxSwap { get; set; }

    public int? Swappiness { get; set; }
}

internal sealed record LogConfigurationShape
{
    public string? LogDriver { get; set; }

    public Dictionary<string, string>? Options { get; set; }

    public List<SecretShape>? SecretOptions { get; set; }
}

internal sealed record MountPointShape
{
    public string? SourceVolume { get; set; }

    public string? ContainerPath { get; set; }

    public bool? ReadOnly { get; set; }
}

internal sealed record PortMappingShape
{
    public int? ContainerPort { get; set; }

    public int? HostPort { get; set; }

    public string? Protocol { get; set; }

    public string? Name { get; set; }

    public string? AppProtocol { get; set; }

    public string? ContainerPortRange { get; set; }
}

internal sealed record ProxyConfigurationShape
{
    public string? Type { get; set; }

    public string? ContainerName { get; set; }

    public List<KeyValuePairShape>? Properties { get; set; }
}

internal sealed record RepositoryCredentialsShape
{
    public string? CredentialsParameter { get; set; }
}

internal sealed record ResourceRequirementShape
{
    public string? Value { get; set; }

    public string? Type { get; set; }
}

internal sealed record RuntimePlatformShape
{
    public string? CpuArchitecture { get; set; }

    public string? OperatingSystemFamily { get; set; }
}

internal sealed record SecretShape
{
    public string? Name { get; set; }

    public string? ValueFrom { get; set; }
}

internal sealed record SystemControlShape
{
    public string? Namespace { get; set; }

    public string? Value { get; set; }
}

internal sealed record TaskDefinitionShape
{
    public string? TaskDefinitionArn { get; set; }

    public List<ContainerDefinitionShape>? ContainerDefinitions { get; set; }

    public string? Family { get; set; }

    public string? TaskRoleArn { get; set; }

    public string? ExecutionRoleArn { get; set; }

    public string? NetworkMode { get; set; }

    public int? Revision { get; set; }

    public List<VolumeShape>? Volumes { get; set; }

    public string? Status { get; set; }

    public List<AttributeShape>? RequiresAttributes { get; set; }

    public List<TaskDefinitionPlacementConstraintShape>? PlacementConstraints { get; set; }

    public List<string>? Compatibilities { get; set; }

    public RuntimePlatformShape? RuntimePlatform { get; set; }

    public List<string>? RequiresCompatibilities { get; set; }

    public string? Cpu { get; set; }

    public string? Memory { get; set; }

    public List<InferenceAcceleratorShape>? InferenceAccelerators { get; set; }

    public string? PidMode { get; set; }

    public string? IpcMode { get; set; }

    public ProxyConfigurationShape? ProxyConfiguration { get; set; }

    public DateTimeOffset? RegisteredAt { get; set; }

    public DateTimeOffset? DeregisteredAt { get; set; }

    public DateTimeOffset? DeleteRequestedAt { get; set; }

    public string? RegisteredBy { get; set; }

    public EphemeralStorageShape? EphemeralStorage { get; set; }

    public bool? EnableFaultInjection { get; set; }
}

internal sealed record TaskDefinitionPlacementConstraintShape
{
    public string? Type { get; set; }

    public string? Expression { get; set; }
}

internal sealed record TmpfsShape
{
    public string? ContainerPath { get; set; }

    public int? Size { get; set; }

    public List<string>? MountOptions { get; set; }
}

internal sealed record UlimitShape
{
    public string? Name { get; set; }

    public int? SoftLimit { get; set; }

    public int? HardLimit { get; set; }
}

internal sealed record VolumeFromShape
{
    public string? SourceContainer { get; set; }

    public bool? ReadOnly { get; set; }
}
