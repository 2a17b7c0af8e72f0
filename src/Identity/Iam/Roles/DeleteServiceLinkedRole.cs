using Berth.Wire;

namespace Berth.Identity;

internal sealed record DeleteServiceLinkedRoleInput(string? RoleName);

internal sealed record DeleteServiceLinkedRoleOutput(string DeletionTaskId);

/// <summary>Deletes the role of a service; it is gone when the answer comes.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServiceLinkedRole.html</remarks>
internal sealed class DeleteServiceLinkedRole(IdentityStreams streams) : IOperation<DeleteServiceLinkedRoleInput, DeleteServiceLinkedRoleOutput>
{
    public async ValueTask<DeleteServiceLinkedRoleOutput> HandleAsync(DeleteServiceLinkedRoleInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = Invalid.RoleName(request.RoleName);
        return new(await streams.ExecuteAsync(context, new Domain.DeleteServiceLinkedRole(name), cancellationToken).ConfigureAwait(false));
    }
}
