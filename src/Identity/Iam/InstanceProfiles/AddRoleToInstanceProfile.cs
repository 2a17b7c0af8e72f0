using Berth.Wire;

namespace Berth.Identity;

internal sealed record AddRoleToInstanceProfileInput(string? InstanceProfileName, string? RoleName);

/// <summary>Gives an instance profile its one role.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddRoleToInstanceProfile.html</remarks>
internal sealed class AddRoleToInstanceProfile(IdentityStreams streams) : IOperation<AddRoleToInstanceProfileInput, NoOutput>
{
    public async ValueTask<NoOutput> HandleAsync(AddRoleToInstanceProfileInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = Invalid.Name(request.InstanceProfileName, "instanceProfileName");
        var role = Invalid.RoleName(request.RoleName);
        await streams.ExecuteAsync(context, new Domain.AddRoleToInstanceProfile(name, role), cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
