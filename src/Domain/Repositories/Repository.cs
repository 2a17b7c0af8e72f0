using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>One repository of a registry: its settings, its images and the tags that name them.</summary>
public sealed record Repository
{
    /// <summary>2 to 256 characters; may contain slashes.</summary>
    public required string Name { get; init; }

    /// <summary><c>arn:aws:ecr:REGION:ACCOUNT:repository/NAME</c>.</summary>
    public required string Arn { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Which tags may be moved to another image.</summary>
    public TagMutability TagMutability { get; init; } = TagMutability.Mutable;

    /// <summary>Whether the owner asked for a scan of each image pushed.</summary>
    public bool ScanOnPush { get; init; }

    /// <summary>How the owner asked for images to be encrypted; fixed at creation.</summary>
    public RepositoryEncryption Encryption { get; init; } = RepositoryEncryption.Default;

    /// <summary>The resource tags of the repository itself (not of its images).</summary>
    public ImmutableSortedDictionary<string, string> ResourceTags { get; init; } = NoText;

    /// <summary>The repository policy as given; null when there is none.</summary>
    public string? PolicyText { get; init; }

    /// <summary>The lifecycle policy as given; null when there is none.</summary>
    public string? LifecyclePolicyText { get; init; }

    /// <summary>The images by the digest of their manifest, in ordinal order.</summary>
    public ImmutableSortedDictionary<string, RepositoryImage> Images { get; init; } = NoImages;

    /// <summary>The digest each tag names, in ordinal order.</summary>
    public ImmutableSortedDictionary<string, string> Tags { get; init; } = NoText;

    /// <summary>The tags that name an image, in ordinal order, by its digest. Images without a tag are not in it.</summary>
    public ILookup<string, string> TagsByDigest() => Tags.ToLookup(tag => tag.Value, tag => tag.Key, StringComparer.Ordinal);

    /// <summary>The image a tag names, or null.</summary>
    public RepositoryImage? FindByTag(string tag) =>
        Tags.TryGetValue(tag, out var digest) ? Images.GetValueOrDefault(digest) : null;

    /// <summary>The image an id names; null when there is none, or when digest and tag disagree.</summary>
    public RepositoryImage? Find(ImageId id)
    {
        var image = id.Tag is null ? Images.GetValueOrDefault(id.Digest ?? "") : FindByTag(id.Tag);
        return id.Digest is null || image?.Digest == id.Digest ? image : null;
    }

    /// <summary>Why <see cref="Find"/> found nothing, as an operation on several images tells it.</summary>
    public ImageFailure WhyNot(ImageId id) =>
        id is { Digest: not null, Tag: not null } && Tags.ContainsKey(id.Tag) && Images.ContainsKey(id.Digest) ? ImageFailure.Mismatch(id) : ImageFailure.NotFound(id);

    /// <summary>The images an index lists, by digest. They live as long as the index does.</summary>
    public ImmutableHashSet<string> ReferencedByIndexes() =>
        [.. Images.Values.SelectMany(image => image.Children).Select(child => child.Digest)];

    /// <summary>What an image weighs: the sum of its layers; for an index, its heaviest image.</summary>
    public long SizeOf(RepositoryImage image) => image.Children.IsEmpty
        ? image.Layers.Sum(layer => layer.SizeBytes)
        : image.Children.Max(child => Images.TryGetValue(child.Digest, out var found) && found.Children.IsEmpty ? SizeOf(found) : 0);

    internal static ImmutableSortedDictionary<string, string> NoText { get; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    internal static ImmutableSortedDictionary<string, RepositoryImage> NoImages { get; } =
        ImmutableSortedDictionary.Create<string, RepositoryImage>(StringComparer.Ordinal);
}

/// <summary>How images are encrypted, as the API tells it.</summary>
/// <param name="Type"><c>AES256</c>, <c>KMS</c> or <c>KMS_DSSE</c>.</param>
/// <param name="KmsKey">The key's ARN; null unless the caller named one.</param>
public sealed record RepositoryEncryption(string Type, string? KmsKey = null)
{
    /// <summary>What a repository has when its creator said nothing.</summary>
    public static RepositoryEncryption Default { get; } = new("AES256");
}
