using Berth.Domain;
using Berth.Wire;

namespace Berth.Identity;

internal sealed record GetPolicyVersionInput(string? PolicyArn, string? VersionId);

internal sealed record GetPolicyVersionOutput(PolicyVersionShape PolicyVersion);

/// <summary>Tells the text of a managed policy.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html</remarks>
internal sealed class GetPolicyVersion(IdentityStreams streams) : IOperation<GetPolicyVersionInput, GetPolicyVersionOutput>
{
    public async ValueTask<GetPolicyVersionOutput> HandleAsync(GetPolicyVersionInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var arn = Invalid.PolicyArn(request.PolicyArn);
        var id = Invalid.VersionId(request.VersionId);
        if (AwsManagedPolicies.Find(arn) is { } known)
        {
            return id == known.VersionId
                ? new(new(ShapesOfState.Encode(known.Document), known.VersionId, IsDefaultVersion: true, known.CreateDate))
                : throw IdentityRefusal.NoSuchEntity($"Policy {arn} version {id} does not exist or is not attachable.");
        }

        var policy = (await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false)).Policy(arn);
        return new(policy.RequireVersion(id).Shape(policy, whole: true));
    }
}
