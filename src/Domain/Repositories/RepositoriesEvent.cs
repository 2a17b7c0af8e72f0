using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>What has happened in one account's registry in one region.</summary>
public abstract record RepositoriesEvent
{
    private RepositoriesEvent()
    {
    }

    /// <summary>The repository it happened to.</summary>
    public required string Repository { get; init; }

    /// <summary>A repository exists from now on.</summary>
    public sealed record RepositoryCreated(
        DateTimeOffset At,
        TagMutability TagMutability,
        bool ScanOnPush,
        RepositoryEncryption Encryption,
        ImmutableSortedDictionary<string, string> ResourceTags) : RepositoriesEvent;

    /// <summary>The repository and everything in it is gone.</summary>
    public sealed record RepositoryDeleted : RepositoriesEvent;

    /// <summary>A manifest was pushed: a new image, or a known one again. The tag, if any, names it from now on.</summary>
    public sealed record ImagePushed(RepositoryImage Image, string? Tag) : RepositoriesEvent;

    /// <summary>A tag names nothing any more; the image it named stays.</summary>
    public sealed record ImageUntagged(string Tag) : RepositoriesEvent;

    /// <summary>An image and all its tags are gone.</summary>
    public sealed record ImageDeleted(string Digest) : RepositoriesEvent;

    /// <summary>Other tags may move from now on.</summary>
    public sealed record TagMutabilityChanged(TagMutability TagMutability) : RepositoriesEvent;

    /// <summary>The owner wants, or no longer wants, images scanned on push.</summary>
    public sealed record ScanningChanged(bool ScanOnPush) : RepositoriesEvent;

    /// <summary>The repository policy was set; null = removed.</summary>
    public sealed record PolicyChanged(string? PolicyText) : RepositoriesEvent;

    /// <summary>The lifecycle policy was set; null = removed.</summary>
    public sealed record LifecyclePolicyChanged(string? PolicyText) : RepositoriesEvent;

    /// <summary>The resource tags are now these.</summary>
    public sealed record ResourceTagsChanged(ImmutableSortedDictionary<string, string> ResourceTags) : RepositoriesEvent;
}
