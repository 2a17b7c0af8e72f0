using Berth.Domain;
using Berth.Wire;

namespace Berth.Registry;

/// <summary>Deletes images by tag or digest.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchDeleteImage.html</remarks>
internal sealed class BatchDeleteImage(RepositoryStreams streams) : IOperation<BatchDeleteImage.Request, BatchDeleteImage.Response>
{
    internal sealed record Request(string? RegistryId, string? RepositoryName, IReadOnlyList<ImageIdentifierShape?>? ImageIds);

    internal sealed record Response(IReadOnlyList<ImageIdentifierShape> ImageIds, IReadOnlyList<ImageFailureShape> Failures);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var key = Constraints.Repository(request.RegistryId, request.RepositoryName, context);
        var (ids, malformed) = Constraints.Ids(request.ImageIds);
        var result = await streams.ExecuteAsync(key, new RepositoriesCommand.DeleteImages(key.Name, ids), cancellationToken).ConfigureAwait(false);
        return new(
            [.. result.Deleted.Select(ImageIdentifierShape.From)],
            [.. malformed.Concat(result.Failures).Select(ImageFailureShape.From)]);
    }
}
