using Berth.Wire;

namespace Berth.Api;

internal sealed record UntagResourceRequest
{
    public string? ResourceArn { get; set; }

    public List<string>? TagKeys { get; set; }
}

internal sealed record UntagResourceResponse;

/// <summary>Removes tags of a resource, by key.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UntagResource.html</remarks>
internal sealed class UntagResource(ResourceTags resources) : IOperation<UntagResourceRequest, UntagResourceResponse>
{
    public async ValueTask<UntagResourceResponse> HandleAsync(UntagResourceRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        if (request.TagKeys is not { Count: > 0 })
        {
            throw AwsException.InvalidParameter("TagKeys can not be empty.");
        }

        await resources.ChangeAsync(request.ResourceArn, [], [.. request.TagKeys], context, cancellationToken).ConfigureAwait(false);
        return new();
    }
}
