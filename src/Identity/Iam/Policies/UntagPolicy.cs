using Berth.Wire;

namespace Berth.Identity;

internal sealed record UntagPolicyInput(string? PolicyArn, IReadOnlyList<string>? TagKeys);

/// <summary>Removes tags from a managed policy.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagPolicy.html</remarks>
internal sealed class UntagPolicy(IdentityStreams streams) : IOperation<UntagPolicyInput, NoOutput>
{
    public async ValueTask<NoOutput> HandleAsync(UntagPolicyInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var arn = AwsManagedPolicies.CheckOwn(Invalid.PolicyArn(request.PolicyArn));
        var keys = Invalid.RequiredTagKeys(request.TagKeys);
        await streams.ExecuteAsync(context, new Domain.TagPolicy(arn, [], keys), cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
