using Berth.Wire;

namespace Berth.Identity;

internal sealed record ListRolesInput(string? PathPrefix, string? Marker, int? MaxItems);

internal sealed record ListRolesOutput(IReadOnlyList<RoleShape> Roles, bool IsTruncated, string? Marker);

/// <summary>Lists roles by name.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html</remarks>
internal sealed class ListRoles(IdentityStreams streams) : IOperation<ListRolesInput, ListRolesOutput>
{
    public async ValueTask<ListRolesOutput> HandleAsync(ListRolesInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var prefix = Invalid.PathPrefix(request.PathPrefix);
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        var roles = state.Roles.Values.Where(role => role.Path.StartsWith(prefix, StringComparison.Ordinal));
        var (page, truncated, marker) = Page.Of(roles, role => role.Name, request.Marker, request.MaxItems);
        return new([.. page.Select(role => role.Shape(state, whole: false))], truncated, marker);
    }
}
