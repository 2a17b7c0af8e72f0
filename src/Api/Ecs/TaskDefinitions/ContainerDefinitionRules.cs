using Berth.Wire;

namespace Berth.Api;

/// <summary>What ECS demands of one container definition.</summary>
internal static class ContainerDefinitionRules
{
    private const int MostImageLength = 255;
    private const int FewestMemoryMiB = 6;
    private const int MostEnvironmentFiles = 10;
    private const int MostIgnoredExitCodes = 50;

    /// <summary>Refuses a container that ECS would not accept in this task definition.</summary>
    public static void Check(ContainerDefinitionShape container, RegisterTaskDefinitionRequest task)
    {
        CheckName(container);
        CheckImage(container);
        CheckSize(container, hasTaskMemory: task.Memory is not null);
        CheckTimeouts(container);
        CheckNetworking(container, task.NetworkMode ?? "bridge");
        CheckHealthCheck(container);
        CheckRestartPolicy(container);
        CheckLogging(container);
        CheckEnvironment(container);
        CheckLinux(container);
        CheckResources(container);
        WireEnums.VersionConsistency.RequireOfClient(container.VersionConsistency, "versionConsistency");
        WireEnums.FirelensConfigurationType.RequireOfClient(container.FirelensConfiguration?.Type, "firelensConfiguration.type");
    }

    private static void CheckName(ContainerDefinitionShape container)
    {
        if (string.IsNullOrEmpty(container.Name))
        {
            throw AwsException.Client("Container.name should not be null or empty.");
        }

        if (!TaskDefinitionRules.IsName(container.Name))
        {
            throw AwsException.Client("Container.name contains invalid characters.");
        }
    }

    private static void CheckImage(ContainerDefinitionShape container)
    {
        if (string.IsNullOrEmpty(container.Image))
        {
            throw AwsException.Client("Container.image should not be null or empty.");
        }

        var at = container.Image.IndexOf("@sha256:", StringComparison.Ordinal);
        var name = at < 0 ? container.Image : container.Image[..at];
        if (name.Length > MostImageLength || name.Any(character => char.IsWhiteSpace(character) || char.IsControl(character)))
        {
            throw AwsException.Client("Container.image contains invalid characters.");
        }

        if (at >= 0 && container.Image.AsSpan(at + 8) is var digest && (digest.Length != 64 || !IsHex(digest)))
        {
            throw AwsException.Client("Container.image repository digest is invalid.");
        }
    }

    private static void CheckSize(ContainerDefinitionShape container, bool hasTaskMemory)
    {
        if (container is { Memory: null, MemoryReservation: null } && !hasTaskMemory)
        {
            throw Setting(container, "At least one of 'memory' or 'memoryReservation' must be specified.");
        }

        if (container.Memory < FewestMemoryMiB || container.MemoryReservation < FewestMemoryMiB)
        {
            throw Setting(container, $"'memory' and 'memoryReservation' must be at least {FewestMemoryMiB} MiB.");
        }

        if (container.MemoryReservation > container.Memory)
        {
            throw Setting(container, "'memory' must be greater than or equal to 'memoryReservation'");
        }

        if (container.Cpu < 0)
        {
            throw Setting(container, "'cpu' must not be negative.");
        }
    }

    private static void CheckTimeouts(ContainerDefinitionShape container)
    {
        if (container.StartTimeout < 0 || container.StopTimeout < 0)
        {
            throw Setting(container, "'startTimeout' and 'stopTimeout' must not be negative.");
        }
    }

    private static void CheckNetworking(ContainerDefinitionShape container, string networkMode)
    {
        if (container.Links is { Count: > 0 } && networkMode != "bridge")
        {
            throw AwsException.Client($"Links are not supported when networkMode={networkMode}.");
        }

        if (networkMode == "awsvpc")
        {
            Refuse(container.Hostname is not null, "Hostname");
            Refuse(container.DnsServers is { Count: > 0 }, "DnsServers");
            Refuse(container.DnsSearchDomains is { Count: > 0 }, "DnsSearchDomains");
            Refuse(container.ExtraHosts is { Count: > 0 }, "ExtraHosts");
        }

        static void Refuse(bool isGiven, string what)
        {
            if (isGiven)
            {
                throw AwsException.Client($"{what} is not supported on container when networkMode=awsvpc.");
            }
        }
    }

    private static void CheckHealthCheck(ContainerDefinitionShape container)
    {
        if (container.HealthCheck is not { } check)
        {
            return;
        }

        if (check.Command is not { Count: > 0 } || check.Command[0] is not ("CMD" or "CMD-SHELL" or "NONE"))
        {
            throw Setting(container, "The health check command must begin with CMD or CMD-SHELL.");
        }

        Range(container, "healthCheck.interval", check.Interval, 5, 300);
        Range(container, "healthCheck.timeout", check.Timeout, 2, 120);
        Range(container, "healthCheck.retries", check.Retries, 1, 10);
        Range(container, "healthCheck.startPeriod", check.StartPeriod, 0, 300);
    }

    private static void CheckRestartPolicy(ContainerDefinitionShape container)
    {
        if (container.RestartPolicy is not { } policy)
        {
            return;
        }

        if (policy.Enabled is null)
        {
            throw Setting(container, "'restartPolicy.enabled' must be specified.");
        }

        Range(container, "restartPolicy.restartAttemptPeriod", policy.RestartAttemptPeriod, 60, 1800);
        if (policy.IgnoredExitCodes?.Count > MostIgnoredExitCodes)
        {
            throw Setting(container, $"'restartPolicy.ignoredExitCodes' can have at most {MostIgnoredExitCodes} entries.");
        }
    }

