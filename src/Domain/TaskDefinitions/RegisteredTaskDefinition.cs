using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>A revision's status. The wire's names are ACTIVE, INACTIVE, DELETE_IN_PROGRESS.</summary>
public enum TaskDefinitionStatus
{
    /// <summary>May be run.</summary>
    Active,

    /// <summary>Deregistered: what runs it goes on, nothing new may use it.</summary>
    Inactive,

    /// <summary>To be forgotten as soon as nothing refers to it.</summary>
    DeleteInProgress,
}

/// <summary>A revision as its account keeps it.</summary>
public sealed record RegisteredTaskDefinition
{
    /// <summary>The revision itself; never changes.</summary>
    public required TaskDefinition Definition { get; init; }

    /// <summary>Its status.</summary>
    public TaskDefinitionStatus Status { get; init; } = TaskDefinitionStatus.Active;

    /// <summary>When it was registered.</summary>
    public required DateTimeOffset RegisteredAt { get; init; }

    /// <summary>The principal who registered it.</summary>
    public required string RegisteredBy { get; init; }

    /// <summary>When it was deregistered.</summary>
    public DateTimeOffset? DeregisteredAt { get; init; }

    /// <summary>When its deletion was asked for.</summary>
    public DateTimeOffset? DeleteRequestedAt { get; init; }

    /// <summary>Its tags.</summary>
    public ImmutableArray<ResourceTag> Tags { get; init; } = [];
}
