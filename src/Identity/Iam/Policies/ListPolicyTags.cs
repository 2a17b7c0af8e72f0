using Berth.Wire;

namespace Berth.Identity;

internal sealed record ListPolicyTagsInput(string? PolicyArn, string? Marker, int? MaxItems);

internal sealed record ListPolicyTagsOutput(IReadOnlyList<TagShape> Tags, bool IsTruncated, string? Marker);

/// <summary>Lists a managed policy's tags by key.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyTags.html</remarks>
internal sealed class ListPolicyTags(IdentityStreams streams) : IOperation<ListPolicyTagsInput, ListPolicyTagsOutput>
{
    public async ValueTask<ListPolicyTagsOutput> HandleAsync(ListPolicyTagsInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var arn = Invalid.PolicyArn(request.PolicyArn);
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        var tags = AwsManagedPolicies.Find(arn) is null ? state.Policy(arn).Tags.Shape() : [];
        var (page, truncated, marker) = Page.Of(tags, tag => tag.Key ?? "", request.Marker, request.MaxItems);
        return new(page, truncated, marker);
    }
}
