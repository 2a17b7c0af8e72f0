namespace Berth.Api;

// Shapes of the API model, member for member. Members are settable because the serializer sets them fastest so.

internal sealed record DaemonContainerDefinitionShape
{
    public string? Name { get; set; }

    public string? Image { get; set; }

    public int? Memory { get; set; }

    public int? MemoryReservation { get; set; }

    public RepositoryCredentialsShape? RepositoryCredentials { get; set; }

    public HealthCheckShape? HealthCheck { get; set; }

    public int? Cpu { get; set; }

    public bool? Essential { get; set; }

    public List<string>? EntryPoint { get; set; }

    public List<string>? Command { get; set; }

    public string? WorkingDirectory { get; set; }

    public List<EnvironmentFileShape>? EnvironmentFiles { get; set; }

    public List<KeyValuePairShape>? Environment { get; set; }

    public List<SecretShape>? Secrets { get; set; }

    public bool? ReadonlyRootFilesystem { get; set; }

    public List<MountPointShape>? MountPoints { get; set; }

    public LogConfigurationShape? LogConfiguration { get; set; }

    public FirelensConfigurationShape? FirelensConfiguration { get; set; }

    public bool? Privileged { get; set; }

    public string? User { get; set; }

    public List<UlimitShape>? Ulimits { get; set; }

    public DaemonLinuxParametersShape? LinuxParameters { get; set; }

    public List<ContainerDependencyShape>? DependsOn { get; set; }

    public int? StartTimeout { get; set; }

    public int? StopTimeout { get; set; }

    public List<SystemControlShape>? SystemControls { get; set; }

    public bool? Interactive { get; set; }

    public bool? PseudoTerminal { get; set; }

    public ContainerRestartPolicyShape? RestartPolicy { get; set; }
}

internal sealed record DaemonLinuxParametersShape
{
    public KernelCapabilitiesShape? Capabilities { get; set; }

    public List<DeviceShape>? Devices { get; set; }

    public bool? InitProcessEnabled { get; set; }

    public List<TmpfsShape>? Tmpfs { get; set; }
}

internal sealed record DaemonTaskDefinitionShape
{
    public string? DaemonTaskDefinitionArn { get; set; }

    public string? Family { get; set; }

    public int? Revision { get; set; }

    public string? TaskRoleArn { get; set; }

    public string? ExecutionRoleArn { get; set; }

    public List<DaemonContainerDefinitionShape>? ContainerDefinitions { get; set; }

    public List<DaemonVolumeShape>? Volumes { get; set; }

    public string? Cpu { get; set; }

    public string? Memory { get; set; }

    public string? Status { get; set; }

    public DateTimeOffset? RegisteredAt { get; set; }

    public DateTimeOffset? DeleteRequestedAt { get; set; }

    public string? RegisteredBy { get; set; }

    public string? PidMode { get; set; }

    public string? IpcMode { get; set; }
}

internal sealed record DaemonTaskDefinitionSummaryShape
{
    public string? Arn { get; set; }

    public DateTimeOffset? RegisteredAt { get; set; }

    public string? RegisteredBy { get; set; }

    public DateTimeOffset? DeleteRequestedAt { get; set; }

    public string? Status { get; set; }
}

internal sealed record DaemonVolumeShape
{
    public string? Name { get; set; }

    public HostVolumePropertiesShape? Host { get; set; }
}
