using Berth.Wire;

namespace Berth.Identity;

internal sealed record TagPolicyInput(string? PolicyArn, IReadOnlyList<TagShape>? Tags);

/// <summary>Adds tags to a managed policy.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagPolicy.html</remarks>
internal sealed class TagPolicy(IdentityStreams streams) : IOperation<TagPolicyInput, NoOutput>
{
    public async ValueTask<NoOutput> HandleAsync(TagPolicyInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var arn = AwsManagedPolicies.CheckOwn(Invalid.PolicyArn(request.PolicyArn));
        var tags = Invalid.RequiredTags(request.Tags);
        await streams.ExecuteAsync(context, new Domain.TagPolicy(arn, tags, []), cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
