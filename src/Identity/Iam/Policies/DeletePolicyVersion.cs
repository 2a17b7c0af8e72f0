using Berth.Wire;

namespace Berth.Identity;

internal sealed record DeletePolicyVersionInput(string? PolicyArn, string? VersionId);

/// <summary>Deletes a version of a managed policy that is not its default.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicyVersion.html</remarks>
internal sealed class DeletePolicyVersion(IdentityStreams streams) : IOperation<DeletePolicyVersionInput, NoOutput>
{
    public async ValueTask<NoOutput> HandleAsync(DeletePolicyVersionInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var arn = AwsManagedPolicies.CheckOwn(Invalid.PolicyArn(request.PolicyArn));
        var id = Invalid.VersionId(request.VersionId);
        await streams.ExecuteAsync(context, new Domain.DeletePolicyVersion(arn, id), cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
