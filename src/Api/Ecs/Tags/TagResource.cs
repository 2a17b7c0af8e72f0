using Berth.Wire;

namespace Berth.Api;

internal sealed record TagResourceRequest
{
    public string? ResourceArn { get; set; }

    public List<TagShape>? Tags { get; set; }
}

internal sealed record TagResourceResponse;

/// <summary>Sets tags of a resource, by key.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TagResource.html</remarks>
internal sealed class TagResource(ResourceTags resources) : IOperation<TagResourceRequest, TagResourceResponse>
{
    public async ValueTask<TagResourceResponse> HandleAsync(TagResourceRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        if (request.Tags is not { Count: > 0 })
        {
            throw AwsException.InvalidParameter("Tags can not be empty.");
        }

        await resources.ChangeAsync(request.ResourceArn, Tags.Read(request.Tags), [], context, cancellationToken).ConfigureAwait(false);
        return new();
    }
}
