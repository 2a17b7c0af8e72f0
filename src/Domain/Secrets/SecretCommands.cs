using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>Creates a secret.</summary>
public sealed record CreateSecret : Command<SecretsAggregate, Secret>
{
    /// <summary>Secrets an account may have in a region, those marked for deletion included.</summary>
    public const int MostSecrets = 40_000;

    private const string SuffixLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What its creator says of it.</summary>
    public string? Description { get; init; }

    /// <summary>The KMS key it is said to be encrypted with.</summary>
    public string? KmsKeyId { get; init; }

    /// <summary>Its tags.</summary>
    public ImmutableArray<ResourceTag> Tags { get; init; } = [];

    /// <summary>Its first version; null for none yet.</summary>
    public NewSecretVersion? Version { get; init; }

    /// <inheritdoc/>
    public override Secret Decide(SecretsAggregate aggregate, DecisionContext context)
    {
        var state = aggregate.State;
        if (state.Secrets.GetValueOrDefault(Name) is { } known)
        {
            return known.DeletedAt is not null ? throw SecretsRefusal.InvalidRequest("You can't create this secret because a secret with this name is already scheduled for deletion.")
                : Version is not null && known.Version(Version.Id)?.Value.Mark == Version.Value.Mark ? known
                : throw SecretsRefusal.Exists($"The operation failed because the secret {Name} already exists.");
        }

        if (state.Secrets.Count >= MostSecrets)
        {
            throw new RefusedException("LimitExceededException", $"The request failed because it would exceed one of the Secrets Manager quotas: {MostSecrets} secrets.");
        }

        var suffix = string.Create(6, context.Ids, (letters, ids) =>
        {
            foreach (ref var letter in letters)
            {
                letter = SuffixLetters[ids.NextIndex(SuffixLetters.Length)];
            }
        });
        var secret = new Secret
        {
            Arn = $"arn:aws:secretsmanager:{state.Region}:{state.Account}:secret:{Name}-{suffix}",
            Name = Name,
            Description = Description,
            KmsKeyId = KmsKeyId,
            Tags = Tags,
            CreatedAt = context.Now,
            ChangedAt = context.Now,
            Versions = Version is null ? [] : [Version.At(context.Now, [Secret.Current])],
        };
        aggregate.Record(new SecretsEvent.Created(secret));
        return secret;
    }
}

/// <summary>A version that is to be.</summary>
/// <param name="Id">The client's token.</param>
/// <param name="Value">The value.</param>
/// <param name="IsBinary">Whether it is bytes.</param>
public sealed record NewSecretVersion(string Id, SealedValue Value, bool IsBinary)
{
    internal SecretVersion At(DateTimeOffset now, ImmutableArray<string> stages) => new() { Id = Id, Value = Value, IsBinary = IsBinary, CreatedAt = now, Stages = stages };
}

/// <summary>Adds a version to a secret. The same again changes nothing.</summary>
/// <param name="SecretId">Name or ARN.</param>
/// <param name="Version">The version.</param>
/// <param name="Stages">Its labels; none: it becomes the current one.</param>
public sealed record PutSecretValue(string SecretId, NewSecretVersion Version, ImmutableArray<string> Stages) : Command<SecretsAggregate, (Secret Secret, SecretVersion Version)>
{
    /// <inheritdoc/>
    public override (Secret Secret, SecretVersion Version) Decide(SecretsAggregate aggregate, DecisionContext context)
    {
        var secret = aggregate.State.FindLive(SecretId);
        if (secret.Version(Version.Id) is { } known)
        {
            return known.Value.Mark == Version.Value.Mark ? (secret, known) : throw SecretsRefusal.TokenInUse(Version.Id, secret);
        }

        ImmutableArray<string> stages = Stages.IsEmpty || secret.Versions.IsEmpty ? [Secret.Current, .. Stages.Where(stage => stage != Secret.Current)] : Stages;
        aggregate.Record(new SecretsEvent.ValuePut(secret.Name, Version.At(context.Now, stages)));
        var changed = aggregate.State.FindLive(SecretId);
        return (changed, changed.Version(Version.Id)!);    // Recorded just now.
    }
}

