using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>One value that a parameter has, or has had.</summary>
public sealed record ParameterVersion
{
    /// <summary>1, 2, 3 and so on.</summary>
    public required long Number { get; init; }

    /// <summary><c>String</c>, <c>StringList</c> or <c>SecureString</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The value.</summary>
    public required SealedValue Value { get; init; }

    /// <summary>What its writer says of it.</summary>
    public string? Description { get; init; }

    /// <summary>The KMS key a <c>SecureString</c> is said to be encrypted with; kept, not used.</summary>
    public string? KeyId { get; init; }

    /// <summary>The regular expression that the value had to match; null for any value.</summary>
    public string? AllowedPattern { get; init; }

    /// <summary><c>Standard</c> or <c>Advanced</c>.</summary>
    public required string Tier { get; init; }

    /// <summary><c>text</c> or <c>aws:ec2:image</c>.</summary>
    public required string DataType { get; init; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset ModifiedAt { get; init; }

    /// <summary>The principal that wrote it.</summary>
    public required string ModifiedBy { get; init; }
}

/// <summary>A parameter of SSM's Parameter Store.</summary>
/// <param name="Name">Its name, unique in account and region.</param>
public sealed record Parameter(string Name)
{
    /// <summary>Versions that are kept; older ones are dropped.</summary>
    public const int MostVersions = 100;

    /// <summary>Its versions, oldest first; never empty.</summary>
    public ImmutableArray<ParameterVersion> Versions { get => field.IsDefault ? [] : field; init; }

    /// <summary>Its tags.</summary>
    public ImmutableArray<ResourceTag> Tags { get => field.IsDefault ? [] : field; init; }

    /// <summary>The version that counts.</summary>
    public ParameterVersion Current => Versions[^1];

    internal Parameter With(ParameterVersion version) => this with { Versions = [.. Versions.Add(version).TakeLast(MostVersions)] };
}
