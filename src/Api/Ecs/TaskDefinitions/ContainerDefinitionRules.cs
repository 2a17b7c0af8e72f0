using System.Globalization;
using Berth.Domain;

namespace Berth.Api;

/// <summary>What ECS demands of one container definition.</summary>
internal static class ContainerDefinitionRules
{
    private const int MostImageLength = 255;
    private const int FewestMemoryMiB = 6;
    private const int MostCredentialSpecs = 1;

    /// <summary>Finds what ECS would not accept of a container in this task definition.</summary>
    /// <param name="container">The container.</param>
    /// <param name="at">Its path.</param>
    /// <param name="task">The whole definition.</param>
    /// <param name="quotas">How much there may be.</param>
    /// <param name="problems">Takes what is found.</param>
    public static void Check(ContainerDefinitionShape container, string at, RegisterTaskDefinitionRequest task, EcsQuotas quotas, Problems problems)
    {
        var scope = new Scope(container, at, problems);
        CheckName(scope);
        CheckImage(scope);
        CheckSize(scope, hasTaskMemory: task.Memory is not null);
        CheckTimeouts(scope);
        CheckNetworking(scope, task.NetworkMode ?? "bridge");
        CheckHealthCheck(scope);
        CheckRestartPolicy(scope, quotas);
        CheckLogging(scope);
        FirelensRules.Check(scope);
        CheckEnvironment(scope, quotas);
        ContainerLinuxRules.Check(scope, task);
        CheckResources(scope);
        CheckExtras(scope);
    }

    private static void CheckName(Scope scope)
    {
        if (string.IsNullOrEmpty(scope.Container.Name))
        {
            scope.Add("name", "Container.name should not be null or empty.");
        }
        else if (!TaskDefinitionRules.IsName(scope.Container.Name))
        {
            scope.Add("name", "Container.name contains invalid characters.");
        }
    }

    private static void CheckImage(Scope scope)
    {
        if (string.IsNullOrEmpty(scope.Container.Image))
        {
            scope.Add("image", "Container.image should not be null or empty.");
            return;
        }

        var image = scope.Container.Image;
        var at = image.IndexOf("@sha256:", StringComparison.Ordinal);
        var name = at < 0 ? image : image[..at];
        if (name.Length > MostImageLength || name.Any(character => char.IsWhiteSpace(character) || char.IsControl(character)))
        {
            scope.Add("image", "Container.image contains invalid characters.");
        }
        else if (at >= 0 && image.AsSpan(at + 8) is var digest && (digest.Length != 64 || !IsHex(digest)))
        {
            scope.Add("image", "Container.image repository digest is invalid.");
        }
    }

    private static void CheckSize(Scope scope, bool hasTaskMemory)
    {
        var container = scope.Container;
        if (container is { Memory: null, MemoryReservation: null } && !hasTaskMemory)
        {
            scope.Setting("", "At least one of 'memory' or 'memoryReservation' must be specified.");
        }

        if (container.Memory < FewestMemoryMiB || container.MemoryReservation < FewestMemoryMiB)
        {
            scope.Setting(container.Memory < FewestMemoryMiB ? "memory" : "memoryReservation", $"'memory' and 'memoryReservation' must be at least {FewestMemoryMiB} MiB.");
        }
        else if (container.MemoryReservation > container.Memory)
        {
            scope.Setting("memoryReservation", "'memory' must be greater than or equal to 'memoryReservation'");
        }

        if (container.Cpu < 0)
        {
            scope.Setting("cpu", "'cpu' must not be negative.");
        }
    }

    private static void CheckTimeouts(Scope scope)
    {
        if (scope.Container.StartTimeout < 0 || scope.Container.StopTimeout < 0)
        {
            scope.Setting(scope.Container.StartTimeout < 0 ? "startTimeout" : "stopTimeout", "'startTimeout' and 'stopTimeout' must not be negative.");
        }
    }

