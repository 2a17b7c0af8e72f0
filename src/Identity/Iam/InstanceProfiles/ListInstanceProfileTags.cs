using Berth.Wire;

namespace Berth.Identity;

internal sealed record ListInstanceProfileTagsInput(string? InstanceProfileName, string? Marker, int? MaxItems);

internal sealed record ListInstanceProfileTagsOutput(IReadOnlyList<TagShape> Tags, bool IsTruncated, string? Marker);

/// <summary>Lists an instance profile's tags by key.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfileTags.html</remarks>
internal sealed class ListInstanceProfileTags(IdentityStreams streams) : IOperation<ListInstanceProfileTagsInput, ListInstanceProfileTagsOutput>
{
    public async ValueTask<ListInstanceProfileTagsOutput> HandleAsync(ListInstanceProfileTagsInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = Invalid.Name(request.InstanceProfileName, "instanceProfileName");
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        var (page, truncated, marker) = Page.Of(state.InstanceProfile(name).Tags.Shape(), tag => tag.Key ?? "", request.Marker, request.MaxItems);
        return new(page, truncated, marker);
    }
}