/// <summary>Changes what a secret is described as, and its value where one is given.</summary>
/// <param name="SecretId">Name or ARN.</param>
/// <param name="Description">The new description; null: as it was.</param>
/// <param name="KmsKeyId">The new key; null: as it was.</param>
/// <param name="Version">The new current version; null for none.</param>
public sealed record UpdateSecret(string SecretId, string? Description, string? KmsKeyId, NewSecretVersion? Version) : Command<SecretsAggregate, Secret>
{
    /// <inheritdoc/>
    public override Secret Decide(SecretsAggregate aggregate, DecisionContext context)
    {
        var secret = aggregate.State.FindLive(SecretId);
        if (Version is not null)
        {
            new PutSecretValue(SecretId, Version, []).Decide(aggregate, context);
        }

        if (Description is not null || KmsKeyId is not null)
        {
            aggregate.Record(new SecretsEvent.Updated(secret.Name, Description, KmsKeyId, context.Now));
        }

        return aggregate.State.FindLive(SecretId);
    }
}

/// <summary>Moves a label from one version to another, or takes it away.</summary>
/// <param name="SecretId">Name or ARN.</param>
/// <param name="Stage">The label.</param>
/// <param name="RemoveFrom">The version that has it; must be named where one has.</param>
/// <param name="MoveTo">The version that gets it; null for none.</param>
public sealed record UpdateSecretVersionStage(string SecretId, string Stage, string? RemoveFrom, string? MoveTo) : Command<SecretsAggregate, Secret>
{
    /// <inheritdoc/>
    public override Secret Decide(SecretsAggregate aggregate, DecisionContext context)
    {
        var secret = aggregate.State.FindLive(SecretId);
        var holder = secret.Staged(Stage);
        if (MoveTo is not null && secret.Version(MoveTo) is null)
        {
            throw SecretsRefusal.VersionNotFound(MoveTo);
        }

        if (MoveTo is null && (RemoveFrom is null || Stage == Secret.Current))
        {
            throw RefusedException.InvalidParameter(Stage == Secret.Current
                ? $"You can only move staging label {Secret.Current} to a different secret version. It can't be completely removed."
                : "You must provide at least one of MoveToVersionId and RemoveFromVersionId.");
        }

        if (RemoveFrom is not null && holder?.Id != RemoveFrom)
        {
            throw RefusedException.InvalidParameter($"The parameter RemoveFromVersionId can't be {RemoveFrom}. Staging label {Stage} is not currently attached to that version, so either remove RemoveFromVersionId or set it to the version it is attached to.");
        }

        if (RemoveFrom is null && holder is not null && holder.Id != MoveTo)
        {
            throw RefusedException.InvalidParameter($"The parameter RemoveFromVersionId can't be empty. Staging label {Stage} is currently attached to version {holder.Id}, so you must explicitly reference that version in RemoveFromVersionId.");
        }

        if (holder?.Id != MoveTo)
        {
            aggregate.Record(new SecretsEvent.StageMoved(secret.Name, Stage, MoveTo, context.Now));
        }

        return aggregate.State.FindLive(SecretId);
    }
}

/// <summary>Sets and removes tags of a secret.</summary>
/// <param name="SecretId">Name or ARN.</param>
/// <param name="Put">Tags to set.</param>
/// <param name="Remove">Keys to remove.</param>
public sealed record ChangeSecretTags(string SecretId, ImmutableArray<ResourceTag> Put, ImmutableArray<string> Remove) : Command<SecretsAggregate, Secret>
{
    /// <inheritdoc/>
    public override Secret Decide(SecretsAggregate aggregate, DecisionContext context)
    {
        var secret = aggregate.State.FindLive(SecretId);
        var tags = TagRules.Change(secret.Tags, Put, Remove);
        if (!tags.SequenceEqual(secret.Tags))
        {
            aggregate.Record(new SecretsEvent.Tagged(secret.Name, tags, context.Now));
        }

        return secret;
    }
}
