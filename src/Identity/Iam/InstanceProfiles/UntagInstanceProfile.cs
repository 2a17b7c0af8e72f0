using Berth.Wire;

namespace Berth.Identity;

internal sealed record UntagInstanceProfileInput(string? InstanceProfileName, IReadOnlyList<string>? TagKeys);

/// <summary>Removes tags from an instance profile.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagInstanceProfile.html</remarks>
internal sealed class UntagInstanceProfile(IdentityStreams streams) : IOperation<UntagInstanceProfileInput, NoOutput>
{
    public async ValueTask<NoOutput> HandleAsync(UntagInstanceProfileInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = Invalid.Name(request.InstanceProfileName, "instanceProfileName");
        var keys = Invalid.RequiredTagKeys(request.TagKeys);
        await streams.ExecuteAsync(context, new Domain.TagInstanceProfile(name, [], keys), cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
