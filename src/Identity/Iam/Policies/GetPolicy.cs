using Berth.Wire;

namespace Berth.Identity;

internal sealed record GetPolicyInput(string? PolicyArn);

internal sealed record GetPolicyOutput(PolicyShape Policy);

/// <summary>Tells all of a managed policy but its text.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicy.html</remarks>
internal sealed class GetPolicy(IdentityStreams streams) : IOperation<GetPolicyInput, GetPolicyOutput>
{
    public async ValueTask<GetPolicyOutput> HandleAsync(GetPolicyInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var arn = Invalid.PolicyArn(request.PolicyArn);
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        return new(AwsManagedPolicies.Find(arn)?.Shape(state) ?? state.Policy(arn).Shape(state));
    }
}
