using System.Text.Json.Serialization;

namespace Berth.Agent;

// The parts of the Docker Engine API's answers the agent reads. Source: Docker Engine API 1.41.

internal sealed record DockerVersion(string? Version, string? ApiVersion, [property: JsonPropertyName("MinAPIVersion")] string? MinApiVersion, string? Arch);

internal sealed record DockerInfo([property: JsonPropertyName("NCPU")] int Cpus, long MemTotal, DockerPlugins? Plugins, string? CgroupDriver = null, string? CgroupVersion = null);

internal sealed record DockerPlugins(IReadOnlyList<string>? Log, IReadOnlyList<string>? Volume);

internal sealed record DockerNetwork(string? Name, [property: JsonPropertyName("IPAM")] DockerIpam? Ipam);

internal sealed record DockerNetworkRequest(string Name, string Driver, bool CheckDuplicate, [property: JsonPropertyName("IPAM")] DockerIpam Ipam, IReadOnlyDictionary<string, string> Labels);

internal sealed record DockerIpam(IReadOnlyList<DockerIpamConfig>? Config);

internal sealed record DockerIpamConfig(string? Subnet, string? Gateway);

internal sealed record DockerCreated(string Id);

internal sealed record DockerErrorBody([property: JsonPropertyName("message")] string? Message);

internal sealed record DockerImage(string? Id, IReadOnlyList<string>? RepoDigests);

internal sealed record DockerContainerSummary(string Id, IReadOnlyList<string>? Names, IReadOnlyDictionary<string, string>? Labels, string? State);

/// <summary>A container as <c>GET /containers/ID/json</c> shows it.</summary>
internal sealed record DockerContainer
{
    public required string Id { get; init; }

    /// <summary>RFC 3339 with nanoseconds.</summary>
    public string? Created { get; init; }

    public string? Name { get; init; }

    /// <summary>The image's id.</summary>
    public string? Image { get; init; }

    public DockerState? State { get; init; }

    public DockerContainerConfig? Config { get; init; }

    public DockerHostConfig? HostConfig { get; init; }

    public DockerNetworkSettings? NetworkSettings { get; init; }

    public IReadOnlyList<DockerMount>? Mounts { get; init; }
}

internal sealed record DockerState
{
    public string? Status { get; init; }

    public bool Running { get; init; }

    public int Pid { get; init; }

    public bool Paused { get; init; }

    [JsonPropertyName("OOMKilled")]
    public bool OomKilled { get; init; }

    public int ExitCode { get; init; }

    public string? Error { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public DockerHealth? Health { get; init; }
}

internal sealed record DockerHealth(string? Status, IReadOnlyList<DockerHealthLog>? Log);

internal sealed record DockerHealthLog(DateTimeOffset? End, int ExitCode, string? Output);

internal sealed record DockerContainerConfig(bool Tty, IReadOnlyDictionary<string, string>? Labels);

/// <summary>What a container has mounted.</summary>
/// <param name="Name">The volume; null or empty where it is none.</param>
/// <param name="Source">The path on the engine's machine.</param>
/// <param name="Destination">The path in the container.</param>
internal sealed record DockerMount(string? Name, string? Source, string? Destination);

internal sealed record DockerHostConfig(string? NetworkMode);

internal sealed record DockerNetworkSettings(
    IReadOnlyDictionary<string, IReadOnlyList<DockerPortBinding>?>? Ports,
    IReadOnlyDictionary<string, DockerEndpoint>? Networks);

internal sealed record DockerPortBinding(string? HostIp, string? HostPort);

internal sealed record DockerEndpoint(
    [property: JsonPropertyName("IPAddress")] string? IpAddress,
    [property: JsonPropertyName("GlobalIPv6Address")] string? GlobalIpv6Address,
    [property: JsonPropertyName("IPPrefixLen")] int PrefixLength,
    string? Gateway,
    string? MacAddress);

internal sealed record DockerEvent
{
    public string? Type { get; init; }

    public string? Action { get; init; }

    public DockerActor? Actor { get; init; }

    [JsonPropertyName("timeNano")]
    public long TimeNano { get; init; }
}

internal sealed record DockerActor([property: JsonPropertyName("ID")] string? Id, IReadOnlyDictionary<string, string>? Attributes);

internal sealed record DockerPullLine
{
    /// <summary>The layer that the line is about, if it is about one.</summary>
    [JsonPropertyName("id")]
    public string? Id { get; init; }

    [JsonPropertyName("status")]
    public string? Status { get; init; }

    [JsonPropertyName("progressDetail")]
    public DockerPullProgress? Progress { get; init; }

    [JsonPropertyName("error")]
    public string? Error { get; init; }
}

/// <param name="Current">How far a layer has come, in bytes.</param>
internal sealed record DockerPullProgress([property: JsonPropertyName("current")] long? Current);

internal sealed record DockerAuth
{
    [JsonPropertyName("username")]
    public required string UserName { get; init; }

