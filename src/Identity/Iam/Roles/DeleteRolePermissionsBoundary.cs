using Berth.Domain;
using Berth.Wire;

namespace Berth.Identity;

internal sealed record DeleteRolePermissionsBoundaryInput(string? RoleName);

/// <summary>Bounds a role no more.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePermissionsBoundary.html</remarks>
internal sealed class DeleteRolePermissionsBoundary(IdentityStreams streams) : IOperation<DeleteRolePermissionsBoundaryInput, NoOutput>
{
    public async ValueTask<NoOutput> HandleAsync(DeleteRolePermissionsBoundaryInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = Invalid.RoleName(request.RoleName);
        await streams.ExecuteAsync(context, new SetPermissionsBoundary(name, PolicyArn: null), cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
