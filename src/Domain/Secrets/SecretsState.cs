using System.Collections.Immutable;
using System.Diagnostics;

namespace Berth.Domain;

/// <summary>The secrets of one account in one region. Immutable.</summary>
public sealed record SecretsState
{
    /// <summary>The 12-digit account.</summary>
    public required string Account { get; init; }

    /// <summary>The region.</summary>
    public required string Region { get; init; }

    /// <summary>Secrets by name, those marked for deletion included.</summary>
    public ImmutableSortedDictionary<string, Secret> Secrets { get => field ?? ImmutableSortedDictionary<string, Secret>.Empty; init; }

    /// <summary>The secret that is meant by a name, a whole ARN, or an ARN without its last six characters; or the refusal that there is none.</summary>
    public Secret Find(string id)
    {
        const string Before = ":secret:";
        var at = id.StartsWith("arn:", StringComparison.Ordinal) ? id.IndexOf(Before, StringComparison.Ordinal) : -1;
        if (at < 0)
        {
            return Secrets.GetValueOrDefault(id) ?? throw SecretsRefusal.NotFound();
        }

        var name = id[(at + Before.Length)..];
        return name.Length > SuffixLength && Secrets.GetValueOrDefault(name[..^SuffixLength]) is { } whole && whole.Arn == id ? whole
            : Secrets.GetValueOrDefault(name) is { } partial && partial.Arn[..^SuffixLength] == id ? partial
            : throw SecretsRefusal.NotFound();
    }

    /// <summary>The same, or the refusal that it is marked for deletion.</summary>
    public Secret FindLive(string id) => Find(id) is { DeletedAt: null } live ? live : throw SecretsRefusal.MarkedForDeletion();

    /// <summary>The version of a secret that has both id and label, as far as they are given; the current one where neither is.</summary>
    public (Secret Secret, SecretVersion Version) FindValue(string id, string? versionId, string? stage)
    {
        var secret = FindLive(id);
        if (versionId is null)
        {
            return (secret, secret.Staged(stage ?? Secret.Current) ?? throw SecretsRefusal.StageNotFound(stage ?? Secret.Current));
        }

        var version = secret.Version(versionId) ?? throw SecretsRefusal.VersionNotFound(versionId);
        return stage is null || version.Stages.Contains(stage)
            ? (secret, version)
            : throw SecretsRefusal.InvalidRequest("You provided a VersionStage that is not associated to the provided VersionId.");
    }

    /// <summary>A hyphen and six characters end an ARN.</summary>
    private const int SuffixLength = 7;

    internal SecretsState Apply(SecretsEvent fact) => fact switch
    {
        SecretsEvent.Created created => this with { Secrets = Secrets.SetItem(created.Secret.Name, created.Secret) },
        SecretsEvent.ValuePut put => Change(put.Name, secret => secret.With(put.Version)),
        SecretsEvent.Updated updated => Change(updated.Name, secret => secret with
        {
            Description = updated.Description ?? secret.Description,
            KmsKeyId = updated.KmsKeyId ?? secret.KmsKeyId,
            ChangedAt = updated.At,
        }),
        SecretsEvent.StageMoved moved => Change(moved.Name, secret => secret.Move(moved.Stage, moved.VersionId) with { ChangedAt = moved.At }),
        SecretsEvent.Tagged tagged => Change(tagged.Name, secret => secret with { Tags = tagged.Tags, ChangedAt = tagged.At }),
        SecretsEvent.DeletionScheduled scheduled => Change(scheduled.Name, secret => secret with { DeletedAt = scheduled.At, GoneAt = scheduled.GoneAt }),
        SecretsEvent.Restored restored => Change(restored.Name, secret => secret with { DeletedAt = null, GoneAt = null, ChangedAt = restored.At }),
        SecretsEvent.Deleted deleted => this with { Secrets = Secrets.Remove(deleted.Name) },
        _ => throw new UnreachableException($"Unknown fact {fact.GetType().Name}."),
    };

    private SecretsState Change(string name, Func<Secret, Secret> change) =>
        Secrets.TryGetValue(name, out var secret) ? this with { Secrets = Secrets.SetItem(name, change(secret)) } : this;
}

/// <summary>The secrets of one account in one region. A secret whose recovery window is over goes by itself.</summary>
public sealed class SecretsAggregate(string account, string region) : Aggregate<SecretsState, SecretsEvent>(new() { Account = account, Region = region })
{
    private readonly SortedSet<(DateTimeOffset GoneAt, string Name)> going = [];

    /// <inheritdoc/>
    public override DateTimeOffset? NextDeadline => going.Count == 0 ? null : going.Min.GoneAt;

    /// <inheritdoc/>
    public override void Apply(SecretsEvent fact)
    {
        var name = fact switch
        {
            SecretsEvent.DeletionScheduled scheduled => scheduled.Name,
            SecretsEvent.Restored restored => restored.Name,
            SecretsEvent.Deleted deleted => deleted.Name,
            _ => null,
        };
        if (GoneAt(name) is { } before)
        {
            going.Remove((before, name!));    // A moment has a name.
        }

        State = State.Apply(fact);
        if (GoneAt(name) is { } after)
        {
            going.Add((after, name!));
        }
    }

    /// <inheritdoc/>
    public override void Restore(SecretsState snapshot)
    {
        base.Restore(snapshot);
        going.Clear();
        foreach (var secret in snapshot.Secrets.Values)
        {
            if (secret.GoneAt is { } at)
            {
                going.Add((at, secret.Name));
            }
        }
    }

    /// <inheritdoc/>
    public override void Settle(DecisionContext context)
    {
        while (going.Count > 0 && going.Min is var (at, name) && at <= context.Now)
        {
            Record(new SecretsEvent.Deleted(name));
        }
    }

    private DateTimeOffset? GoneAt(string? name) => name is null ? null : State.Secrets.GetValueOrDefault(name)?.GoneAt;
}

/// <summary>Everything there is; the state may be kept, it never changes.</summary>
public sealed record ReadSecrets : Query<SecretsState, SecretsState>
{
    /// <inheritdoc/>
    public override SecretsState Answer(SecretsState state) => state;
}
