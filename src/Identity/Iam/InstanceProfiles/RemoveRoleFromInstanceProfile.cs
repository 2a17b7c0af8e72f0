using Berth.Wire;

namespace Berth.Identity;

internal sealed record RemoveRoleFromInstanceProfileInput(string? InstanceProfileName, string? RoleName);

/// <summary>Takes its role from an instance profile.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveRoleFromInstanceProfile.html</remarks>
internal sealed class RemoveRoleFromInstanceProfile(IdentityStreams streams) : IOperation<RemoveRoleFromInstanceProfileInput, NoOutput>
{
    public async ValueTask<NoOutput> HandleAsync(RemoveRoleFromInstanceProfileInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = Invalid.Name(request.InstanceProfileName, "instanceProfileName");
        var role = Invalid.RoleName(request.RoleName);
        await streams.ExecuteAsync(context, new Domain.RemoveRoleFromInstanceProfile(name, role), cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
