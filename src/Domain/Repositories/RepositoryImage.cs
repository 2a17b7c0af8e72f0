using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>One image, artifact or index: what its manifest says. The manifest's own bytes are in the blob store.</summary>
public sealed record RepositoryImage
{
    /// <summary>The digest of the manifest's bytes: <c>sha256:</c> and 64 lowercase hexadecimal digits.</summary>
    public required string Digest { get; init; }

    /// <summary>The manifest's media type, as pushed.</summary>
    public required string MediaType { get; init; }

    /// <summary>The length of the manifest in bytes.</summary>
    public required long ManifestBytes { get; init; }

    /// <summary>When the manifest was pushed last.</summary>
    public required DateTimeOffset PushedAt { get; init; }

    /// <summary>The configuration; null for an index.</summary>
    public ImageContent? Config { get; init; }

    /// <summary>The layers, the base first; empty for an index.</summary>
    public ImmutableArray<ImageContent> Layers { get; init; } = [];

    /// <summary>The manifests an index lists; empty for anything else.</summary>
    public ImmutableArray<ImageContent> Children { get; init; } = [];

    /// <summary>The digest of the manifest this one is about (a signature, an SBOM); need not exist.</summary>
    public string? Subject { get; init; }

    /// <summary>The manifest's own <c>artifactType</c>, else its configuration's media type; null for an index without one.</summary>
    public string? ArtifactType { get; init; }

    /// <summary>Every blob the store must keep for this image, its manifest included.</summary>
    public IEnumerable<string> RequiredBlobs() => Layers.Select(layer => layer.Digest)
        .Concat(Config is null ? [] : [Config.Digest])
        .Append(Digest);
}

/// <summary>A part of an image, named by its content.</summary>
/// <param name="Digest">The digest of its bytes.</param>
/// <param name="SizeBytes">Its length.</param>
/// <param name="MediaType">Its media type, as the manifest gives it.</param>
public sealed record ImageContent(string Digest, long SizeBytes, string MediaType);

/// <summary>Names an image by its digest, by a tag, or by both, which must then agree.</summary>
public sealed record ImageId(string? Digest, string? Tag)
{
    /// <summary>The form the API's messages use.</summary>
    public override string ToString() => $"{{imageDigest:'{Digest ?? "null"}', imageTag:'{Tag ?? "null"}'}}";
}

/// <summary>An image that an operation on several could not treat, and why.</summary>
/// <param name="Id">The image as the caller named it.</param>
/// <param name="Code">One of the API's failure codes, such as <c>ImageNotFound</c>.</param>
/// <param name="Reason">The sentence for the caller.</param>
public sealed record ImageFailure(ImageId Id, string Code, string Reason)
{
    /// <summary>No such image.</summary>
    public static ImageFailure NotFound(ImageId id) => new(id, "ImageNotFound", "Requested image not found");

    /// <summary>The tag names another image than the digest.</summary>
    public static ImageFailure Mismatch(ImageId id) =>
        new(id, "ImageTagDoesNotMatchDigest", $"The image tag '{id.Tag}' does not match the image digest '{id.Digest}'");

    /// <summary>An index lists the image.</summary>
    public static ImageFailure Referenced(ImageId id) =>
        new(id, "ImageReferencedByManifestList", $"Requested image referenced by manifest list: {id.Digest}");
}
