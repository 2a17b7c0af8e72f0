using System.Globalization;

namespace Berth.Agent;

/// <summary>A task as a payload describes it. Names follow the agent protocol; members not listed there are ignored.</summary>
internal sealed record TaskSpec
{
    public string? Arn { get; init; }

    public string? TaskClusterArn { get; init; }

    public string? Family { get; init; }

    /// <summary>The revision, as text.</summary>
    public string? Version { get; init; }

    public string? DesiredStatus { get; init; }

    public IReadOnlyList<ContainerSpec> Containers { get; init; } = [];

    public IReadOnlyList<VolumeSpec> Volumes { get; init; } = [];

    /// <summary>The task's own limit in virtual CPUs.</summary>
    public double? Cpu { get; init; }

    /// <summary>The task's own limit in MiB.</summary>
    public int? Memory { get; init; }

    public string? NetworkMode { get; init; }

    public string? PidMode { get; init; }

    public string? IpcMode { get; init; }

    public string? LaunchType { get; init; }

    public string? ServiceName { get; init; }

    public RoleCredentials? RoleCredentials { get; init; }

    public RoleCredentials? ExecutionRoleCredentials { get; init; }

    public IReadOnlyList<ElasticNetworkInterface>? ElasticNetworkInterfaces { get; init; }

    /// <summary>Devices that are containers' own.</summary>
    public IReadOnlyList<Association>? Associations { get; init; }

    /// <summary>The ids of a container's own devices of one type.</summary>
    public IReadOnlyList<string> AssociationsOf(string container, string type) =>
        [.. (Associations ?? []).Where(device => device.Type == type && device.Containers?.Contains(container) == true).Select(device => device.Name ?? "")];
}

/// <summary>A device and the containers whose own it is.</summary>
/// <param name="Name">The device's id.</param>
/// <param name="Type"><c>gpu</c>; others are passed over.</param>
/// <param name="Containers">Names of containers.</param>
internal sealed record Association(string? Name, string? Type, IReadOnlyList<string>? Containers);

/// <summary>One container of a task.</summary>
internal sealed record ContainerSpec
{
    public string? Name { get; init; }

    public string? Image { get; init; }

    public string? ContainerArn { get; init; }

    public bool Essential { get; init; }

    /// <summary>CPU shares.</summary>
    public int Cpu { get; init; }

    /// <summary>The hard limit in MiB; 0 is none.</summary>
    public int Memory { get; init; }

    public IReadOnlyList<string>? Command { get; init; }

    public IReadOnlyList<string>? EntryPoint { get; init; }

    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <summary>JSON text; only <c>command</c> may be overridden here.</summary>
    public string? Overrides { get; init; }

    public IReadOnlyList<PortMapping>? PortMappings { get; init; }

    public IReadOnlyList<string>? Links { get; init; }

    public IReadOnlyList<MountPoint>? MountPoints { get; init; }

    public IReadOnlyList<VolumeFrom>? VolumesFrom { get; init; }

    public IReadOnlyList<ContainerDependency>? DependsOn { get; init; }

    /// <summary>Seconds; 0 or null is no limit.</summary>
    public int? StartTimeout { get; init; }

    /// <summary>Seconds; 0 or null is the agent's default.</summary>
    public int? StopTimeout { get; init; }

    public DockerConfig? DockerConfig { get; init; }

    public string? HealthCheckType { get; init; }

    public RestartPolicy? RestartPolicy { get; init; }

    public RegistryAuthentication? RegistryAuthentication { get; init; }

    public IReadOnlyList<SecretSpec>? Secrets { get; init; }

    public IReadOnlyList<EnvironmentFileSpec>? EnvironmentFiles { get; init; }

    /// <summary>Makes the container its task's log router.</summary>
    public FirelensConfiguration? FirelensConfiguration { get; init; }

    /// <summary>Agents that ECS wants beside the container.</summary>
    public IReadOnlyList<ManagedAgentSpec>? ManagedAgents { get; init; }
}

/// <summary>An agent beside a container.</summary>
/// <param name="Name">The one there is: <c>ExecuteCommandAgent</c>.</param>
internal sealed record ManagedAgentSpec(string? Name)
{
    public const string ExecuteCommandAgent = "ExecuteCommandAgent";
}

/// <summary>Whether a container that has ended is started again in its place.</summary>
/// <param name="Enabled">Whether it is.</param>
/// <param name="IgnoredExitCodes">With these it is not.</param>
/// <param name="RestartAttemptPeriod">For how many seconds it must have run; null is 300.</param>
internal sealed record RestartPolicy(bool Enabled, IReadOnlyList<int>? IgnoredExitCodes, int? RestartAttemptPeriod)
{
    private const int UsualPeriod = 300;

