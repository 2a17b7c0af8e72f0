using Berth.Wire;

namespace Berth.Identity;

internal sealed record ListPolicyVersionsInput(string? PolicyArn, string? Marker, int? MaxItems);

internal sealed record ListPolicyVersionsOutput(IReadOnlyList<PolicyVersionShape> Versions, bool IsTruncated, string? Marker);

/// <summary>Lists the versions of a managed policy.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyVersions.html</remarks>
internal sealed class ListPolicyVersions(IdentityStreams streams) : IOperation<ListPolicyVersionsInput, ListPolicyVersionsOutput>
{
    public async ValueTask<ListPolicyVersionsOutput> HandleAsync(ListPolicyVersionsInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var arn = Invalid.PolicyArn(request.PolicyArn);
        if (AwsManagedPolicies.Find(arn) is { } known)
        {
            return new([new(null, known.VersionId, IsDefaultVersion: true, known.CreateDate)], IsTruncated: false, null);
        }

        var policy = (await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false)).Policy(arn);
        var (page, truncated, marker) = Page.Of(policy.Versions, version => version.Id.PadLeft(10), request.Marker, request.MaxItems);
        return new([.. page.Select(version => version.Shape(policy, whole: false))], truncated, marker);
    }
}
