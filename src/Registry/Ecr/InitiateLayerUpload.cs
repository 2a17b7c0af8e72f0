using Berth.Wire;

namespace Berth.Registry;

/// <summary>Starts the upload of a layer.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_InitiateLayerUpload.html</remarks>
internal sealed class InitiateLayerUpload(RepositoryStreams streams, BlobUploads uploads)
    : IOperation<InitiateLayerUpload.Request, InitiateLayerUpload.Response>
{
    private const long SuggestedPartBytes = 10 * 1024 * 1024;

    internal sealed record Request(string? RegistryId, string? RepositoryName);

    internal sealed record Response(string UploadId, long PartSize);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var key = Constraints.Repository(request.RegistryId, request.RepositoryName, context);
        await streams.GetAsync(key, cancellationToken).ConfigureAwait(false);
        var upload = uploads.Begin(key) ?? throw new AwsException("LimitExceededException", 400, "Too many layer uploads are under way. Try again.");
        return new(upload.Id, SuggestedPartBytes);
    }
}
