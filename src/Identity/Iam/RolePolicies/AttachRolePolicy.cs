using Berth.Wire;

namespace Berth.Identity;

internal sealed record AttachRolePolicyInput(string? RoleName, string? PolicyArn);

/// <summary>Attaches a managed policy to a role.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html</remarks>
internal sealed class AttachRolePolicy(IdentityStreams streams) : IOperation<AttachRolePolicyInput, NoOutput>
{
    public async ValueTask<NoOutput> HandleAsync(AttachRolePolicyInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var role = Invalid.RoleName(request.RoleName);
        var policy = AwsManagedPolicies.Check(Invalid.PolicyArn(request.PolicyArn));
        await streams.ExecuteAsync(context, new Domain.AttachRolePolicy(role, policy), cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
