using System.Globalization;
using System.Text.Json;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>Makes of a checked request what is stored: the document as ECS answers it, and what the scheduler reads of it.</summary>
internal static class TaskDefinitionDraft
{
    /// <summary>The definition without its revision and ARN, which the account gives it.</summary>
    public static TaskDefinition Of(RegisterTaskDefinitionRequest request, EcsQuotas quotas)
    {
        var shape = Document(request);
        var text = JsonSerializer.SerializeToUtf8Bytes(shape, EcsJson.Shared.TaskDefinitionShape);
        if (text.Length > quotas.TaskDefinitionBytes)
        {
            throw AwsException.Client($"Actual length: '{text.Length}'. Max allowed length is '{quotas.TaskDefinitionBytes}' bytes.");
        }

        return new()
        {
            Arn = "",
            Family = request.Family!,    // Checked by the rules, as the other members read here.
            Revision = 0,
            Document = JsonElement.Parse(text),
            NetworkMode = request.NetworkMode ?? "bridge",
            CpuUnits = Number(shape.Cpu),
            MemoryMiB = Number(shape.Memory),
            Containers = [.. shape.ContainerDefinitions!.Select(Container)],
            RequiresAttributes = TaskDefinitionCapabilities.Of(request),
            PlacementConstraints = [.. (request.PlacementConstraints ?? []).Select(constraint => constraint.Expression!)],
            Compatibilities = TaskDefinitionCompatibility.Of(request),
            TaskRoleArn = request.TaskRoleArn,
            ExecutionRoleArn = request.ExecutionRoleArn,
        };
    }

    /// <summary>
    /// The document with the defaults ECS fills in, and no others: clients compare it with what they sent, and an
    /// invented member is a difference.
    /// </summary>
    private static TaskDefinitionShape Document(RegisterTaskDefinitionRequest request) => new()
    {
        Family = request.Family,
        TaskRoleArn = request.TaskRoleArn,
        ExecutionRoleArn = request.ExecutionRoleArn,
        NetworkMode = request.NetworkMode,
        ContainerDefinitions = [.. request.ContainerDefinitions!.Select(container => WithDefaults(container, request.NetworkMode ?? "bridge"))],
        Volumes = [.. (request.Volumes ?? []).Select(WithDefaults)],
        PlacementConstraints = request.PlacementConstraints ?? [],
        RequiresCompatibilities = request.RequiresCompatibilities is { Count: > 0 } required ? required : null,
        Cpu = request.Cpu is { } cpu ? TaskDefinitionRules.CpuUnits(cpu)?.ToString(CultureInfo.InvariantCulture) : null,
        Memory = request.Memory is { } memory ? TaskDefinitionRules.MemoryMiB(memory)?.ToString(CultureInfo.InvariantCulture) : null,
        PidMode = request.PidMode,
        IpcMode = request.IpcMode,
        ProxyConfiguration = request.ProxyConfiguration,
        InferenceAccelerators = request.InferenceAccelerators,
        EphemeralStorage = request.EphemeralStorage,
        RuntimePlatform = request.RuntimePlatform,
        EnableFaultInjection = request.EnableFaultInjection,
    };

    private static ContainerDefinitionShape WithDefaults(ContainerDefinitionShape container, string networkMode) => container with
    {
        Cpu = container.Cpu ?? 0,
        Essential = container.Essential ?? true,
        // A log router runs as root unless somebody says otherwise, whoever its image is made for.
        User = container.User ?? (container.FirelensConfiguration is null ? null : "0"),
        Environment = container.Environment ?? [],
        MountPoints = container.MountPoints ?? [],
        VolumesFrom = container.VolumesFrom ?? [],
        SystemControls = container.SystemControls ?? [],
        PortMappings = [.. (container.PortMappings ?? []).Select(mapping => WithDefaults(mapping, networkMode))],
        HealthCheck = container.HealthCheck is { } check
            ? check with { Interval = check.Interval ?? 30, Timeout = check.Timeout ?? 5, Retries = check.Retries ?? 3 }
            : null,
    };

    private static PortMappingShape WithDefaults(PortMappingShape mapping, string networkMode) => mapping with
    {
        Protocol = mapping.Protocol ?? "tcp",
        HostPort = mapping.ContainerPortRange is not null ? null
            : networkMode is "awsvpc" or "host" ? mapping.ContainerPort
            : mapping.HostPort ?? 0,
    };

    private static VolumeShape WithDefaults(VolumeShape volume) =>
        volume is { DockerVolumeConfiguration: null, EfsVolumeConfiguration: null, S3filesVolumeConfiguration: null, FsxWindowsFileServerVolumeConfiguration: null, ConfiguredAtLaunch: not true }
            ? volume with { Host = volume.Host ?? new() }
            : volume;

    private static ContainerDefinition Container(ContainerDefinitionShape container) => new()
    {
        Name = container.Name!,
        Image = container.Image!,
        CpuUnits = container.Cpu ?? 0,
        MemoryMiB = container.Memory,
        MemoryReservationMiB = container.MemoryReservation,
        Gpus = (container.ResourceRequirements ?? []).Sum(requirement => requirement.Type == "GPU" && int.TryParse(requirement.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var gpus) ? gpus : 0),
        Essential = container.Essential ?? true,
        HasHealthCheck = container.HealthCheck is { } check && check.Command![0] != "NONE",
        PortMappings = [.. container.PortMappings!
            .Where(mapping => mapping.ContainerPort is not null)
            .Select(mapping => new PortMapping(mapping.ContainerPort!.Value, mapping.HostPort ?? 0, mapping.Protocol!))],
    };

    private static int? Number(string? text) => text is null ? null : int.Parse(text, CultureInfo.InvariantCulture);
}