    [JsonPropertyName("password")]
    public required string Password { get; init; }

    [JsonPropertyName("serveraddress")]
    public required string ServerAddress { get; init; }
}

internal sealed record DockerVolumeRequest(string Name, string? Driver, IReadOnlyDictionary<string, string>? DriverOpts, IReadOnlyDictionary<string, string>? Labels);

internal sealed record DockerStats
{
    [JsonPropertyName("read")]
    public DateTimeOffset Read { get; init; }

    [JsonPropertyName("cpu_stats")]
    public DockerCpuStats? Cpu { get; init; }

    [JsonPropertyName("memory_stats")]
    public DockerMemoryStats? Memory { get; init; }

    [JsonPropertyName("blkio_stats")]
    public DockerBlockStats? Block { get; init; }

    [JsonPropertyName("networks")]
    public IReadOnlyDictionary<string, DockerNetworkStats>? Networks { get; init; }
}

internal sealed record DockerCpuStats([property: JsonPropertyName("cpu_usage")] DockerCpuUsage? Usage);

internal sealed record DockerCpuUsage([property: JsonPropertyName("total_usage")] ulong TotalNanoseconds);

internal sealed record DockerMemoryStats(
    [property: JsonPropertyName("usage")] long Usage,
    [property: JsonPropertyName("stats")] DockerMemoryDetail? Detail);

internal sealed record DockerMemoryDetail
{
    /// <summary>Control groups 1.</summary>
    [JsonPropertyName("cache")]
    public long? Cache { get; init; }

    /// <summary>Control groups 2.</summary>
    [JsonPropertyName("inactive_file")]
    public long? InactiveFile { get; init; }
}

internal sealed record DockerBlockStats([property: JsonPropertyName("io_service_bytes_recursive")] IReadOnlyList<DockerBlockEntry>? Bytes);

internal sealed record DockerBlockEntry([property: JsonPropertyName("op")] string? Operation, [property: JsonPropertyName("value")] long Value);

internal sealed record DockerNetworkStats
{
    [JsonPropertyName("rx_bytes")]
    public long RxBytes { get; init; }

    [JsonPropertyName("rx_packets")]
    public long RxPackets { get; init; }

    [JsonPropertyName("rx_errors")]
    public long RxErrors { get; init; }

    [JsonPropertyName("rx_dropped")]
    public long RxDropped { get; init; }

    [JsonPropertyName("tx_bytes")]
    public long TxBytes { get; init; }

    [JsonPropertyName("tx_packets")]
    public long TxPackets { get; init; }

    [JsonPropertyName("tx_errors")]
    public long TxErrors { get; init; }

    [JsonPropertyName("tx_dropped")]
    public long TxDropped { get; init; }
}

/// <summary>A command to run in a container: as root, whatever user the container runs as.</summary>
internal sealed record DockerExecRequest
{
    public bool AttachStdin { get; } = true;

    public bool AttachStdout { get; } = true;

    public bool AttachStderr { get; } = true;

    public string User { get; } = "0";

    public required bool Tty { get; init; }

    public required IReadOnlyList<string> Cmd { get; init; }
}

/// <summary>A command in a container.</summary>
/// <param name="Running">Whether it runs.</param>
/// <param name="ExitCode">What it ended with; null while it runs.</param>
/// <param name="Pid">Its number on the engine's machine; 0 when it does not run.</param>
internal sealed record DockerExec(bool Running, int? ExitCode, int Pid);

/// <summary>Docker's own spelling: Pascal case unless a member says otherwise, nulls left out.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DockerVersion))]
[JsonSerializable(typeof(DockerInfo))]
[JsonSerializable(typeof(DockerNetwork))]
[JsonSerializable(typeof(IReadOnlyList<DockerNetwork>))]
[JsonSerializable(typeof(DockerNetworkRequest))]
[JsonSerializable(typeof(DockerCreated))]
[JsonSerializable(typeof(DockerErrorBody))]
[JsonSerializable(typeof(DockerImage))]
[JsonSerializable(typeof(IReadOnlyList<DockerContainerSummary>))]
[JsonSerializable(typeof(DockerContainer))]
[JsonSerializable(typeof(DockerEvent))]
[JsonSerializable(typeof(DockerPullLine))]
[JsonSerializable(typeof(DockerAuth))]
[JsonSerializable(typeof(DockerVolumeRequest))]
[JsonSerializable(typeof(DockerStats))]
[JsonSerializable(typeof(DockerNetworkStats))]
[JsonSerializable(typeof(DockerExecRequest))]
[JsonSerializable(typeof(DockerExec))]
internal sealed partial class DockerJson : JsonSerializerContext;
