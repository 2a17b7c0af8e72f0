using System.Text;
using Berth.Wire;

namespace Berth.Registry;

/// <summary>Stores a manifest under a tag; its layers are there already. This is also how an image gets one more tag.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImage.html</remarks>
internal sealed class PutImage(RepositoryContents contents, RegistryOptions options) : IOperation<PutImage.Request, PutImage.Response>
{
    internal sealed record Request
    {
        public string? RegistryId { get; init; }

        public string? RepositoryName { get; init; }

        public string? ImageManifest { get; init; }

        public string? ImageManifestMediaType { get; init; }

        public string? ImageTag { get; init; }

        public string? ImageDigest { get; init; }
    }

    internal sealed record Response(ImageShape Image);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var key = Constraints.Repository(request.RegistryId, request.RepositoryName, context);
        Constraints.Required(request.ImageManifest, "imageManifest");
        var manifest = Encoding.UTF8.GetBytes(request.ImageManifest!); // Checked above.
        if (manifest.Length is 0 || manifest.Length > options.MostManifestBytes)
        {
            throw Constraints.Violated("imageManifest", $"Member must have length between 1 and {options.MostManifestBytes}");
        }

        if (request.ImageTag is not null && !RegistryRoute.IsTag(request.ImageTag))
        {
            throw Constraints.Violated("imageTag", "must satisfy regular expression '[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}'");
        }

        if (!ManifestDocument.TryRead(manifest, request.ImageManifestMediaType, out var document, out var problem))
        {
            throw Constraints.Violated("ImageManifest", problem);
        }

        if (request.ImageDigest is not null && request.ImageDigest != document.Image.Digest)
        {
            throw new AwsException("ImageDigestDoesNotMatchException", 400, $"The image digest '{request.ImageDigest}' does not match the digest of the manifest '{document.Image.Digest}'");
        }

        var image = await contents.PutAsync(key, manifest, document, request.ImageTag, refuseUnchanged: true, cancellationToken).ConfigureAwait(false);
        return new(new(context.AccountId, key.Name, new(image.Digest, request.ImageTag), request.ImageManifest!, image.MediaType)); // Checked above.
    }
}
