using Berth.Wire;

namespace Berth.Identity;

internal sealed record ListRoleTagsInput(string? RoleName, string? Marker, int? MaxItems);

internal sealed record ListRoleTagsOutput(IReadOnlyList<TagShape> Tags, bool IsTruncated, string? Marker);

/// <summary>Lists a role's tags by key.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoleTags.html</remarks>
internal sealed class ListRoleTags(IdentityStreams streams) : IOperation<ListRoleTagsInput, ListRoleTagsOutput>
{
    public async ValueTask<ListRoleTagsOutput> HandleAsync(ListRoleTagsInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = Invalid.RoleName(request.RoleName);
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        var (page, truncated, marker) = Page.Of(state.Role(name).Tags.Shape(), tag => tag.Key ?? "", request.Marker, request.MaxItems);
        return new(page, truncated, marker);
    }
}
