using Berth.Wire;

namespace Berth.Registry;

/// <summary>Lists the resource tags of a repository.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListTagsForResource.html</remarks>
internal sealed class ListTagsForResource(RepositoryStreams streams) : IOperation<ListTagsForResource.Request, ListTagsForResource.Response>
{
    internal sealed record Request(string? ResourceArn);

    internal sealed record Response(IReadOnlyList<ResourceTagShape> Tags);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var repository = await streams.GetAsync(Constraints.Resource(request.ResourceArn, context), cancellationToken).ConfigureAwait(false);
        return new(ResourceTagShape.From(repository.ResourceTags));
    }
}
