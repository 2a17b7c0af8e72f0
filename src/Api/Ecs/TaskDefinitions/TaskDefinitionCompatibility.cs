using System.Collections.Immutable;

namespace Berth.Api;

/// <summary>Which launch types a task definition would do for, whatever it asks for.</summary>
internal static class TaskDefinitionCompatibility
{
    /// <summary>Task memory in MiB by task CPU units: from, to, step.</summary>
    private static readonly Dictionary<int, (int From, int To, int Step)> FargateSizes = new()
    {
        [512] = (1024, 4096, 1024),
        [1024] = (2048, 8192, 1024),
        [2048] = (4096, 16_384, 1024),
        [4096] = (8192, 30_720, 1024),
        [8192] = (16_384, 61_440, 4096),
        [16_384] = (32_768, 122_880, 8192),
    };

    /// <summary>The launch types.</summary>
    public static ImmutableArray<string> Of(RegisterTaskDefinitionRequest task)
    {
        var result = ImmutableArray.CreateBuilder<string>(3);
        result.Add("EC2");
        if (WhyNotExternal(task) is null)
        {
            result.Add("EXTERNAL");
        }

        if (WhyNotFargate(task) is null)
        {
            result.Add("FARGATE");
        }

        return result.ToImmutable();
    }

    /// <summary>What forbids ECS Anywhere; null when nothing does.</summary>
    public static string? WhyNotExternal(RegisterTaskDefinitionRequest task) =>
        task.NetworkMode == "awsvpc" ? "External instances do not support network mode 'awsvpc'."
        : task.ProxyConfiguration is not null ? "External instances do not support proxyConfiguration."
        : task.Volumes?.Exists(volume => volume.EfsVolumeConfiguration is not null) == true ? "External instances do not support EFS volumes."
        : null;

    /// <summary>What forbids Fargate; null when nothing does.</summary>
    public static string? WhyNotFargate(RegisterTaskDefinitionRequest task) =>
        task.NetworkMode != "awsvpc" ? "Fargate only supports network mode 'awsvpc'."
        : task.Cpu is null ? "Fargate requires that 'cpu' be defined at the task level."
        : task.Memory is null ? "Fargate requires that 'memory' be defined at the task level."
        : WhyNotFargateSize(task)
        ?? (task.PidMode == "host" ? "Tasks using the Fargate launch type do not support pidMode 'host'. The supported value for pidMode is 'task'."
        : task.IpcMode is not null ? "Tasks using the Fargate launch type do not support ipcMode."
        : task.PlacementConstraints is { Count: > 0 } ? "Placement constraints are not supported for tasks using the Fargate launch type."
        : task.Volumes?.Exists(volume => volume.Host?.SourcePath is not null || volume.DockerVolumeConfiguration is not null) == true
            ? "Tasks using the Fargate launch type do not support host volumes and Docker volumes."
        : task.ContainerDefinitions!.Select(container => WhyNotFargate(container, task)).FirstOrDefault(reason => reason is not null));

    private static string? WhyNotFargateSize(RegisterTaskDefinitionRequest task)
    {
        var cpu = TaskDefinitionRules.CpuUnits(task.Cpu!) ?? 0;
        var memory = TaskDefinitionRules.MemoryMiB(task.Memory!) ?? 0;
        var isOffered = cpu == 256
            ? memory is 512 or 1024 or 2048
            : FargateSizes.TryGetValue(cpu, out var sizes) && memory >= sizes.From && memory <= sizes.To && (memory - sizes.From) % sizes.Step == 0;
        return isOffered
            ? null
            : $"No Fargate configuration exists for given values: {cpu} CPU, {memory} memory. See the Amazon ECS documentation for the valid values.";
    }

    private static string? WhyNotFargate(ContainerDefinitionShape container, RegisterTaskDefinitionRequest task)
    {
        var driver = container.LogConfiguration?.LogDriver;
        return container.Privileged == true ? Unsupported("privileged")
            : container.Links is { Count: > 0 } ? Unsupported("links")
            : container.DockerSecurityOptions is { Count: > 0 } ? Unsupported("dockerSecurityOptions")
            : container.LinuxParameters is { Devices.Count: > 0 } ? Unsupported("devices")
            : container.LinuxParameters?.SharedMemorySize is not null ? Unsupported("sharedMemorySize")
            : container.LinuxParameters?.MaxSwap is not null || container.LinuxParameters?.Swappiness is not null ? Unsupported("maxSwap and swappiness")
            : container.LinuxParameters?.Capabilities?.Add?.Exists(capability => capability != "SYS_PTRACE") == true ? Unsupported("adding capabilities other than SYS_PTRACE")
            : container.ResourceRequirements?.Exists(requirement => requirement.Type == "GPU") == true ? Unsupported("GPU resource requirements")
            : container.StartTimeout is < 2 or > 120 || container.StopTimeout is < 2 or > 120 ? "Tasks using the Fargate launch type need timeouts between 2 and 120 seconds."
            : driver is not (null or "awslogs" or "splunk" or "awsfirelens") ? $"Tasks using the Fargate launch type do not support the log driver '{driver}'."
            : task.ExecutionRoleArn is not null ? null
            : driver == "awslogs" ? "Fargate requires task definition to have execution role ARN to support log driver awslogs."
            : TaskDefinitionCapabilities.IsEcrImage(container.Image!) ? "Fargate requires task definition to have execution role ARN to support ECR images."
            : container.Secrets is { Count: > 0 } ? "Fargate requires task definition to have execution role ARN to support secrets."
            : null;
    }

    private static string Unsupported(string what) => $"Tasks using the Fargate launch type do not support {what}.";
}
