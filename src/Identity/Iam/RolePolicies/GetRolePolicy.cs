using Berth.Domain;
using Berth.Wire;

namespace Berth.Identity;

internal sealed record GetRolePolicyInput(string? RoleName, string? PolicyName);

internal sealed record GetRolePolicyOutput(string RoleName, string PolicyName, string PolicyDocument);

/// <summary>Tells a policy of a role's own.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html</remarks>
internal sealed class GetRolePolicy(IdentityStreams streams) : IOperation<GetRolePolicyInput, GetRolePolicyOutput>
{
    public async ValueTask<GetRolePolicyOutput> HandleAsync(GetRolePolicyInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = Invalid.RoleName(request.RoleName);
        var policy = Invalid.Name(request.PolicyName, "policyName");
        var role = (await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false)).Role(name);
        return role.InlinePolicies.TryGetValue(policy, out var document)
            ? new(role.Name, policy, ShapesOfState.Encode(document))
            : throw IdentityRefusal.NoSuchEntity($"The role policy with name {policy} cannot be found.");
    }
}