    /// <summary>Whether a run that has ended is followed by another: one that ends too soon would only do so again.</summary>
    public bool Wants(int? exitCode, TimeSpan ran) =>
        Enabled && IgnoredExitCodes?.Contains(exitCode ?? 0) != true && ran >= TimeSpan.FromSeconds(RestartAttemptPeriod ?? UsualPeriod);
}

/// <summary>What a container definition says in Docker's own words, each a JSON document.</summary>
internal sealed record DockerConfig(string? Version, string? Config, string? HostConfig);

internal sealed record PortMapping
{
    public int ContainerPort { get; init; }

    /// <summary>0 lets Docker choose.</summary>
    public int HostPort { get; init; }

    public string? Protocol { get; init; }

    /// <summary><c>FIRST-LAST</c>, in place of <see cref="ContainerPort"/>.</summary>
    public string? ContainerPortRange { get; init; }

    /// <summary>The range's first port and how many there are; null where it is none.</summary>
    public (int First, int Count)? Range() =>
        ContainerPortRange?.Split('-') is [var from, var to]
            && int.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out var first) && int.TryParse(to, NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            && first >= 1 && first <= last && last <= 65535
                ? (first, last - first + 1)
                : null;
}

internal sealed record MountPoint(string? SourceVolume, string? ContainerPath, bool ReadOnly);

internal sealed record VolumeFrom(string? SourceContainer, bool ReadOnly);

internal sealed record ContainerDependency(string? ContainerName, string? Condition);

/// <summary>What a log router reads, and what it is told beside.</summary>
/// <param name="Type"><c>fluentbit</c> or <c>fluentd</c>.</param>
/// <param name="Options"><c>enable-ecs-log-metadata</c>, <c>config-file-type</c>, <c>config-file-value</c>.</param>
internal sealed record FirelensConfiguration(string? Type, IReadOnlyDictionary<string, string>? Options);

/// <summary>A value to be fetched before a container is created. Where it is from is written down, what it is never.</summary>
/// <param name="Name">The environment variable, or the log driver's option.</param>
/// <param name="ValueFrom">A parameter's name or ARN; or a secret's ARN, perhaps with <c>:JSON-KEY:STAGE:VERSION-ID</c> behind it.</param>
/// <param name="Region">The region it is in; null for the agent's own.</param>
/// <param name="Provider"><c>ssm</c> or <c>asm</c>.</param>
/// <param name="Type"><c>ENVIRONMENT_VARIABLE</c>; others are passed over, but for a log driver's, which are of type <c>BOOTSTRAP</c>.</param>
/// <param name="Target"><c>CONTAINER</c> or <c>LOG_DRIVER</c>.</param>
internal sealed record SecretSpec(string? Name, string? ValueFrom, string? Region, string? Provider, string? Type, string? Target)
{
    /// <summary>The type of a value that becomes an environment variable.</summary>
    public const string Variable = "ENVIRONMENT_VARIABLE";

    /// <summary>The target of a value that is the container's own.</summary>
    public const string ForContainer = "CONTAINER";

    public bool IsForLogDriver => Target == "LOG_DRIVER";

    public bool IsParameter => Provider == "ssm";
}

/// <summary>A file of environment variables.</summary>
/// <param name="Value">The ARN of an object: <c>arn:aws:s3:::BUCKET/KEY</c>.</param>
/// <param name="Type"><c>s3</c>.</param>
internal sealed record EnvironmentFileSpec(string? Value, string? Type);

internal sealed record RegistryAuthentication(string? Type, EcrAuthData? EcrAuthData, AsmAuthData? AsmAuthData);

/// <summary>Where a registry's user and password are: a secret of Secrets Manager, by name or ARN.</summary>
internal sealed record AsmAuthData(string? Region, string? CredentialsParameter);

internal sealed record EcrAuthData(string? Region, string? RegistryId, string? EndpointOverride, bool UseExecutionRole);

internal sealed record VolumeSpec
{
    public string? Name { get; init; }

    /// <summary><c>host</c> where absent.</summary>
    public string? Type { get; init; }

    public HostVolume? Host { get; init; }

    public DockerVolumeConfiguration? DockerVolumeConfiguration { get; init; }
}

internal sealed record HostVolume(string? SourcePath);

internal sealed record DockerVolumeConfiguration
{
    /// <summary><c>task</c> or <c>shared</c>.</summary>
    public string? Scope { get; init; }

    public bool Autoprovision { get; init; }

    public string? Driver { get; init; }

    public IReadOnlyDictionary<string, string>? DriverOpts { get; init; }

    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}

/// <summary>The credentials of a task role. Only the id is ever written to disk.</summary>
internal sealed record RoleCredentials
{
    public string? CredentialsId { get; init; }

    public string? RoleArn { get; init; }

    public string? AccessKeyId { get; init; }

    public string? SecretAccessKey { get; init; }

    public string? SessionToken { get; init; }

    /// <summary>Opaque: handed on and echoed as it came.</summary>
    public string? Expiration { get; init; }
}
