using Berth.Wire;

namespace Berth.Identity;

internal sealed record UpdateRoleDescriptionInput(string? RoleName, string? Description);

internal sealed record UpdateRoleDescriptionOutput(RoleShape Role);

/// <summary>Changes what is said of a role.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRoleDescription.html</remarks>
internal sealed class UpdateRoleDescription(IdentityStreams streams) : IOperation<UpdateRoleDescriptionInput, UpdateRoleDescriptionOutput>
{
    public async ValueTask<UpdateRoleDescriptionOutput> HandleAsync(UpdateRoleDescriptionInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = Invalid.RoleName(request.RoleName);
        var description = request.Description is null ? throw Invalid.Constraint("description", "Member must not be null") : Invalid.Description(request.Description);
        var role = await streams.ExecuteAsync(context, new Domain.UpdateRole(name, description, KeepDescription: false, MaxSessionSeconds: null), cancellationToken).ConfigureAwait(false);
        return new(role.Shape(await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false)));
    }
}
