using System.Text.Json.Serialization;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Registry;

/// <summary>The model's <c>Repository</c>.</summary>
internal sealed record RepositoryShape
{
    public required string RepositoryArn { get; init; }

    public required string RegistryId { get; init; }

    public required string RepositoryName { get; init; }

    public required string RepositoryUri { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string ImageTagMutability { get; init; }

    public IReadOnlyList<ExclusionFilterShape>? ImageTagMutabilityExclusionFilters { get; init; }

    public required ScanningShape ImageScanningConfiguration { get; init; }

    public required EncryptionShape EncryptionConfiguration { get; init; }

    public static RepositoryShape From(Repository repository, RegistryAddress address, RequestContext context) => new()
    {
        RepositoryArn = repository.Arn,
        RegistryId = context.AccountId,
        RepositoryName = repository.Name,
        RepositoryUri = address.UriOf(repository, context),
        CreatedAt = repository.CreatedAt,
        ImageTagMutability = repository.TagMutability.WireName,
        ImageTagMutabilityExclusionFilters = ExclusionFilterShape.From(repository.TagMutability),
        ImageScanningConfiguration = new(repository.ScanOnPush),
        EncryptionConfiguration = new(repository.Encryption.Type, repository.Encryption.KmsKey),
    };
}

/// <summary>The model's <c>ImageTagMutabilityExclusionFilter</c>.</summary>
internal sealed record ExclusionFilterShape(string? FilterType, string? Filter)
{
    public static IReadOnlyList<ExclusionFilterShape>? From(TagMutability mutability) => mutability.Exclusions.IsEmpty
        ? null
        : [.. mutability.Exclusions.Select(pattern => new ExclusionFilterShape("WILDCARD", pattern))];
}

/// <summary>The model's <c>ImageScanningConfiguration</c>.</summary>
internal sealed record ScanningShape(bool ScanOnPush);

/// <summary>The model's <c>EncryptionConfiguration</c>.</summary>
internal sealed record EncryptionShape(string? EncryptionType, string? KmsKey);

/// <summary>The model's <c>Tag</c>, whose members alone begin with capitals.</summary>
internal sealed record ResourceTagShape(
    [property: JsonPropertyName("Key")] string? Key,
    [property: JsonPropertyName("Value")] string? Value)
{
    public static IReadOnlyList<ResourceTagShape> From(IEnumerable<KeyValuePair<string, string>> tags) =>
        [.. tags.Select(tag => new ResourceTagShape(tag.Key, tag.Value))];
}

/// <summary>The model's <c>ImageIdentifier</c>.</summary>
internal sealed record ImageIdentifierShape(string? ImageDigest, string? ImageTag)
{
    public static ImageIdentifierShape From(ImageId id) => new(id.Digest, id.Tag);
}

/// <summary>The model's <c>ImageFailure</c>.</summary>
internal sealed record ImageFailureShape(ImageIdentifierShape ImageId, string FailureCode, string FailureReason)
{
    public static ImageFailureShape From(ImageFailure failure) => new(ImageIdentifierShape.From(failure.Id), failure.Code, failure.Reason);
}

/// <summary>The model's <c>Image</c>.</summary>
internal sealed record ImageShape(
    string RegistryId,
    string RepositoryName,
    ImageIdentifierShape ImageId,
    string ImageManifest,
    string ImageManifestMediaType);

/// <summary>The model's <c>ListImagesFilter</c>, <c>DescribeImagesFilter</c> and <c>LifecyclePolicyPreviewFilter</c>.</summary>
internal sealed record TagStatusFilterShape(string? TagStatus, string? ImageStatus)
{
    public static Func<bool, bool> Read(TagStatusFilterShape? filter)
    {
        Constraints.OneOf(filter?.TagStatus, "filter.tagStatus", "TAGGED", "UNTAGGED", "ANY");
        Constraints.OneOf(filter?.ImageStatus, "filter.imageStatus", "ACTIVE", "ARCHIVED", "ACTIVATING", "ANY");

        // Nothing here is ever archived.
        return filter?.ImageStatus is "ARCHIVED" or "ACTIVATING" ? _ => false : filter?.TagStatus switch
        {
            "TAGGED" => tagged => tagged,
            "UNTAGGED" => tagged => !tagged,
            _ => _ => true,
        };
    }
}
