using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Berth.Domain;

/// <summary>
/// One registered revision of a task definition. The document is kept as registered (normalised as the API answers it);
/// beside it stands what the scheduler reads, taken from the document once, at registration.
/// </summary>
public sealed record TaskDefinition
{
    /// <summary><c>arn:aws:ecs:REGION:ACCOUNT:task-definition/FAMILY:REVISION</c>.</summary>
    public required string Arn { get; init; }

    /// <summary>The family's name.</summary>
    public required string Family { get; init; }

    /// <summary>1, 2, 3 …; never used twice in a family.</summary>
    public required int Revision { get; init; }

    /// <summary>
    /// The members of the API's <c>TaskDefinition</c> shape that the caller gave, with ECS's defaults filled in;
    /// lower camel case, as on the wire. Does not hold arn, revision, status and times.
    /// </summary>
    public required JsonElement Document { get; init; }

    /// <summary><c>bridge</c>, <c>host</c>, <c>awsvpc</c> or <c>none</c>; <c>bridge</c> when the document names none.</summary>
    public required string NetworkMode { get; init; }

    /// <summary>Task-level CPU units; null when only containers name theirs.</summary>
    public int? CpuUnits { get; init; }

    /// <summary>Task-level memory in MiB; null when only containers name theirs.</summary>
    public int? MemoryMiB { get; init; }

    /// <summary>The containers, in the document's order.</summary>
    public required ImmutableArray<ContainerDefinition> Containers { get; init; }

    /// <summary>Names of attributes an instance must have to run this.</summary>
    public ImmutableArray<string> RequiresAttributes { get; init; } = [];

    /// <summary><c>memberOf</c> expressions of the document's placement constraints.</summary>
    public ImmutableArray<string> PlacementConstraints { get; init; } = [];

    /// <summary>Launch types it was validated against: <c>EC2</c>, <c>EXTERNAL</c>, <c>FARGATE</c>.</summary>
    public ImmutableArray<string> Compatibilities { get; init; } = [];

    /// <summary>The role of the task's containers, or null.</summary>
    public string? TaskRoleArn { get; init; }

    /// <summary>The role the agent acts with for the task, or null.</summary>
    public string? ExecutionRoleArn { get; init; }
}

/// <summary>What the scheduler reads of one container definition.</summary>
public sealed record ContainerDefinition
{
    /// <summary>The container's name, unique in the task definition.</summary>
    public required string Name { get; init; }

    /// <summary>The image as written.</summary>
    public required string Image { get; init; }

    /// <summary>CPU units; 0 when unset.</summary>
    public int CpuUnits { get; init; }

    /// <summary>Hard memory limit in MiB; null when unset.</summary>
    public int? MemoryMiB { get; init; }

    /// <summary>Soft memory limit in MiB; null when unset.</summary>
    public int? MemoryReservationMiB { get; init; }

    /// <summary>Whole GPUs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Gpus { get; init; }

    /// <summary>Whether the task stops when this container does.</summary>
    public bool Essential { get; init; } = true;

    /// <summary>Whether the definition has a health check other than <c>NONE</c>.</summary>
    public bool HasHealthCheck { get; init; }

    /// <summary>The port mappings.</summary>
    public ImmutableArray<PortMapping> PortMappings { get; init; } = [];
}

/// <summary>One port mapping of a container definition.</summary>
/// <param name="ContainerPort">1 to 65535.</param>
/// <param name="HostPort">The fixed host port; 0 = any free one.</param>
/// <param name="Protocol"><c>tcp</c> or <c>udp</c>.</param>
public sealed record PortMapping(int ContainerPort, int HostPort, string Protocol);