    private static void CheckLogging(ContainerDefinitionShape container)
    {
        if (container.LogConfiguration is not { } logging)
        {
            return;
        }

        if (logging.LogDriver is null)
        {
            throw Setting(container, "'logConfiguration.logDriver' must be specified.");
        }

        WireEnums.LogDriver.RequireOfClient(logging.LogDriver, "logDriver");
        if (logging.LogDriver != "awslogs")
        {
            return;
        }

        var options = logging.Options ?? [];
        string[] missing = [.. new[] { "awslogs-region", "awslogs-group" }.Where(name => string.IsNullOrEmpty(options.GetValueOrDefault(name)))];
        if (missing.Length > 0)
        {
            throw AwsException.Client($"Log driver awslogs requires options: {string.Join(", ", missing)}");
        }

        if (options.ContainsKey("awslogs-datetime-format") && options.ContainsKey("awslogs-multiline-pattern"))
        {
            throw AwsException.Client("Log driver awslogs options awslogs-datetime-format and awslogs-multiline-pattern cannot be used together.");
        }
    }

    private static void CheckEnvironment(ContainerDefinitionShape container)
    {
        if (container.Environment?.Exists(variable => string.IsNullOrEmpty(variable.Name)) == true)
        {
            throw Setting(container, "'environment.name' should not be null or empty.");
        }

        if (container.Secrets?.Exists(secret => string.IsNullOrEmpty(secret.Name) || string.IsNullOrEmpty(secret.ValueFrom)) == true)
        {
            throw Setting(container, "'secrets.name' and 'secrets.valueFrom' should not be null or empty.");
        }

        var environment = (container.Environment ?? []).Select(variable => variable.Name).ToHashSet(StringComparer.Ordinal);
        if (container.Secrets?.Find(secret => environment.Contains(secret.Name)) is { } twice)
        {
            throw AwsException.Client($"The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '{twice.Name}'.");
        }

        if (container.EnvironmentFiles?.Count > MostEnvironmentFiles)
        {
            throw Setting(container, $"'environmentFiles' can have at most {MostEnvironmentFiles} entries.");
        }

        foreach (var file in container.EnvironmentFiles ?? [])
        {
            WireEnums.EnvironmentFileType.RequireOfClient(file.Type, "environmentFiles.type");
            if (file.Type is null || file.Value?.EndsWith(".env", StringComparison.Ordinal) != true)
            {
                throw Setting(container, "An environment file must be of type s3 and have the extension .env.");
            }
        }
    }

    private static void CheckLinux(ContainerDefinitionShape container)
    {
        foreach (var limit in container.Ulimits ?? [])
        {
            WireEnums.UlimitName.RequireOfClient(limit.Name, "ulimits.name");
            if (limit.Name is null || limit.SoftLimit is null || limit.HardLimit is null || (limit.SoftLimit > limit.HardLimit && limit.HardLimit >= 0))
            {
                throw Setting(container, "A ulimit must have a name, a soft limit and a hard limit, and the soft limit must not be greater than the hard limit.");
            }
        }

        if (container.LinuxParameters is not { } linux)
        {
            return;
        }

        Range(container, "linuxParameters.swappiness", linux.Swappiness, 0, 100);
        Range(container, "linuxParameters.maxSwap", linux.MaxSwap, 0, int.MaxValue);
        Range(container, "linuxParameters.sharedMemorySize", linux.SharedMemorySize, 1, int.MaxValue);
        foreach (var device in linux.Devices ?? [])
        {
            if (string.IsNullOrEmpty(device.HostPath))
            {
                throw Setting(container, "'linuxParameters.devices.hostPath' should not be null or empty.");
            }

            foreach (var permission in device.Permissions ?? [])
            {
                WireEnums.DeviceCgroupPermission.RequireOfClient(permission, "devices.permissions");
            }
        }

        foreach (var mount in linux.Tmpfs ?? [])
        {
            if (string.IsNullOrEmpty(mount.ContainerPath) || mount.Size is null or < 1)
            {
                throw Setting(container, "A tmpfs mount must have a containerPath and a size.");
            }
        }
    }

    private static void CheckResources(ContainerDefinitionShape container)
    {
        foreach (var requirement in container.ResourceRequirements ?? [])
        {
            WireEnums.ResourceType.RequireOfClient(requirement.Type, "resourceRequirements.type");
            if (requirement.Type is null || string.IsNullOrEmpty(requirement.Value))
            {
                throw Setting(container, "A resource requirement must have a type and a value.");
            }
        }
    }

    private static void Range(ContainerDefinitionShape container, string what, int? value, int fewest, int most)
    {
        if (value < fewest || value > most)
        {
            throw Setting(container, most == int.MaxValue ? $"'{what}' must be at least {fewest}." : $"'{what}' must be between {fewest} and {most}.");
        }
    }

    private static bool IsHex(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (!char.IsAsciiHexDigitLower(character))
            {
                return false;
            }
        }

        return true;
    }

    private static AwsException Setting(ContainerDefinitionShape container, string what) =>
        AwsException.Client($"Invalid setting for container '{container.Name}'. {what}");
}
