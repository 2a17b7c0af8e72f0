using Berth.Wire;

namespace Berth.Identity;

internal sealed record ListEntitiesForPolicyInput(string? PolicyArn, string? EntityFilter, string? PathPrefix, string? PolicyUsageFilter, string? Marker, int? MaxItems);

internal sealed record ListEntitiesForPolicyOutput(
    IReadOnlyList<PolicyGroupShape> PolicyGroups, IReadOnlyList<PolicyUserShape> PolicyUsers, IReadOnlyList<PolicyRoleShape> PolicyRoles, bool IsTruncated, string? Marker);

/// <summary>Lists the roles that have a managed policy. There are no groups and users here.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html</remarks>
internal sealed class ListEntitiesForPolicy(IdentityStreams streams) : IOperation<ListEntitiesForPolicyInput, ListEntitiesForPolicyOutput>
{
    public async ValueTask<ListEntitiesForPolicyOutput> HandleAsync(ListEntitiesForPolicyInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var arn = AwsManagedPolicies.Check(Invalid.PolicyArn(request.PolicyArn));
        var filter = Invalid.OneOf(request.EntityFilter, "entityFilter", "User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy");
        var usage = Invalid.OneOf(request.PolicyUsageFilter, "policyUsageFilter", "PermissionsPolicy", "PermissionsBoundary");
        var prefix = Invalid.PathPrefix(request.PathPrefix);
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        if (AwsManagedPolicies.Find(arn) is null)
        {
            state.Policy(arn);
        }

        var names = usage switch
        {
            "PermissionsPolicy" => state.RolesWith(arn),
            "PermissionsBoundary" => state.RolesBoundedBy(arn),
            _ => state.RolesWith(arn).Union(state.RolesBoundedBy(arn)),
        };
        var roles = filter is null or "Role" ? names.Select(state.Role).Where(role => role.Path.StartsWith(prefix, StringComparison.Ordinal)) : [];
        var (page, truncated, marker) = Page.Of(roles, role => role.Name, request.Marker, request.MaxItems);
        return new([], [], [.. page.Select(role => new PolicyRoleShape(role.Name, role.Id))], truncated, marker);
    }
}
