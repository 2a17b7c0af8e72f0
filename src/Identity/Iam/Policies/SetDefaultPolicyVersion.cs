using Berth.Wire;

namespace Berth.Identity;

internal sealed record SetDefaultPolicyVersionInput(string? PolicyArn, string? VersionId);

/// <summary>Makes a version of a managed policy the one that counts.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetDefaultPolicyVersion.html</remarks>
internal sealed class SetDefaultPolicyVersion(IdentityStreams streams) : IOperation<SetDefaultPolicyVersionInput, NoOutput>
{
    public async ValueTask<NoOutput> HandleAsync(SetDefaultPolicyVersionInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var arn = AwsManagedPolicies.CheckOwn(Invalid.PolicyArn(request.PolicyArn));
        var id = Invalid.VersionId(request.VersionId);
        await streams.ExecuteAsync(context, new Domain.SetDefaultPolicyVersion(arn, id), cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
