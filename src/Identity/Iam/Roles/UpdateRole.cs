using Berth.Wire;

namespace Berth.Identity;

internal sealed record UpdateRoleInput(string? RoleName, string? Description, int? MaxSessionDuration);

internal sealed record UpdateRoleOutput;

/// <summary>Changes what is said of a role and how long its sessions may last; what is left out stays.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html</remarks>
internal sealed class UpdateRole(IdentityStreams streams) : IOperation<UpdateRoleInput, UpdateRoleOutput>
{
    public async ValueTask<UpdateRoleOutput> HandleAsync(UpdateRoleInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = Invalid.RoleName(request.RoleName);
        var description = Invalid.Description(request.Description);
        var seconds = Invalid.SessionSeconds(request.MaxSessionDuration);
        await streams.ExecuteAsync(context, new Domain.UpdateRole(name, description, KeepDescription: request.Description is null, seconds), cancellationToken).ConfigureAwait(false);
        return new();
    }
}
