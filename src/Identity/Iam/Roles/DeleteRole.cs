using Berth.Wire;

namespace Berth.Identity;

internal sealed record DeleteRoleInput(string? RoleName);

/// <summary>Deletes a role that nothing hangs on any more.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html</remarks>
internal sealed class DeleteRole(IdentityStreams streams) : IOperation<DeleteRoleInput, NoOutput>
{
    public async ValueTask<NoOutput> HandleAsync(DeleteRoleInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = Invalid.RoleName(request.RoleName);
        await streams.ExecuteAsync(context, new Domain.DeleteRole(name), cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
