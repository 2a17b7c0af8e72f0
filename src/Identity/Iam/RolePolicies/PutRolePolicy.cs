using Berth.Wire;

namespace Berth.Identity;

internal sealed record PutRolePolicyInput(string? RoleName, string? PolicyName, string? PolicyDocument);

/// <summary>Gives a role a policy of its own. Kept, not yet evaluated.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html</remarks>
internal sealed class PutRolePolicy(IdentityStreams streams) : IOperation<PutRolePolicyInput, NoOutput>
{
    public async ValueTask<NoOutput> HandleAsync(PutRolePolicyInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var role = Invalid.RoleName(request.RoleName);
        var policy = Invalid.Name(request.PolicyName, "policyName");
        var document = Invalid.Document(request.PolicyDocument, "policyDocument");
        await streams.ExecuteAsync(context, new Domain.PutRolePolicy(role, policy, document), cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