    private static void CheckNetworking(Scope scope, string networkMode)
    {
        var container = scope.Container;
        if (container.Links is { Count: > 0 } && networkMode != "bridge")
        {
            scope.Add("links", $"Links are not supported when networkMode={networkMode}.");
        }

        if (container.DisableNetworking == true && networkMode is not ("bridge" or "none"))
        {
            scope.Add("disableNetworking", $"disableNetworking is not supported when networkMode={networkMode}.");
        }

        if (networkMode == "awsvpc")
        {
            Refuse(container.Hostname is not null, "hostname", "Hostname");
            Refuse(container.DnsServers is { Count: > 0 }, "dnsServers", "DnsServers");
            Refuse(container.DnsSearchDomains is { Count: > 0 }, "dnsSearchDomains", "DnsSearchDomains");
            Refuse(container.ExtraHosts is { Count: > 0 }, "extraHosts", "ExtraHosts");
        }

        if (container.ExtraHosts?.FindIndex(host => string.IsNullOrEmpty(host.Hostname) || string.IsNullOrEmpty(host.IpAddress)) is >= 0 and var at)
        {
            scope.Setting($"extraHosts[{at}]", "An extra host must have a hostname and an ipAddress.");
        }

        void Refuse(bool isGiven, string member, string what)
        {
            if (isGiven)
            {
                scope.Add(member, $"{what} is not supported on container when networkMode=awsvpc.");
            }
        }
    }

    private static void CheckHealthCheck(Scope scope)
    {
        if (scope.Container.HealthCheck is not { } check)
        {
            return;
        }

        if (check.Command is not { Count: > 0 } || check.Command[0] is not ("CMD" or "CMD-SHELL" or "NONE"))
        {
            scope.Setting("healthCheck.command", "The health check command must begin with CMD or CMD-SHELL.");
        }

        scope.Range("healthCheck.interval", check.Interval, 5, 300);
        scope.Range("healthCheck.timeout", check.Timeout, 2, 60);
        scope.Range("healthCheck.retries", check.Retries, 1, 10);
        scope.Range("healthCheck.startPeriod", check.StartPeriod, 0, 300);
    }

    private static void CheckRestartPolicy(Scope scope, EcsQuotas quotas)
    {
        if (scope.Container.RestartPolicy is not { } policy)
        {
            return;
        }

        if (policy.Enabled is null)
        {
            scope.Setting("restartPolicy", "'restartPolicy.enabled' must be specified.");
        }

        scope.Range("restartPolicy.restartAttemptPeriod", policy.RestartAttemptPeriod, 60, 1800);
        if (policy.IgnoredExitCodes?.Count > quotas.IgnoredExitCodesPerRestartPolicy)
        {
            scope.Setting("restartPolicy.ignoredExitCodes", $"'restartPolicy.ignoredExitCodes' can have at most {quotas.IgnoredExitCodesPerRestartPolicy} entries.");
        }
    }

    private static void CheckLogging(Scope scope)
    {
        if (scope.Container.LogConfiguration is not { } logging)
        {
            return;
        }

        if (logging.LogDriver is null)
        {
            scope.Setting("logConfiguration", "'logConfiguration.logDriver' must be specified.");
            return;
        }

        if (!WireEnums.LogDriver.Allows(logging.LogDriver))
        {
            scope.Add("logConfiguration.logDriver", WireEnums.LogDriver.Refusal("logDriver"));
        }

        if (logging.SecretOptions?.FindIndex(IsIncomplete) is >= 0 and var at)
        {
            scope.Setting($"logConfiguration.secretOptions[{at}]", "'secretOptions.name' and 'secretOptions.valueFrom' should not be null or empty.");
        }

        var options = logging.Options ?? [];
        if (options.TryGetValue("mode", out var mode) && mode is not ("blocking" or "non-blocking"))
        {
            scope.Setting("logConfiguration.options", "The log option 'mode' should be one of [blocking, non-blocking]");
        }

        if (logging.LogDriver == "awslogs")
        {
            CheckAwsLogs(scope, options);
        }
    }

    private static void CheckAwsLogs(Scope scope, Dictionary<string, string> options)
    {
        string[] missing = [.. new[] { "awslogs-region", "awslogs-group" }.Where(name => string.IsNullOrEmpty(options.GetValueOrDefault(name)))];
        if (missing.Length > 0)
        {
            scope.Add("logConfiguration.options", $"Log driver awslogs requires options: {string.Join(", ", missing)}");
        }

        if (options.ContainsKey("awslogs-datetime-format") && options.ContainsKey("awslogs-multiline-pattern"))
        {
            scope.Add("logConfiguration.options", "Log driver awslogs options awslogs-datetime-format and awslogs-multiline-pattern cannot be used together.");
        }
    }

