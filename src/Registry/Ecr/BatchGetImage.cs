using System.Text;
using Berth.Wire;

namespace Berth.Registry;

/// <summary>Gives the manifests of images as they were pushed. Stored types are never converted to accepted ones.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetImage.html</remarks>
internal sealed class BatchGetImage(RepositoryStreams streams, RepositoryContents contents)
    : IOperation<BatchGetImage.Request, BatchGetImage.Response>
{
    internal sealed record Request(
        string? RegistryId,
        string? RepositoryName,
        IReadOnlyList<ImageIdentifierShape?>? ImageIds,
        IReadOnlyList<string?>? AcceptedMediaTypes);

    internal sealed record Response(IReadOnlyList<ImageShape> Images, IReadOnlyList<ImageFailureShape> Failures);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var key = Constraints.Repository(request.RegistryId, request.RepositoryName, context);
        var (ids, malformed) = Constraints.Ids(request.ImageIds);
        var repository = await streams.GetAsync(key, cancellationToken).ConfigureAwait(false);
        List<ImageShape> images = [];
        List<ImageFailureShape> failures = [.. malformed.Select(ImageFailureShape.From)];
        foreach (var id in ids)
        {
            if (repository.Find(id) is not { } image || await contents.ReadManifestAsync(image, cancellationToken).ConfigureAwait(false) is not { } manifest)
            {
                failures.Add(ImageFailureShape.From(repository.WhyNot(id)));
                continue;
            }

            images.Add(new(context.AccountId, key.Name, new(image.Digest, id.Tag), Encoding.UTF8.GetString(manifest), image.MediaType));
        }

        return new(images, failures);
    }
}
