using System.Text.Json.Nodes;
using Berth.Wire;

namespace Berth.Registry;

/// <summary>Takes the next part of a layer. Parts may be smaller than Amazon ECR's 5 MiB.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_UploadLayerPart.html</remarks>
internal sealed class UploadLayerPart(BlobUploads uploads, RepositoryStreams streams, RegistryOptions options, TimeProvider clock)
    : IOperation<UploadLayerPart.Request, UploadLayerPart.Response>
{
    private const int MostPartBytes = 20 * 1024 * 1024;

    internal sealed record Request
    {
        public string? RegistryId { get; init; }

        public string? RepositoryName { get; init; }

        public string? UploadId { get; init; }

        public long? PartFirstByte { get; init; }

        public long? PartLastByte { get; init; }

        public byte[]? LayerPartBlob { get; init; }
    }

    internal sealed record Response(string RegistryId, string RepositoryName, string UploadId, long LastByteReceived);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var key = Constraints.Repository(request.RegistryId, request.RepositoryName, context);
        Constraints.Required(request.UploadId, "uploadId");
        Constraints.Required(request.PartFirstByte, "partFirstByte");
        Constraints.Required(request.PartLastByte, "partLastByte");
        Constraints.Required(request.LayerPartBlob, "layerPartBlob");
        var part = request.LayerPartBlob!; // Checked above.
        if (part.Length > MostPartBytes)
        {
            throw Constraints.Violated("layerPartBlob", $"Member must have length less than or equal to {MostPartBytes}");
        }

        if (part.Length != request.PartLastByte - request.PartFirstByte + 1)
        {
            throw Constraints.Violated("layerPartBlob", "Member must have the length that partFirstByte and partLastByte say");
        }

        await streams.GetAsync(key, cancellationToken).ConfigureAwait(false);
        return LayerUploads.Write(uploads, key, request.UploadId!, upload => // Checked above.
        {
            if (request.PartFirstByte != upload.Length || upload.Length + part.Length > options.MostBlobBytes)
            {
                throw new AwsException("InvalidLayerPartException", 400, $"The layer part does not follow the {upload.Length} bytes received so far, or the layer would be too large")
                {
                    Members = new Dictionary<string, JsonNode?>
                    {
                        ["registryId"] = key.Account,
                        ["repositoryName"] = key.Name,
                        ["uploadId"] = upload.Id,
                        ["lastValidByteReceived"] = upload.Length - 1,
                    },
                };
            }

            upload.Append(part);
            upload.LastUsed = clock.GetUtcNow();
            return new Response(key.Account, key.Name, upload.Id, upload.Length - 1);
        });
    }
}
