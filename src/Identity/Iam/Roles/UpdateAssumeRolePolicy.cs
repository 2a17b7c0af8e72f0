using Berth.Domain;
using Berth.Wire;

namespace Berth.Identity;

internal sealed record UpdateAssumeRolePolicyInput(string? RoleName, string? PolicyDocument);

/// <summary>Changes who may assume a role.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html</remarks>
internal sealed class UpdateAssumeRolePolicy(IdentityStreams streams) : IOperation<UpdateAssumeRolePolicyInput, NoOutput>
{
    public async ValueTask<NoOutput> HandleAsync(UpdateAssumeRolePolicyInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = Invalid.RoleName(request.RoleName);
        var document = Invalid.Document(request.PolicyDocument, "policyDocument");
        await streams.ExecuteAsync(context, new UpdateTrustPolicy(name, document), cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
