using Berth.Wire;

namespace Berth.Identity;

internal sealed record DetachRolePolicyInput(string? RoleName, string? PolicyArn);

/// <summary>Detaches a managed policy from a role.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachRolePolicy.html</remarks>
internal sealed class DetachRolePolicy(IdentityStreams streams) : IOperation<DetachRolePolicyInput, NoOutput>
{
    public async ValueTask<NoOutput> HandleAsync(DetachRolePolicyInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var role = Invalid.RoleName(request.RoleName);
        var policy = Invalid.PolicyArn(request.PolicyArn);
        await streams.ExecuteAsync(context, new Domain.DetachRolePolicy(role, policy), cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
