using Berth.Wire;

namespace Berth.Identity;

internal sealed record CreatePolicyVersionInput(string? PolicyArn, string? PolicyDocument, bool? SetAsDefault);

internal sealed record CreatePolicyVersionOutput(PolicyVersionShape PolicyVersion);

/// <summary>Adds a version to a managed policy.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html</remarks>
internal sealed class CreatePolicyVersion(IdentityStreams streams) : IOperation<CreatePolicyVersionInput, CreatePolicyVersionOutput>
{
    public async ValueTask<CreatePolicyVersionOutput> HandleAsync(CreatePolicyVersionInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var arn = AwsManagedPolicies.CheckOwn(Invalid.PolicyArn(request.PolicyArn));
        var document = Invalid.Document(request.PolicyDocument, "policyDocument");
        var version = await streams.ExecuteAsync(context, new Domain.CreatePolicyVersion(arn, document, request.SetAsDefault ?? false), cancellationToken).ConfigureAwait(false);
        return new(new(null, version.Id, request.SetAsDefault ?? false, version.CreateDate));
    }
}
