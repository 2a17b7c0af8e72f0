using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Berth.Domain;

/// <summary>A container instance's status. The wire's name is the same in capitals.</summary>
public enum ContainerInstanceStatus
{
    /// <summary>Takes tasks.</summary>
    Active,

    /// <summary>Takes no new task; its service tasks are moved away.</summary>
    Draining,

    /// <summary>Deregistered.</summary>
    Inactive,
}

/// <summary>An attribute of a container instance.</summary>
/// <param name="Name">Such as <c>ecs.availability-zone</c>, or the operator's own.</param>
/// <param name="Value">Null for a capability, which is only there or not.</param>
public sealed record EcsAttribute(string Name, string? Value);

/// <summary>What an instance brings.</summary>
/// <param name="CpuUnits">1024 a core.</param>
/// <param name="MemoryMiB">Memory in MiB.</param>
/// <param name="ReservedTcpPorts">Ports that are never free.</param>
/// <param name="ReservedUdpPorts">Ports that are never free.</param>
public sealed record InstanceResources(int CpuUnits, int MemoryMiB, ImmutableArray<int> ReservedTcpPorts, ImmutableArray<int> ReservedUdpPorts)
{
    /// <summary>The ids of its GPUs; null for none.</summary>
    public ImmutableArray<string>? GpuIds { get; init; }

    /// <summary>Elastic network interfaces its tasks may have; null where that is not counted.</summary>
    public int? NetworkInterfaces { get; init; }
}

/// <summary>What runs on the instance, told when its agent connects.</summary>
public sealed record AgentVersion(string? Version, string? Hash, string? DockerVersion);

/// <summary>A machine with Docker that joined the cluster through its agent.</summary>
public sealed record ContainerInstance
{
    /// <summary>The most attributes of an instance, its agent's own among them.</summary>
    public const int MostAttributes = 300;

    /// <summary>32 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary><c>i-…</c>: the id targets are registered under; made up by the control plane when the machine has none.</summary>
    public required string Ec2InstanceId { get; init; }

    /// <summary>The address at which its host ports are reached.</summary>
    public required string Address { get; init; }

    /// <summary>Its status.</summary>
    public ContainerInstanceStatus Status { get; init; } = ContainerInstanceStatus.Active;

    /// <summary>Whether its agent's command channel is open.</summary>
    public bool AgentConnected { get; init; }

    /// <summary>When its agent's command channel was last opened; null while that is not known.</summary>
    public DateTimeOffset? ConnectedAt { get; init; }

    /// <summary>When it was last closed; null while that is not known.</summary>
    public DateTimeOffset? DisconnectedAt { get; init; }

    /// <summary>The agent and Docker versions; null until it first connects.</summary>
    public AgentVersion? Agent { get; init; }

    /// <summary>What it brings.</summary>
    public required InstanceResources Resources { get; init; }

    /// <summary>All its attributes: the agent's, ours and the operator's, by name.</summary>
    public required ImmutableSortedDictionary<string, EcsAttribute> Attributes { get; init; }

    /// <summary>Tags.</summary>
    public ImmutableArray<ResourceTag> Tags { get; init; } = [];

    /// <summary>When it first registered.</summary>
    public required DateTimeOffset RegisteredAt { get; init; }

    /// <summary>When it was deregistered.</summary>
    public DateTimeOffset? DeregisteredAt { get; init; }

    /// <summary>One more with every fact about it, and with every task that takes of its resources or gives back; 1 when it registers.</summary>
    public long Version { get; init; } = 1;

    /// <summary>The token of the registration call, so that a repeated one finds the same instance.</summary>
    public string? ClientToken { get; init; }

    /// <summary>The capacity provider its operator counts it to by an attribute; null for none.</summary>
    [JsonIgnore]
    public string? CapacityProviderName => Attributes.GetValueOrDefault(AttributeNames.CapacityProvider)?.Value;

    /// <summary>Whether it is a machine of ECS Anywhere, which takes EXTERNAL tasks only.</summary>
    [JsonIgnore]
    public bool IsExternal => Attributes.ContainsKey(AttributeNames.External);

    /// <summary>Its zone, or null.</summary>
    public string? AvailabilityZone => Attributes.GetValueOrDefault(AttributeNames.AvailabilityZone)?.Value;
}

/// <summary>Names of attributes the control plane itself reads.</summary>
public static class AttributeNames
{
    /// <summary>The zone.</summary>
    public const string AvailabilityZone = "ecs.availability-zone";

    /// <summary>The instance type.</summary>
    public const string InstanceType = "ecs.instance-type";

    /// <summary>The capacity provider an instance belongs to. Berth's own: at AWS the Auto Scaling group tells.</summary>
    public const string CapacityProvider = "berth.capacity-provider";

    /// <summary>There where the agent can read environment files.</summary>
    public const string EnvironmentFiles = "ecs.capability.env-files.s3";

    /// <summary>There on machines of ECS Anywhere.</summary>
    public const string External = "ecs.capability.external";

    /// <summary>The machine image.</summary>
    public const string AmiId = "ecs.ami-id";
}
