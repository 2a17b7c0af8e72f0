using System.Text.Json.Serialization;

namespace Berth.Agent;

/// <summary>How far a task's sandbox has come. It only ever moves down this list.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SandboxStatus>))]
internal enum SandboxStatus
{
    None,

    /// <summary>Its container runs: others may join.</summary>
    Ready,

    /// <summary>It could not be made, or has ended under its task; something may still be in Docker.</summary>
    Ended,

    /// <summary>Nothing of it is left.</summary>
    Removed,
}

/// <summary>
/// The namespaces that all containers of a task share. A container of the agent's own, which does nothing, holds them
/// from before the first of the task's containers is created until the last has stopped.
/// </summary>
internal sealed record SandboxState
{
    /// <summary>The container's name, as Docker labels and events have it; no container of a task may be called so.</summary>
    public const string ContainerName = "~internal~ecs~pause";

    /// <summary>The container's name in Docker, chosen when the task is accepted, so that making it twice finds it.</summary>
    public required string DockerName { get; init; }

    /// <summary>The interface it has in a subnet's network; null where it owns no network.</summary>
    public SandboxInterface? Interface { get; init; }

    /// <summary>Whether it is taken from those that are ready in Docker's bridge network, and not made for the task.</summary>
    public bool FromPool { get; init; }

    /// <summary>Its process on this machine, of one that was ready.</summary>
    public int ProcessId { get; init; }

    /// <summary>What had passed through its network before its task came, of one that was ready.</summary>
    public NetworkCounters PassedBefore { get; init; }

    public bool OwnsPids { get; init; }

    public bool OwnsIpc { get; init; }

    public SandboxStatus Known { get; init; }

    public string? DockerId { get; init; }

    /// <summary>Where it is in the network; null where it owns none.</summary>
    public SandboxAddress? Address { get; init; }

    /// <summary>Whether the backend has accepted that the interface is attached.</summary>
    public bool AttachmentReported { get; init; }

    [JsonIgnore]
    public bool OwnsNetwork => Interface is not null || FromPool;

    /// <summary>Whether the backend has to be told the address.</summary>
    [JsonIgnore]
    public bool IsAttachmentNews => Interface is not null && Address is not null && !AttachmentReported;

    /// <summary>What joins this sandbox's namespaces names as its mode.</summary>
    [JsonIgnore]
    public string JoinMode => $"container:{DockerId ?? DockerName}";
}

/// <summary>Where a sandbox is in its network, as Docker's address management gave it.</summary>
/// <param name="Ipv4">The address, without prefix.</param>
/// <param name="PrefixLength">The length of the network's prefix, in bits.</param>
/// <param name="Gateway">The network's gateway, which is this machine.</param>
/// <param name="Mac">The MAC address, in lower case with colons.</param>
internal sealed record SandboxAddress(string Ipv4, int PrefixLength, string? Gateway, string Mac);
