using Berth.Wire;

namespace Berth.Identity;

internal sealed record ListRolePoliciesInput(string? RoleName, string? Marker, int? MaxItems);

internal sealed record ListRolePoliciesOutput(IReadOnlyList<string> PolicyNames, bool IsTruncated, string? Marker);

/// <summary>Lists the names of a role's own policies.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRolePolicies.html</remarks>
internal sealed class ListRolePolicies(IdentityStreams streams) : IOperation<ListRolePoliciesInput, ListRolePoliciesOutput>
{
    public async ValueTask<ListRolePoliciesOutput> HandleAsync(ListRolePoliciesInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = Invalid.RoleName(request.RoleName);
        var role = (await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false)).Role(name);
        var (page, truncated, marker) = Page.Of(role.InlinePolicies.Keys, policy => policy, request.Marker, request.MaxItems);
        return new(page, truncated, marker);
    }
}
