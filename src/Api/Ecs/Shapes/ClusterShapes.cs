namespace Berth.Api;

// Shapes of the API model, member for member. Members are settable because the serializer sets them fastest so.

internal sealed record ClusterShape
{
    public string? ClusterArn { get; set; }

    public string? ClusterName { get; set; }

    public ClusterConfigurationShape? Configuration { get; set; }

    public string? Status { get; set; }

    public int? RegisteredContainerInstancesCount { get; set; }

    public int? RunningTasksCount { get; set; }

    public int? PendingTasksCount { get; set; }

    public int? ActiveServicesCount { get; set; }

    public List<KeyValuePairShape>? Statistics { get; set; }

    public List<TagShape>? Tags { get; set; }

    public List<ClusterSettingShape>? Settings { get; set; }

    public List<string>? CapacityProviders { get; set; }

    public List<CapacityProviderStrategyItemShape>? DefaultCapacityProviderStrategy { get; set; }

    public List<AttachmentShape>? Attachments { get; set; }

    public string? AttachmentsStatus { get; set; }

    public ClusterServiceConnectDefaultsShape? ServiceConnectDefaults { get; set; }
}

internal sealed record ClusterConfigurationShape
{
    public ExecuteCommandConfigurationShape? ExecuteCommandConfiguration { get; set; }

    public ManagedStorageConfigurationShape? ManagedStorageConfiguration { get; set; }
}

internal sealed record ClusterServiceConnectDefaultsShape
{
    public string? Namespace { get; set; }
}

internal sealed record ClusterServiceConnectDefaultsRequestShape
{
    public string? Namespace { get; set; }
}

internal sealed record ClusterSettingShape
{
    public string? Name { get; set; }

    public string? Value { get; set; }
}

internal sealed record ExecuteCommandConfigurationShape
{
    public string? KmsKeyId { get; set; }

    public string? Logging { get; set; }

    public ExecuteCommandLogConfigurationShape? LogConfiguration { get; set; }
}

internal sealed record ExecuteCommandLogConfigurationShape
{
    public string? CloudWatchLogGroupName { get; set; }

    public bool? CloudWatchEncryptionEnabled { get; set; }

    public string? S3BucketName { get; set; }

    public bool? S3EncryptionEnabled { get; set; }

    public string? S3KeyPrefix { get; set; }
}

internal sealed record ManagedStorageConfigurationShape
{
    public string? KmsKeyId { get; set; }

    public string? FargateEphemeralStorageKmsKeyId { get; set; }
}
