using Berth.Wire;

namespace Berth.Identity;

internal sealed record DeletePolicyInput(string? PolicyArn);

/// <summary>Deletes a managed policy that nothing has any more.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html</remarks>
internal sealed class DeletePolicy(IdentityStreams streams) : IOperation<DeletePolicyInput, NoOutput>
{
    public async ValueTask<NoOutput> HandleAsync(DeletePolicyInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var arn = AwsManagedPolicies.CheckOwn(Invalid.PolicyArn(request.PolicyArn));
        await streams.ExecuteAsync(context, new Domain.DeletePolicy(arn), cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
