using Berth.Wire;

namespace Berth.Identity;

internal sealed record ListPoliciesInput(string? Scope, bool? OnlyAttached, string? PathPrefix, string? PolicyUsageFilter, string? Marker, int? MaxItems);

internal sealed record ListPoliciesOutput(IReadOnlyList<PolicyShape> Policies, bool IsTruncated, string? Marker);

/// <summary>Lists managed policies: AWS's own, the account's, or both.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html</remarks>
internal sealed class ListPolicies(IdentityStreams streams) : IOperation<ListPoliciesInput, ListPoliciesOutput>
{
    public async ValueTask<ListPoliciesOutput> HandleAsync(ListPoliciesInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var scope = Invalid.OneOf(request.Scope, "scope", "All", "AWS", "Local") ?? "All";
        var usage = Invalid.OneOf(request.PolicyUsageFilter, "policyUsageFilter", "PermissionsPolicy", "PermissionsBoundary");
        var prefix = Invalid.PathPrefix(request.PathPrefix);
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        var policies = (scope == "AWS" ? [] : state.Policies.Values.Select(policy => policy.Shape(state, whole: false)))
            .Concat(scope == "Local" ? [] : AwsManagedPolicies.All.Select(policy => policy.Shape(state, whole: false)))
            .Where(policy => policy.Path.StartsWith(prefix, StringComparison.Ordinal))
            .Where(policy => request.OnlyAttached != true || policy.AttachmentCount + policy.PermissionsBoundaryUsageCount > 0)
            .Where(policy => usage is null || (usage == "PermissionsPolicy" ? policy.AttachmentCount : policy.PermissionsBoundaryUsageCount) > 0);
        var (page, truncated, marker) = Page.Of(policies, policy => $"{policy.PolicyName} {policy.Arn}", request.Marker, request.MaxItems);
        return new(page, truncated, marker);
    }
}
