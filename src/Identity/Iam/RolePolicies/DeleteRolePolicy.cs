using Berth.Wire;

namespace Berth.Identity;

internal sealed record DeleteRolePolicyInput(string? RoleName, string? PolicyName);

/// <summary>Deletes a policy of a role's own.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePolicy.html</remarks>
internal sealed class DeleteRolePolicy(IdentityStreams streams) : IOperation<DeleteRolePolicyInput, NoOutput>
{
    public async ValueTask<NoOutput> HandleAsync(DeleteRolePolicyInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var role = Invalid.RoleName(request.RoleName);
        var policy = Invalid.Name(request.PolicyName, "policyName");
        await streams.ExecuteAsync(context, new Domain.DeleteRolePolicy(role, policy), cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
