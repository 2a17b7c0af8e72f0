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

    /// <summary>The launch types of a checked definition. MANAGED_INSTANCES is told of those that ask for it.</summary>
    public static ImmutableArray<string> Of(RegisterTaskDefinitionRequest task) =>
        [.. new[] { "EC2", "EXTERNAL", "FARGATE", "MANAGED_INSTANCES" }.Where(type =>
            (type != "MANAGED_INSTANCES" || task.RequiresCompatibilities?.Contains(type) == true) && !WhyNot(type, task).Any())];

    /// <summary>What forbids a launch type; nothing when it would do.</summary>
    public static IEnumerable<Problem> WhyNot(string launchType, RegisterTaskDefinitionRequest task) => launchType switch
    {
        "FARGATE" => WhyNotFargate(task),
        "EXTERNAL" => WhyNotExternal(task),
        "MANAGED_INSTANCES" => WhyNotManagedInstances(task),
        _ => [],
    };

    /// <summary>Whether Fargate offers tasks of this size.</summary>
    public static bool IsFargateSize(int cpuUnits, int memoryMiB) => cpuUnits == 256
        ? memoryMiB is 512 or 1024 or 2048
        : FargateSizes.TryGetValue(cpuUnits, out var sizes) && memoryMiB >= sizes.From && memoryMiB <= sizes.To && (memoryMiB - sizes.From) % sizes.Step == 0;

    public static string NoFargateSize(int cpuUnits, int memoryMiB) =>
        $"No Fargate configuration exists for given values: {cpuUnits} CPU, {memoryMiB} memory. See the Amazon ECS documentation for the valid values.";

    private static IEnumerable<Problem> WhyNotExternal(RegisterTaskDefinitionRequest task)
    {
        if (task.NetworkMode == "awsvpc")
        {
            yield return new("networkMode", "External instances do not support network mode 'awsvpc'.");
        }

        if (task.ProxyConfiguration is not null)
        {
            yield return new("proxyConfiguration", "External instances do not support proxyConfiguration.");
        }

        if (task.Volumes?.FindIndex(volume => volume.EfsVolumeConfiguration is not null) is >= 0 and var at)
        {
            yield return new($"volumes[{at}].efsVolumeConfiguration", "External instances do not support EFS volumes.");
        }
    }

    private static IEnumerable<Problem> WhyNotManagedInstances(RegisterTaskDefinitionRequest task)
    {
        if (task.NetworkMode is not ("awsvpc" or "host"))
        {
            yield return new("networkMode", "Managed Instances only support network modes 'awsvpc' and 'host'.");
        }
    }

    private static IEnumerable<Problem> WhyNotFargate(RegisterTaskDefinitionRequest task)
    {
        if (task.NetworkMode != "awsvpc")
        {
            yield return new("networkMode", "Fargate only supports network mode 'awsvpc'.");
        }

        if (task.Cpu is null)
        {
            yield return new("cpu", "Fargate requires that 'cpu' be defined at the task level.");
        }

        if (task.Memory is null)
        {
            yield return new("memory", "Fargate requires that 'memory' be defined at the task level.");
        }

        if (task is { Cpu: { } cpu, Memory: { } memory }
            && (TaskDefinitionRules.CpuUnits(cpu) ?? 0, TaskDefinitionRules.MemoryMiB(memory) ?? 0) is var (units, mebibytes)
            && !IsFargateSize(units, mebibytes))
        {
            yield return new("cpu", NoFargateSize(units, mebibytes));
        }

        if (task.PidMode == "host")
        {
            yield return new("pidMode", "Tasks using the Fargate launch type do not support pidMode 'host'. The supported value for pidMode is 'task'.");
        }

        if (task.IpcMode is not null)
        {
            yield return new("ipcMode", Unsupported("ipcMode"));
        }

        if (task.PlacementConstraints is { Count: > 0 })
        {
            yield return new("placementConstraints", Unsupported("placement constraints"));
        }

        if (task.Volumes?.FindIndex(volume => volume.Host?.SourcePath is not null || volume.DockerVolumeConfiguration is not null) is >= 0 and var at)
        {
            yield return new($"volumes[{at}]", Unsupported("host volumes and Docker volumes"));
        }

        for (var index = 0; index < task.ContainerDefinitions?.Count; index++)
        {
            foreach (var problem in WhyNotFargate(task.ContainerDefinitions[index], task))
            {
                yield return problem with { Path = $"containerDefinitions[{index}].{problem.Path}" };
            }
        }
    }

    private static IEnumerable<Problem> WhyNotFargate(ContainerDefinitionShape container, RegisterTaskDefinitionRequest task)
    {
        var linux = container.LinuxParameters;
        (bool Has, string Member, string What)[] unsupported =
        [
            (container.Privileged == true, "privileged", "privileged"),
            (container.Links is { Count: > 0 }, "links", "links"),
            (container.DockerSecurityOptions is { Count: > 0 }, "dockerSecurityOptions", "dockerSecurityOptions"),
            (linux?.Devices is { Count: > 0 }, "linuxParameters.devices", "devices"),
            (linux?.SharedMemorySize is not null, "linuxParameters.sharedMemorySize", "sharedMemorySize"),
            (linux?.MaxSwap is not null || linux?.Swappiness is not null, "linuxParameters", "maxSwap and swappiness"),
            (linux?.Capabilities?.Add?.Exists(capability => capability != "SYS_PTRACE") == true, "linuxParameters.capabilities.add", "adding capabilities other than SYS_PTRACE"),
            (container.ResourceRequirements?.Exists(requirement => requirement.Type == "GPU") == true, "resourceRequirements", "GPU resource requirements"),
        ];
        foreach (var (has, member, what) in unsupported)
        {
            if (has)
            {
                yield return new(member, Unsupported(what));
            }
        }

        if (container.StartTimeout is < 2 or > 120 || container.StopTimeout is < 2 or > 120)
        {
            yield return new(container.StartTimeout is < 2 or > 120 ? "startTimeout" : "stopTimeout", "Tasks using the Fargate launch type need timeouts between 2 and 120 seconds.");
        }

        var driver = container.LogConfiguration?.LogDriver;
        if (driver is not (null or "awslogs" or "splunk" or "awsfirelens"))
        {
            yield return new("logConfiguration.logDriver", Unsupported($"the log driver '{driver}'"));
        }

        if (container.FirelensConfiguration?.Options?.GetValueOrDefault(FirelensRules.ConfigFileType) == "s3")
        {
            yield return new("firelensConfiguration.options", Unsupported("the FireLens config file type 's3'"));
        }

        if (driver == "awslogs" && string.IsNullOrEmpty(container.LogConfiguration!.Options?.GetValueOrDefault("awslogs-stream-prefix")))
        {
            yield return new("logConfiguration.options", "Log driver awslogs requires options: awslogs-stream-prefix");
        }

        if (task.ExecutionRoleArn is not null)
        {
            yield break;
        }

        if (driver == "awslogs")
        {
            yield return new("logConfiguration.logDriver", "Fargate requires task definition to have execution role ARN to support log driver awslogs.");
        }

        if (TaskDefinitionCapabilities.IsEcrImage(container.Image ?? ""))
        {
            yield return new("image", "Fargate requires task definition to have execution role ARN to support ECR images.");
        }

        if (container.Secrets is { Count: > 0 })
        {
            yield return new("secrets", "Fargate requires task definition to have execution role ARN to support secrets.");
        }
    }

    private static string Unsupported(string what) => $"Tasks using the Fargate launch type do not support {what}.";
}
