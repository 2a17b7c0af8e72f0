using System.Text.Json.Serialization;

namespace Berth.Agent;

// The task metadata documents, versions 3 and 4. Source: ECS developer guide, "Task metadata endpoint".

internal sealed record TaskMetadata
{
    public string? Cluster { get; init; }

    [JsonPropertyName("TaskARN")]
    public string? TaskArn { get; init; }

    public string? Family { get; init; }

    public string? Revision { get; init; }

    public string? DesiredStatus { get; init; }

    public string? KnownStatus { get; init; }

    public TaskLimits? Limits { get; init; }

    public DateTimeOffset? PullStartedAt { get; init; }

    public DateTimeOffset? PullStoppedAt { get; init; }

    public DateTimeOffset? ExecutionStoppedAt { get; init; }

    public string? AvailabilityZone { get; init; }

    public string? LaunchType { get; init; }

    public string? ServiceName { get; init; }

    public IReadOnlyList<ContainerMetadata>? Containers { get; init; }

    public IReadOnlyDictionary<string, string>? TaskTags { get; init; }

    public IReadOnlyDictionary<string, string>? ContainerInstanceTags { get; init; }

    public IReadOnlyList<MetadataError>? Errors { get; init; }

    public static TaskMetadata Of(TaskState task, string cluster, string containerInstanceArn, string availabilityZone, bool isV4) => new()
    {
        Cluster = cluster,
        TaskArn = task.Arn,
        Family = task.Spec.Family,
        Revision = task.Spec.Version,
        DesiredStatus = task.IsStopping ? "STOPPED" : "RUNNING",
        KnownStatus = task.Known switch
        {
            EcsTaskStatus.Stopped => "STOPPED",
            EcsTaskStatus.Running => "RUNNING",
            EcsTaskStatus.Pending => task.Containers.All(container => container.Known >= ContainerStatus.Created) ? "CREATED" : "NONE",
        },
        Limits = task.Spec is { Cpu: null, Memory: null } ? null : new TaskLimits(task.Spec.Cpu, task.Spec.Memory),
        PullStartedAt = task.PullStartedAt,
        PullStoppedAt = task.PullStoppedAt,
        ExecutionStoppedAt = task.ExecutionStoppedAt,
        AvailabilityZone = availabilityZone,
        LaunchType = isV4 ? task.Spec.LaunchType : null,
        ServiceName = isV4 ? task.Spec.ServiceName : null,
        Containers = [.. task.Containers.Select(container => ContainerMetadata.Of(task, container, cluster, containerInstanceArn, isV4))],
    };
}

internal sealed record TaskLimits([property: JsonPropertyName("CPU")] double? Cpu, int? Memory);

internal sealed record ContainerMetadata
{
    public string? DockerId { get; init; }

    public string? Name { get; init; }

    public string? DockerName { get; init; }

    public string? Image { get; init; }

    [JsonPropertyName("ImageID")]
    public string? ImageId { get; init; }

    public IReadOnlyList<PortMetadata>? Ports { get; init; }

    public IReadOnlyDictionary<string, string?>? Labels { get; init; }

    public string? DesiredStatus { get; init; }

    public string? KnownStatus { get; init; }

    public int? ExitCode { get; init; }

    /// <summary>Of containers with a restart policy.</summary>
    public int? RestartCount { get; init; }

