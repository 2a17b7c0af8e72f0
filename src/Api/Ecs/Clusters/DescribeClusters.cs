using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record DescribeClustersRequest
{
    public List<string>? Clusters { get; set; }

    public List<string>? Include { get; set; }
}

internal sealed record DescribeClustersResponse
{
    public List<ClusterShape>? Clusters { get; set; }

    public List<FailureShape>? Failures { get; set; }
}

/// <summary>Tells clusters, deleted ones included; without names, the one named default.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeClusters.html</remarks>
internal sealed class DescribeClusters(ClusterStreams clusters) : IOperation<DescribeClustersRequest, DescribeClustersResponse>
{
    private const int MostClusters = 100;

    public async ValueTask<DescribeClustersResponse> HandleAsync(DescribeClustersRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        WireEnums.ClusterField.Require(request.Include, "include");
        List<string> asked = request.Clusters is { Count: > 0 } given ? given : ["default"];
        if (asked.Count > MostClusters)
        {
            throw AwsException.InvalidParameter($"Clusters cannot have more than {MostClusters} entries.");
        }

        var answer = new DescribeClustersResponse { Clusters = [], Failures = [] };
        foreach (var identifier in asked.Distinct(StringComparer.Ordinal))
        {
            var isArn = identifier.StartsWith("arn:", StringComparison.Ordinal);
            var arn = isArn ? identifier : $"arn:aws:ecs:{context.Region}:{context.AccountId}:cluster/{identifier}";
            var name = arn[(arn.IndexOf('/', StringComparison.Ordinal) + 1)..];
            var isHere = arn.StartsWith($"arn:aws:ecs:{context.Region}:{context.AccountId}:cluster/", StringComparison.Ordinal);
            var state = isHere ? await clusters.FindAsync(context, name, cancellationToken).ConfigureAwait(false) : null;
            if (state is null or { Status: ClusterStatus.Missing })
            {
                answer.Failures.Add(new() { Arn = arn, Reason = "MISSING" });
            }
            else
            {
                answer.Clusters.Add(ClusterAnswer.Of(state, request.Include ?? []));
            }
        }

        return answer;
    }
}
