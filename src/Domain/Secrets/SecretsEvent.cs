using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>A fact about the secrets of an account in one region. Values in it are sealed.</summary>
public abstract record SecretsEvent
{
    private SecretsEvent()
    {
    }

    /// <summary>A secret was created, with a first version or without.</summary>
    public sealed record Created(Secret Secret) : SecretsEvent;

    /// <summary>A version was added; the labels on it are taken from the others.</summary>
    public sealed record ValuePut(string Name, SecretVersion Version) : SecretsEvent;

    /// <summary>Description and key are now these; null: as they were.</summary>
    public sealed record Updated(string Name, string? Description, string? KmsKeyId, DateTimeOffset At) : SecretsEvent;

    /// <summary>A label is now on this version; null: on none.</summary>
    public sealed record StageMoved(string Name, string Stage, string? VersionId, DateTimeOffset At) : SecretsEvent;

    /// <summary>A secret's tags are now these.</summary>
    public sealed record Tagged(string Name, ImmutableArray<ResourceTag> Tags, DateTimeOffset At) : SecretsEvent;

    /// <summary>A secret will be gone at a moment, unless it is restored before.</summary>
    public sealed record DeletionScheduled(string Name, DateTimeOffset At, DateTimeOffset GoneAt) : SecretsEvent;

    /// <summary>A secret stays after all.</summary>
    public sealed record Restored(string Name, DateTimeOffset At) : SecretsEvent;

    /// <summary>A secret is gone.</summary>
    public sealed record Deleted(string Name) : SecretsEvent;
}
