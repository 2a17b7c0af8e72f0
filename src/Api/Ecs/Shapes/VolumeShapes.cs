namespace Berth.Api;

// Shapes of the API model, member for member. Members are settable because the serializer sets them fastest so.

internal sealed record DockerVolumeConfigurationShape
{
    public string? Scope { get; set; }

    public bool? Autoprovision { get; set; }

    public string? Driver { get; set; }

    public Dictionary<string, string>? DriverOpts { get; set; }

    public Dictionary<string, string>? Labels { get; set; }
}

internal sealed record EBSTagSpecificationShape
{
    public string? ResourceType { get; set; }

    public List<TagShape>? Tags { get; set; }

    public string? PropagateTags { get; set; }
}

internal sealed record EFSAuthorizationConfigShape
{
    public string? AccessPointId { get; set; }

    public string? Iam { get; set; }
}

internal sealed record EFSVolumeConfigurationShape
{
    public string? FileSystemId { get; set; }

    public string? RootDirectory { get; set; }

    public string? TransitEncryption { get; set; }

    public int? TransitEncryptionPort { get; set; }

    public EFSAuthorizationConfigShape? AuthorizationConfig { get; set; }
}

internal sealed record FSxWindowsFileServerAuthorizationConfigShape
{
    public string? CredentialsParameter { get; set; }

    public string? Domain { get; set; }
}

internal sealed record FSxWindowsFileServerVolumeConfigurationShape
{
    public string? FileSystemId { get; set; }

    public string? RootDirectory { get; set; }

    public FSxWindowsFileServerAuthorizationConfigShape? AuthorizationConfig { get; set; }
}

internal sealed record HostVolumePropertiesShape
{
    public string? SourcePath { get; set; }
}

internal sealed record S3FilesVolumeConfigurationShape
{
    public string? FileSystemArn { get; set; }

    public string? RootDirectory { get; set; }

    public int? TransitEncryptionPort { get; set; }

    public string? AccessPointArn { get; set; }
}

internal sealed record ServiceManagedEBSVolumeConfigurationShape
{
    public bool? Encrypted { get; set; }

    public string? KmsKeyId { get; set; }

    public string? VolumeType { get; set; }

    public int? SizeInGiB { get; set; }

    public string? SnapshotId { get; set; }

    public int? VolumeInitializationRate { get; set; }

    public int? Iops { get; set; }

    public int? Throughput { get; set; }

    public List<EBSTagSpecificationShape>? TagSpecifications { get; set; }

    public string? RoleArn { get; set; }

    public string? FilesystemType { get; set; }
}

internal sealed record ServiceVolumeConfigurationShape
{
    public string? Name { get; set; }

    public ServiceManagedEBSVolumeConfigurationShape? ManagedEBSVolume { get; set; }
}

internal sealed record TaskManagedEBSVolumeConfigurationShape
{
    public bool? Encrypted { get; set; }

    public string? KmsKeyId { get; set; }

    public string? VolumeType { get; set; }

    public int? SizeInGiB { get; set; }

    public string? SnapshotId { get; set; }

    public int? VolumeInitializationRate { get; set; }

    public int? Iops { get; set; }

    public int? Throughput { get; set; }

    public List<EBSTagSpecificationShape>? TagSpecifications { get; set; }

    public string? RoleArn { get; set; }

    public TaskManagedEBSVolumeTerminationPolicyShape? TerminationPolicy { get; set; }

    public string? FilesystemType { get; set; }
}

internal sealed record TaskManagedEBSVolumeTerminationPolicyShape
{
    public bool? DeleteOnTermination { get; set; }
}

internal sealed record TaskVolumeConfigurationShape
{
    public string? Name { get; set; }

    public TaskManagedEBSVolumeConfigurationShape? ManagedEBSVolume { get; set; }
}

internal sealed record VolumeShape
{
    public string? Name { get; set; }

    public HostVolumePropertiesShape? Host { get; set; }

    public DockerVolumeConfigurationShape? DockerVolumeConfiguration { get; set; }

    public EFSVolumeConfigurationShape? EfsVolumeConfiguration { get; set; }

    public S3FilesVolumeConfigurationShape? S3filesVolumeConfiguration { get; set; }

    public FSxWindowsFileServerVolumeConfigurationShape? FsxWindowsFileServerVolumeConfiguration { get; set; }

    public bool? ConfiguredAtLaunch { get; set; }
}
