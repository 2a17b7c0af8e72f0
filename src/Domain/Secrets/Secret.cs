using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>One value that a secret has, or has had.</summary>
public sealed record SecretVersion
{
    /// <summary>Its id: the client's token, 32 to 64 characters.</summary>
    public required string Id { get; init; }

    /// <summary>The value.</summary>
    public required SealedValue Value { get; init; }

    /// <summary>Whether the value is bytes, and not text.</summary>
    public bool IsBinary { get; init; }

    /// <summary>When it was put.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Its staging labels; a label is on one version of a secret at most.</summary>
    public ImmutableArray<string> Stages { get => field.IsDefault ? [] : field; init; }
}

/// <summary>A secret of Secrets Manager.</summary>
public sealed record Secret
{
    /// <summary>The label of the version that is meant where none is named.</summary>
    public const string Current = "AWSCURRENT";

    /// <summary>The label of the version that was current before.</summary>
    public const string Previous = "AWSPREVIOUS";

    /// <summary>Versions that are kept without any label; older ones are dropped.</summary>
    public const int MostUnlabelledVersions = 100;

    /// <summary><c>arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-XXXXXX</c></summary>
    public required string Arn { get; init; }

    /// <summary>Its name, unique in account and region.</summary>
    public required string Name { get; init; }

    /// <summary>What its creator says of it.</summary>
    public string? Description { get; init; }

    /// <summary>The KMS key it is said to be encrypted with; kept, not used.</summary>
    public string? KmsKeyId { get; init; }

    /// <summary>Its tags.</summary>
    public ImmutableArray<ResourceTag> Tags { get => field.IsDefault ? [] : field; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>When its deletion was asked for; null when it was not.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>When it will be gone; null when its deletion was not asked for.</summary>
    public DateTimeOffset? GoneAt { get; init; }

    /// <summary>Its versions, oldest first.</summary>
    public ImmutableArray<SecretVersion> Versions { get => field.IsDefault ? [] : field; init; }

    /// <summary>The version with an id; null when there is none.</summary>
    public SecretVersion? Version(string id) => Versions.FirstOrDefault(version => version.Id == id);

    /// <summary>The version with a label; null when there is none.</summary>
    public SecretVersion? Staged(string stage) => Versions.FirstOrDefault(version => version.Stages.Contains(stage));

    internal Secret With(SecretVersion version)
    {
        var secret = version.Stages.Aggregate(this with { Versions = Versions.Add(version with { Stages = [] }) }, (moved, stage) => moved.Move(stage, version.Id));
        var dropped = secret.Versions.Where(kept => kept.Stages.IsEmpty).SkipLast(MostUnlabelledVersions).ToHashSet();
        return secret with { Versions = secret.Versions.RemoveAll(dropped.Contains), ChangedAt = version.CreatedAt };
    }

    /// <summary>Puts a label on a version and takes it from any other; null for no version. What was current becomes previous.</summary>
    internal Secret Move(string stage, string? to)
    {
        var before = Staged(stage)?.Id;
        var moved = this with
        {
            Versions = [.. Versions.Select(version => version.Id == to
                ? version with { Stages = version.Stages.Contains(stage) ? version.Stages : version.Stages.Add(stage) }
                : version with { Stages = version.Stages.Remove(stage) })],
        };
        return stage == Current && before is not null && before != to ? moved.Move(Previous, before) : moved;
    }
}
