using Berth.Domain;
using Berth.Wire;

namespace Berth.Identity;

internal sealed record PutRolePermissionsBoundaryInput(string? RoleName, string? PermissionsBoundary);

/// <summary>Bounds a role by a policy. Kept, not yet evaluated.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html</remarks>
internal sealed class PutRolePermissionsBoundary(IdentityStreams streams) : IOperation<PutRolePermissionsBoundaryInput, NoOutput>
{
    public async ValueTask<NoOutput> HandleAsync(PutRolePermissionsBoundaryInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = Invalid.RoleName(request.RoleName);
        var policy = AwsManagedPolicies.Check(Invalid.PolicyArn(request.PermissionsBoundary, "permissionsBoundary"));
        await streams.ExecuteAsync(context, new SetPermissionsBoundary(name, policy), cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