    private static void CheckEnvironment(Scope scope, EcsQuotas quotas)
    {
        var container = scope.Container;
        if (container.Environment?.FindIndex(variable => string.IsNullOrEmpty(variable.Name)) is >= 0 and var nameless)
        {
            scope.Setting($"environment[{nameless}]", "'environment.name' should not be null or empty.");
        }

        if (container.Secrets?.FindIndex(IsIncomplete) is >= 0 and var incomplete)
        {
            scope.Setting($"secrets[{incomplete}]", "'secrets.name' and 'secrets.valueFrom' should not be null or empty.");
        }

        var names = (container.Environment ?? []).Select(variable => variable.Name).ToHashSet(StringComparer.Ordinal);
        for (var at = 0; at < container.Secrets?.Count; at++)
        {
            if (container.Secrets[at].Name is { } name && !names.Add(name))
            {
                scope.Add($"secrets[{at}].name", $"The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '{name}'.");
            }
        }

        if (container.EnvironmentFiles?.Count > quotas.EnvironmentFilesPerContainer)
        {
            scope.Setting("environmentFiles", $"'environmentFiles' can have at most {quotas.EnvironmentFilesPerContainer} entries.");
        }

        for (var at = 0; at < container.EnvironmentFiles?.Count; at++)
        {
            var file = container.EnvironmentFiles[at];
            if (file.Type is null || !WireEnums.EnvironmentFileType.Allows(file.Type) || file.Value?.EndsWith(".env", StringComparison.Ordinal) != true)
            {
                scope.Setting($"environmentFiles[{at}]", "An environment file must be of type s3 and have the extension .env.");
            }
        }
    }

    private static void CheckResources(Scope scope)
    {
        for (var at = 0; at < scope.Container.ResourceRequirements?.Count; at++)
        {
            var (type, value) = (scope.Container.ResourceRequirements[at].Type, scope.Container.ResourceRequirements[at].Value);
            scope.Require(WireEnums.ResourceType, type, $"resourceRequirements[{at}].type", "resourceRequirements.type");
            if (type is null || string.IsNullOrEmpty(value))
            {
                scope.Setting($"resourceRequirements[{at}]", "A resource requirement must have a type and a value.");
            }
            else if (type == "GPU" && value != "ALL" && !(int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0))
            {
                scope.Setting($"resourceRequirements[{at}].value", "The value of a GPU resource requirement must be a positive whole number.");
            }
        }
    }

    private static void CheckExtras(Scope scope)
    {
        scope.Require(WireEnums.VersionConsistency, scope.Container.VersionConsistency, "versionConsistency");
        if (scope.Container.CredentialSpecs?.Count > MostCredentialSpecs)
        {
            scope.Setting("credentialSpecs", $"'credentialSpecs' can have at most {MostCredentialSpecs} entry.");
        }

        if (scope.Container.RepositoryCredentials is { CredentialsParameter: null or "" })
        {
            scope.Setting("repositoryCredentials", "'repositoryCredentials.credentialsParameter' should not be null or empty.");
        }
    }

    private static bool IsIncomplete(SecretShape secret) => string.IsNullOrEmpty(secret.Name) || string.IsNullOrEmpty(secret.ValueFrom);

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

    /// <summary>The container that is looked at, where it stands, and what was found.</summary>
    internal readonly record struct Scope(ContainerDefinitionShape Container, string At, Problems Problems)
    {
        public void Add(string member, string message) => Problems.Add(member.Length == 0 ? At : $"{At}.{member}", message);

        /// <summary>In the words ECS has for most settings of a container.</summary>
        public void Setting(string member, string message) => Add(member, $"Invalid setting for container '{Container.Name}'. {message}");

        /// <param name="known">The enumeration.</param>
        /// <param name="text">The text; null is always right.</param>
        /// <param name="member">The member's path in the container.</param>
        /// <param name="name">What the member is called in the message, where that is not its path.</param>
        public void Require(WireEnum known, string? text, string member, string? name = null)
        {
            if (!known.Allows(text))
            {
                Add(member, known.Refusal(name ?? member));
            }
        }

        public void Range(string member, int? value, int fewest, int most)
        {
            if (value < fewest || value > most)
            {
                Setting(member, most == int.MaxValue ? $"'{member}' must be at least {fewest}." : $"'{member}' must be between {fewest} and {most}.");
            }
        }
    }
}
