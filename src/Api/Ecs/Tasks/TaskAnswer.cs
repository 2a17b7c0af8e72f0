using System.Globalization;
using System.Text.Json;
using Berth.Domain;

namespace Berth.Api;

/// <summary>A task as the API tells it.</summary>
internal static class TaskAnswer
{
    public static TaskShape Of(ClusterState state, EcsTask task, bool withTags)
    {
        var definition = state.TaskDefinitions.GetValueOrDefault(task.TaskDefinitionArn);
        var instance = state.ContainerInstances.GetValueOrDefault(task.ContainerInstanceId);
        var arn = state.TaskArn(task.Id);
        return new()
        {
            TaskArn = arn,
            ClusterArn = state.Arn,
            TaskDefinitionArn = task.TaskDefinitionArn,
            CapacityProviderName = task.CapacityProviderName,
            ContainerInstanceArn = task.ContainerInstanceId.Length > 0 ? state.ContainerInstanceArn(task.ContainerInstanceId) : null,
            AvailabilityZone = task.AvailabilityZone,
            Attachments = AttachmentAnswer.Of(state, task),
            Attributes = instance?.Attributes.GetValueOrDefault("ecs.cpu-architecture") is { } architecture ? [ContainerInstanceAnswer.Attribute(architecture)] : [],
            Connectivity = instance is null ? null : instance.AgentConnected ? "CONNECTED" : "DISCONNECTED",
            ConnectivityAt = instance?.ConnectedAt is not { } connected ? null : connected > task.CreatedAt ? connected : task.CreatedAt,
            Containers = [.. task.Containers.Select(container => Container(state, task, definition, container))],
            Cpu = Text(task.Demand.CpuUnits),
            Memory = Text(task.Demand.MemoryMiB),
            CreatedAt = task.CreatedAt,
            PullStartedAt = task.PullStartedAt,
            PullStoppedAt = task.PullStoppedAt,
            StartedAt = task.StartedAt,
            StoppingAt = task.StoppingAt,
            ExecutionStoppedAt = task.ExecutionStoppedAt,
            StoppedAt = task.StoppedAt,
            DesiredStatus = task.DesiredStatus == EcsTaskStatus.Stopped ? "STOPPED" : "RUNNING",
            LastStatus = StatusName(task.LastStatus),
            HealthStatus = HealthName(definition is null ? HealthStatus.Unknown : task.HealthIn(definition)),
            EnableExecuteCommand = task.EnableExecuteCommand,
            Group = task.Group,
            LaunchType = task.LaunchType,
            PlatformVersion = task.PlatformVersion,
            PlatformFamily = task.LaunchType == "FARGATE" ? "Linux" : null,
            EphemeralStorage = EphemeralStorage(task, definition) is { } size ? new() { SizeInGiB = size } : null,
            FargateEphemeralStorage = EphemeralStorage(task, definition) is { } fargate ? new() { SizeInGiB = fargate } : null,
            InferenceAccelerators = [],
            Overrides = Overrides(task),
            StartedBy = task.StartedBy,
            StopCode = task.StopCode?.ToString(),
            StoppedReason = task.StoppedReason,
            Tags = withTags ? Tags.Show(task.Tags) : [],
            Version = task.Version,
        };
    }

    private static ContainerShape Container(ClusterState state, EcsTask task, TaskDefinition? definition, TaskContainer container)
    {
        var defined = definition?.Containers.FirstOrDefault(known => known.Name == container.Name);
        var over = task.Overrides.Containers.FirstOrDefault(entry => entry.Name == container.Name);
        return new()
        {
            ContainerArn = state.ContainerArn(task.Id, container.Id),
            TaskArn = state.TaskArn(task.Id),
            Name = container.Name,
            Image = container.Image,
            ImageDigest = container.ImageDigest,
            RuntimeId = container.RuntimeId,
            LastStatus = StatusName(container.LastStatus),
            ExitCode = container.ExitCode,
            Reason = container.Reason,
            NetworkBindings = [.. container.NetworkBindings.Select(Binding)],
            NetworkInterfaces = AttachmentAnswer.OfContainer(task),
            HealthStatus = HealthName(container.HealthStatus),
            GpuIds = container.GpuIds is { } gpus ? [.. gpus] : null,
            Cpu = Text(over?.CpuUnits ?? defined?.CpuUnits ?? 0),
            ManagedAgents = task.EnableExecuteCommand
                ? [new()
                {
                    Name = TaskReports.ExecuteCommandAgent,
                    LastStatus = task.LastStatus == EcsTaskStatus.Stopped ? "STOPPED" : container.ExecuteCommandAgent?.Status ?? "PENDING",
                    Reason = container.ExecuteCommandAgent?.Reason,
                    LastStartedAt = container.ExecuteCommandAgent?.StartedAt,
                }]
                : null,
            Memory = (over?.MemoryMiB ?? defined?.MemoryMiB) is { } memory ? Text(memory) : null,
            MemoryReservation = (over?.MemoryReservationMiB ?? defined?.MemoryReservationMiB) is { } reservation ? Text(reservation) : null,
        };
    }

