using Berth.Wire;

namespace Berth.Identity;

internal sealed record TagInstanceProfileInput(string? InstanceProfileName, IReadOnlyList<TagShape>? Tags);

/// <summary>Adds tags to an instance profile.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagInstanceProfile.html</remarks>
internal sealed class TagInstanceProfile(IdentityStreams streams) : IOperation<TagInstanceProfileInput, NoOutput>
{
    public async ValueTask<NoOutput> HandleAsync(TagInstanceProfileInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = Invalid.Name(request.InstanceProfileName, "instanceProfileName");
        var tags = Invalid.RequiredTags(request.Tags);
        await streams.ExecuteAsync(context, new Domain.TagInstanceProfile(name, tags, []), cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
