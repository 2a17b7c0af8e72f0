using Berth.Wire;

namespace Berth.Identity;

internal sealed record ListAttachedRolePoliciesInput(string? RoleName, string? PathPrefix, string? Marker, int? MaxItems);

internal sealed record ListAttachedRolePoliciesOutput(IReadOnlyList<AttachedPolicyShape> AttachedPolicies, bool IsTruncated, string? Marker);

/// <summary>Lists the managed policies of a role.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedRolePolicies.html</remarks>
internal sealed class ListAttachedRolePolicies(IdentityStreams streams) : IOperation<ListAttachedRolePoliciesInput, ListAttachedRolePoliciesOutput>
{
    public async ValueTask<ListAttachedRolePoliciesOutput> HandleAsync(ListAttachedRolePoliciesInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = Invalid.RoleName(request.RoleName);
        var prefix = Invalid.PathPrefix(request.PathPrefix);
        var role = (await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false)).Role(name);
        var policies = role.AttachedPolicies.Where(arn => arn[arn.IndexOf('/', StringComparison.Ordinal)..].StartsWith(prefix, StringComparison.Ordinal));
        var (page, truncated, marker) = Page.Of(policies, arn => arn[(arn.LastIndexOf('/') + 1)..], request.Marker, request.MaxItems);
        return new([.. page.Select(arn => new AttachedPolicyShape(arn[(arn.LastIndexOf('/') + 1)..], arn))], truncated, marker);
    }
}
