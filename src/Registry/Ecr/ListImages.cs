using Berth.Wire;

namespace Berth.Registry;

/// <summary>Lists digest and tag of every tag, and the digests of images without one.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListImages.html</remarks>
internal sealed class ListImages(RepositoryStreams streams) : IOperation<ListImages.Request, ListImages.Response>
{
    internal sealed record Request(string? RegistryId, string? RepositoryName, string? NextToken, int? MaxResults, TagStatusFilterShape? Filter);

    internal sealed record Response(IReadOnlyList<ImageIdentifierShape> ImageIds, string? NextToken);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var key = Constraints.Repository(request.RegistryId, request.RepositoryName, context);
        var size = Constraints.PageSize(request.MaxResults);
        var wanted = TagStatusFilterShape.Read(request.Filter);
        var repository = await streams.GetAsync(key, cancellationToken).ConfigureAwait(false);
        var tags = repository.TagsByDigest();

        // Tags in order, then untagged digests: a digest's colon cannot be in a tag, and '~' sorts after every tag.
        var ids = repository.Tags.Where(_ => wanted(true)).Select(tag => new ImageIdentifierShape(tag.Value, tag.Key))
            .Concat(repository.Images.Keys.Where(digest => wanted(false) && !tags.Contains(digest)).Select(digest => new ImageIdentifierShape(digest, null)));
        var page = Page<ImageIdentifierShape>.Cut(ids, id => id.ImageTag ?? "~" + id.ImageDigest, size, request.NextToken, $"{nameof(ListImages)} {key.Name}");
        return new(page.Items, page.NextToken);
    }
}