    public ContainerLimits? Limits { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public string? Type { get; init; }

    public HealthMetadata? Health { get; init; }

    public IReadOnlyList<VolumeMetadata>? Volumes { get; init; }

    public string? LogDriver { get; init; }

    public IReadOnlyDictionary<string, string>? LogOptions { get; init; }

    [JsonPropertyName("ContainerARN")]
    public string? ContainerArn { get; init; }

    public IReadOnlyList<NetworkMetadata>? Networks { get; init; }

    public static ContainerMetadata Of(TaskState task, ContainerState container, string cluster, string containerInstanceArn, bool isV4)
    {
        var (driver, options) = LogConfiguration.Described(container.Spec);
        return new()
        {
            DockerId = container.DockerId,
            Name = container.Name,
            DockerName = container.DockerName,
            Image = container.Spec.Image,
            ImageId = container.ImageId,
            Ports = container.NetworkBindings.Count == 0 ? null :
                [.. container.NetworkBindings.Select(binding => new PortMetadata(binding.ContainerPort, binding.Protocol, binding.HostPort, isV4 ? binding.BindIP : null))],
            Labels = LabelsOf(task, container, cluster, containerInstanceArn),
            DesiredStatus = task.IsStopping ? "STOPPED" : "RUNNING",
            KnownStatus = container.Known.ToString().ToUpperInvariant(),
            ExitCode = container.ExitCode,
            RestartCount = container.Spec.RestartPolicy is { Enabled: true } ? container.RestartCount : null,
            Limits = new ContainerLimits(container.Spec.Cpu, container.Spec.Memory),
            CreatedAt = container.CreatedAt,
            StartedAt = container.StartedAt,
            FinishedAt = container.FinishedAt,
            Type = "NORMAL",
            Health = HealthMetadata.Of(container.Health),
            Volumes = container.Mounts.Count == 0 ? null :
                [.. container.Mounts.Select(mount => new VolumeMetadata(mount.Name is { Length: > 0 } name ? name : null, mount.Source, mount.Destination))],
            LogDriver = driver,
            LogOptions = options,
            ContainerArn = isV4 ? container.Spec.ContainerArn : null,
            Networks = [NetworkMetadata.Of(task, container, isV4)],
        };
    }

    /// <summary>As Docker has them: those of the definition, under those of the agent.</summary>
    private static Dictionary<string, string?> LabelsOf(TaskState task, ContainerState container, string cluster, string containerInstanceArn)
    {
        var own = CreateRequest.LabelsOf(container.Spec).Select(label => new KeyValuePair<string, string?>(label.Key, label.Value?.ToString()));
        var labels = new Dictionary<string, string?>(own, StringComparer.Ordinal);
        foreach (var (name, value) in CreateRequest.Labels(task, container.Name, cluster, containerInstanceArn))
        {
            labels[name] = value;
        }

        return labels;
    }
}

internal sealed record PortMetadata(int? ContainerPort, string? Protocol, int? HostPort, string? HostIp);

internal sealed record ContainerLimits([property: JsonPropertyName("CPU")] int Cpu, int Memory);

internal sealed record HealthMetadata(
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("statusSince")] DateTimeOffset StatusSince,
    [property: JsonPropertyName("exitCode")] int? ExitCode,
    [property: JsonPropertyName("output")] string? Output)
{
    /// <summary>What is nought or empty is left out, as everywhere in these documents.</summary>
    public static HealthMetadata? Of(HealthStatus? health) =>
        health is null ? null : new(health.Status, health.Since, health.ExitCode is 0 ? null : health.ExitCode, health.Output is "" ? null : health.Output);
}

/// <summary>What a container has mounted.</summary>
/// <param name="DockerName">The volume; null where a path of the machine is mounted.</param>
/// <param name="Source">The path on the machine.</param>
/// <param name="Destination">The path in the container.</param>
internal sealed record VolumeMetadata(string? DockerName, string? Source, string? Destination);

/// <summary>The names of a container's devices of one type.</summary>
internal sealed record AssociationsDocument(IReadOnlyList<string> Associations);

internal sealed record CredentialsDocument(string? RoleArn, string? AccessKeyId, string? SecretAccessKey, string? Token, string? Expiration);

internal sealed record CredentialsError(
    [property: JsonPropertyName("code")] string Code,
    [property: JsonPropertyName("message")] string Message,
    [property: JsonPropertyName("HTTPErrorCode")] int Status);

internal sealed record ProtectionInput(bool? ProtectionEnabled, int? ExpiresInMinutes);

internal sealed record ProtectionDocument(
    [property: JsonPropertyName("protection")] ProtectionState? Protection,
    [property: JsonPropertyName("failure")] ProtectionFailureState? Failure,
    [property: JsonPropertyName("requestID")] string? RequestId,
    [property: JsonPropertyName("error")] ProtectionErrorState? Error);

internal sealed record ProtectionState(string? ExpirationDate, bool ProtectionEnabled, string? TaskArn);

internal sealed record ProtectionFailureState(string? Arn, string? Reason, string? Detail);

internal sealed record ProtectionErrorState(string? Arn, string Code, string Message);

internal sealed record IntrospectionCommands(IReadOnlyList<string> AvailableCommands);

internal sealed record IntrospectionMetadata(string Cluster, string ContainerInstanceArn, string Version);

internal sealed record IntrospectionTasks(IReadOnlyList<TaskIntrospection> Tasks);

internal sealed record TaskIntrospection(string? Arn, string? DesiredStatus, string? KnownStatus, string? Family, string? Version, IReadOnlyList<ContainerMetadata>? Containers)
{
    public static TaskIntrospection Of(TaskState task, string cluster, string containerInstanceArn)
    {
        var metadata = TaskMetadata.Of(task, cluster, containerInstanceArn, "", isV4: false);
        return new(metadata.TaskArn, metadata.DesiredStatus, metadata.KnownStatus, metadata.Family, metadata.Revision, metadata.Containers);
    }
}

/// <summary>The documents containers read: Pascal case, times in RFC 3339, what is null left out.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TaskMetadata))]
[JsonSerializable(typeof(ContainerMetadata))]
[JsonSerializable(typeof(AssociationsDocument))]
[JsonSerializable(typeof(CredentialsDocument))]
[JsonSerializable(typeof(CredentialsError))]
[JsonSerializable(typeof(ProtectionInput))]
[JsonSerializable(typeof(ProtectionDocument))]
[JsonSerializable(typeof(IntrospectionCommands))]
[JsonSerializable(typeof(IntrospectionMetadata))]
[JsonSerializable(typeof(IntrospectionTasks))]
[JsonSerializable(typeof(TaskIntrospection))]
[JsonSerializable(typeof(string))]
internal sealed partial class MetadataJson : JsonSerializerContext;
