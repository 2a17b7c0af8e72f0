using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Berth.Domain;

/// <summary>
/// The status of a daemon task definition. The API also knows DELETE_IN_PROGRESS, which never lasts here: a daemon keeps
/// what it was made of, so nothing stands in the way of a deletion.
/// </summary>
public enum DaemonTaskDefinitionStatus
{
    /// <summary>Daemons may be created of it.</summary>
    Active,

    /// <summary>Deleted; still describable.</summary>
    Deleted,
}

/// <summary>A revision of a daemon task definition as its account keeps it.</summary>
public sealed record DaemonTaskDefinition
{
    /// <summary>The family; families of daemons and of tasks are apart.</summary>
    public required string Family { get; init; }

    /// <summary>1, 2, 3 …; 0 in a draft.</summary>
    public required int Revision { get; init; }

    /// <summary>The API's <c>DaemonTaskDefinition</c> as registered, with ECS's defaults filled in.</summary>
    public required JsonElement Document { get; init; }

    /// <summary>The images of its containers.</summary>
    public ImmutableArray<RevisionImage> Images { get => field.IsDefault ? [] : field; init; }

    /// <summary>Its status.</summary>
    public DaemonTaskDefinitionStatus Status { get; init; } = DaemonTaskDefinitionStatus.Active;

    /// <summary>When it was registered.</summary>
    public required DateTimeOffset RegisteredAt { get; init; }

    /// <summary>The principal who registered it.</summary>
    public required string RegisteredBy { get; init; }

    /// <summary>When its deletion was asked for.</summary>
    public DateTimeOffset? DeleteRequestedAt { get; init; }

    /// <summary>Its tags.</summary>
    public ImmutableArray<ResourceTag> Tags { get => field.IsDefault ? [] : field; init; }

    /// <summary>Names it within the account.</summary>
    [JsonIgnore]
    public TaskDefinitionKey Key => new(Family, Revision);
}

/// <summary>A family of daemon task definitions.</summary>
public sealed record DaemonTaskDefinitionFamily
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The highest revision ever given out.</summary>
    public required int LastRevision { get; init; }

    /// <summary>Its revisions by number. The most recent of the deleted ones stay describable.</summary>
    public ImmutableSortedDictionary<int, DaemonTaskDefinition> Revisions { get; init; } = ImmutableSortedDictionary<int, DaemonTaskDefinition>.Empty;
}
