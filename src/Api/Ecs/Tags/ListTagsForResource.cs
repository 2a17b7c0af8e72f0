using Berth.Wire;

namespace Berth.Api;

internal sealed record ListTagsForResourceRequest
{
    public string? ResourceArn { get; set; }
}

internal sealed record ListTagsForResourceResponse
{
    public List<TagShape>? Tags { get; set; }
}

/// <summary>Tells a resource's tags.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTagsForResource.html</remarks>
internal sealed class ListTagsForResource(ResourceTags resources) : IOperation<ListTagsForResourceRequest, ListTagsForResourceResponse>
{
    public async ValueTask<ListTagsForResourceResponse> HandleAsync(ListTagsForResourceRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        return new() { Tags = Tags.Show(await resources.ReadAsync(request.ResourceArn, context, cancellationToken).ConfigureAwait(false)) };
    }
}