    /// <summary>A FARGATE task's ephemeral storage in GiB; null for others.</summary>
    private static int? EphemeralStorage(EcsTask task, TaskDefinition? definition)
    {
        const int Usual = 20;
        return task.LaunchType != "FARGATE" ? null
            : task.Overrides.EphemeralStorageGiB is { } given ? given
            : definition?.Document.TryGetProperty("ephemeralStorage", out var storage) == true && storage.TryGetProperty("sizeInGiB", out var size) ? size.GetInt32()
            : Usual;
    }

    private static NetworkBindingShape Binding(NetworkBinding binding) => new()
    {
        BindIP = binding.BindIp,
        ContainerPort = binding.ContainerPortRange is null ? binding.ContainerPort : null,
        HostPort = binding.ContainerPortRange is null ? binding.HostPort : null,
        Protocol = binding.Protocol,
        ContainerPortRange = binding.ContainerPortRange,
        HostPortRange = binding.HostPortRange,
    };

    /// <summary>One entry a container, also where nothing was overridden.</summary>
    private static TaskOverrideShape Overrides(EcsTask task) => new()
    {
        ContainerOverrides = [.. task.Containers.Select(container =>
            task.Overrides.Containers.FirstOrDefault(entry => entry.Name == container.Name) is { } over
                ? new ContainerOverrideShape
                {
                    Name = over.Name,
                    Command = over.Command is { } command ? [.. command] : null,
                    Environment = over.Environment is { } environment
                        ? [.. environment.Select(variable => new KeyValuePairShape { Name = variable.Name, Value = variable.Value })]
                        : null,
                    EnvironmentFiles = over.EnvironmentFiles?.Deserialize(EcsJson.Shared.ListEnvironmentFileShape),
                    ResourceRequirements = over.ResourceRequirements?.Deserialize(EcsJson.Shared.ListResourceRequirementShape),
                    Cpu = over.CpuUnits,
                    Memory = over.MemoryMiB,
                    MemoryReservation = over.MemoryReservationMiB,
                }
                : new ContainerOverrideShape { Name = container.Name })],
        InferenceAcceleratorOverrides = [],
        Cpu = task.Overrides.CpuUnits is { } cpu ? Text(cpu) : null,
        Memory = task.Overrides.MemoryMiB is { } memory ? Text(memory) : null,
        TaskRoleArn = task.Overrides.TaskRoleArn,
        ExecutionRoleArn = task.Overrides.ExecutionRoleArn,
        EphemeralStorage = task.Overrides.EphemeralStorageGiB is { } size ? new() { SizeInGiB = size } : null,
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string StatusName(EcsTaskStatus status) => status switch
    {
        EcsTaskStatus.Provisioning => "PROVISIONING",
        EcsTaskStatus.Pending => "PENDING",
        EcsTaskStatus.Activating => "ACTIVATING",
        EcsTaskStatus.Running => "RUNNING",
        EcsTaskStatus.Deactivating => "DEACTIVATING",
        EcsTaskStatus.Stopping => "STOPPING",
        EcsTaskStatus.Deprovisioning => "DEPROVISIONING",
        EcsTaskStatus.Stopped => "STOPPED",
    };

    private static string StatusName(ContainerStatus status) => status switch
    {
        ContainerStatus.Pending => "PENDING",
        ContainerStatus.Running => "RUNNING",
        ContainerStatus.Stopped => "STOPPED",
    };

    private static string HealthName(HealthStatus status) => status switch
    {
        HealthStatus.Unknown => "UNKNOWN",
        HealthStatus.Healthy => "HEALTHY",
        HealthStatus.Unhealthy => "UNHEALTHY",
    };
}
