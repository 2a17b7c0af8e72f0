using Berth.Wire;

namespace Berth.Identity;

internal sealed record GetRoleInput(string? RoleName);

internal sealed record GetRoleOutput(RoleShape Role);

/// <summary>Tells all of a role but its policies.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html</remarks>
internal sealed class GetRole(IdentityStreams streams) : IOperation<GetRoleInput, GetRoleOutput>
{
    public async ValueTask<GetRoleOutput> HandleAsync(GetRoleInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = Invalid.RoleName(request.RoleName);
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        return new(state.Role(name).Shape(state));
    }
}
