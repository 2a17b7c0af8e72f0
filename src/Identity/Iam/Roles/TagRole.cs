using Berth.Wire;

namespace Berth.Identity;

internal sealed record TagRoleInput(string? RoleName, IReadOnlyList<TagShape>? Tags);

/// <summary>Adds tags to a role.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagRole.html</remarks>
internal sealed class TagRole(IdentityStreams streams) : IOperation<TagRoleInput, NoOutput>
{
    public async ValueTask<NoOutput> HandleAsync(TagRoleInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = Invalid.RoleName(request.RoleName);
        var tags = Invalid.RequiredTags(request.Tags);
        await streams.ExecuteAsync(context, new Domain.TagRole(name, tags, []), cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
