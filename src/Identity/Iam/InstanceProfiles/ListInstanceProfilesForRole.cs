using Berth.Wire;

namespace Berth.Identity;

internal sealed record ListInstanceProfilesForRoleInput(string? RoleName, string? Marker, int? MaxItems);

internal sealed record ListInstanceProfilesForRoleOutput(IReadOnlyList<InstanceProfileShape> InstanceProfiles, bool IsTruncated, string? Marker);

/// <summary>Lists the instance profiles that have a role.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfilesForRole.html</remarks>
internal sealed class ListInstanceProfilesForRole(IdentityStreams streams)
    : IOperation<ListInstanceProfilesForRoleInput, ListInstanceProfilesForRoleOutput>
{
    public async ValueTask<ListInstanceProfilesForRoleOutput> HandleAsync(ListInstanceProfilesForRoleInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = Invalid.RoleName(request.RoleName);
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        var profiles = state.InstanceProfilesOf(state.Role(name).Name);
        var (page, truncated, marker) = Page.Of(profiles, profile => profile.Name, request.Marker, request.MaxItems);
        return new([.. page.Select(profile => profile.Shape(state, whole: false))], truncated, marker);
    }
}
