using Berth.Wire;

namespace Berth.Identity;

internal sealed record UntagRoleInput(string? RoleName, IReadOnlyList<string>? TagKeys);

/// <summary>Removes tags from a role.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagRole.html</remarks>
internal sealed class UntagRole(IdentityStreams streams) : IOperation<UntagRoleInput, NoOutput>
{
    public async ValueTask<NoOutput> HandleAsync(UntagRoleInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = Invalid.RoleName(request.RoleName);
        var keys = Invalid.RequiredTagKeys(request.TagKeys);
        await streams.ExecuteAsync(context, new Domain.TagRole(name, [], keys), cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
