using Berth.Wire;

namespace Berth.Registry;

/// <summary>Says which layers a repository has.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchCheckLayerAvailability.html</remarks>
internal sealed class BatchCheckLayerAvailability(RepositoryStreams streams, RepositoryContents contents)
    : IOperation<BatchCheckLayerAvailability.Request, BatchCheckLayerAvailability.Response>
{
    internal sealed record Request(string? RegistryId, string? RepositoryName, IReadOnlyList<string?>? LayerDigests);

    internal sealed record Response(IReadOnlyList<LayerShape> Layers, IReadOnlyList<LayerFailureShape> Failures);

    internal sealed record LayerShape(string LayerDigest, string LayerAvailability, long? LayerSize, string? MediaType);

    internal sealed record LayerFailureShape(string LayerDigest, string FailureCode, string FailureReason);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var key = Constraints.Repository(request.RegistryId, request.RepositoryName, context);
        var digests = Constraints.List(request.LayerDigests, "layerDigests");
        var repository = await streams.GetAsync(key, cancellationToken).ConfigureAwait(false);
        var mediaTypes = repository.Images.Values.SelectMany(image => image.Layers)
            .DistinctBy(layer => layer.Digest)
            .ToDictionary(layer => layer.Digest, layer => layer.MediaType, StringComparer.Ordinal);
        List<LayerShape> layers = [];
        List<LayerFailureShape> failures = [];
        foreach (var text in digests.Distinct())
        {
            if (text.Length == 0)
            {
                failures.Add(new(text, "MissingLayerDigest", "Invalid request parameters: layer digest cannot be empty"));
            }
            else if (!Digest.TryParse(text, out var digest))
            {
                failures.Add(new(text, "InvalidLayerDigest", "Invalid request parameters: layer digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'"));
            }
            else if (contents.SizeOf(key, repository, digest) is { } size)
            {
                layers.Add(new(text, "AVAILABLE", size, mediaTypes.GetValueOrDefault(text)));
            }
            else
            {
                layers.Add(new(text, "UNAVAILABLE", null, null));
            }
        }

        return new(layers, failures);
    }
}
