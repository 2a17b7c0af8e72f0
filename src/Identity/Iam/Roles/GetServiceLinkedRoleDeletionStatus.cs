using Berth.Domain;
using Berth.Wire;

namespace Berth.Identity;

internal sealed record GetServiceLinkedRoleDeletionStatusInput(string? DeletionTaskId);

internal sealed record GetServiceLinkedRoleDeletionStatusOutput(string Status);

/// <summary>Tells that a service's role was deleted: no deletion takes time here.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLinkedRoleDeletionStatus.html</remarks>
internal sealed class GetServiceLinkedRoleDeletionStatus(IdentityStreams streams)
    : IOperation<GetServiceLinkedRoleDeletionStatusInput, GetServiceLinkedRoleDeletionStatusOutput>
{
    public async ValueTask<GetServiceLinkedRoleDeletionStatusOutput> HandleAsync(GetServiceLinkedRoleDeletionStatusInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var task = Invalid.Required(request.DeletionTaskId, "deletionTaskId", 1000);
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        return state.DeletionTasks.Contains(task) ? new("SUCCEEDED") : throw IdentityRefusal.NoSuchEntity($"The deletion task id {task} cannot be found.");
    }
}
