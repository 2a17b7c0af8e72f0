using Berth.Wire;

namespace Berth.Registry;

/// <summary>Gives an address from which anybody may read one layer for an hour.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetDownloadUrlForLayer.html</remarks>
internal sealed class GetDownloadUrlForLayer(
    RepositoryStreams streams,
    RepositoryContents contents,
    RegistryTokens tokens,
    RegistryAddress address,
    TimeProvider clock) : IOperation<GetDownloadUrlForLayer.Request, GetDownloadUrlForLayer.Response>
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    internal sealed record Request(string? RegistryId, string? RepositoryName, string? LayerDigest);

    internal sealed record Response(string DownloadUrl, string LayerDigest);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var key = Constraints.Repository(request.RegistryId, request.RepositoryName, context);
        var digest = Constraints.LayerDigest(request.LayerDigest, "layerDigest");
        var repository = await streams.GetAsync(key, cancellationToken).ConfigureAwait(false);
        if (contents.SizeOf(key, repository, digest) is null)
        {
            throw new AwsException(
                "LayersNotFoundException",
                400,
                $"The layer with digest '{digest}' does not exist in the repository with name '{key.Name}' in the registry with id '{key.Account}'");
        }

        var signature = tokens.SignDownload(key, digest, clock.GetUtcNow() + Lifetime);
        return new($"{address.EndpointFor(context)}/v2/{key.Name}/blobs/{digest}?{signature}", digest.Value);
    }
}
