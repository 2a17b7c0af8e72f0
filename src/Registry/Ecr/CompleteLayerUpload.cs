using Berth.Wire;

namespace Berth.Registry;

/// <summary>Ends the upload of a layer: what has arrived must have one of the digests given.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CompleteLayerUpload.html</remarks>
internal sealed class CompleteLayerUpload(BlobUploads uploads, RepositoryStreams streams, RepositoryContents contents)
    : IOperation<CompleteLayerUpload.Request, CompleteLayerUpload.Response>
{
    internal sealed record Request(string? RegistryId, string? RepositoryName, string? UploadId, IReadOnlyList<string?>? LayerDigests);

    internal sealed record Response(string RegistryId, string RepositoryName, string UploadId, string LayerDigest);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var key = Constraints.Repository(request.RegistryId, request.RepositoryName, context);
        Constraints.Required(request.UploadId, "uploadId");
        var digests = Constraints.List(request.LayerDigests, "layerDigests").Select(text => Constraints.LayerDigest(text, "layerDigests")).ToList();
        var repository = await streams.GetAsync(key, cancellationToken).ConfigureAwait(false);
        return LayerUploads.Write(uploads, key, request.UploadId!, upload => // Checked above.
        {
            if (upload.Length == 0)
            {
                throw new AwsException("EmptyUploadException", 400, $"The upload with id '{upload.Id}' does not contain any layer parts");
            }

            var actual = upload.Finish();
            if (!digests.Contains(actual))
            {
                uploads.Drop(upload);
                throw new AwsException("InvalidLayerException", 400, $"The digest of the layer is '{actual}', which is not among those given");
            }

            if (contents.SizeOf(key, repository, actual) is not null)
            {
                uploads.Drop(upload);
                throw new AwsException(
                    "LayerAlreadyExistsException",
                    400,
                    $"Layer with digest '{actual}' already exists in the repository with name '{key.Name}' in registry with id '{key.Account}'");
            }

            uploads.Complete(upload, actual);
            return new Response(key.Account, key.Name, upload.Id, actual.Value);
        });
    }
}
