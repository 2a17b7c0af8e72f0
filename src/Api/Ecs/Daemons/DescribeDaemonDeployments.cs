using Berth.Wire;

namespace Berth.Api;

internal sealed record DescribeDaemonDeploymentsRequest
{
    public List<string>? DaemonDeploymentArns { get; set; }
}

internal sealed record DescribeDaemonDeploymentsResponse
{
    public List<FailureShape>? Failures { get; set; }

    public List<DaemonDeploymentShape>? DaemonDeployments { get; set; }
}

/// <summary>Tells rollouts of daemons by ARN.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeDaemonDeployments.html</remarks>
internal sealed class DescribeDaemonDeployments(ClusterStreams clusters) : IOperation<DescribeDaemonDeploymentsRequest, DescribeDaemonDeploymentsResponse>
{
    private const int Most = 20;

    public async ValueTask<DescribeDaemonDeploymentsResponse> HandleAsync(DescribeDaemonDeploymentsRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        var arns = request.DaemonDeploymentArns is { Count: > 0 } given ? given : throw AwsException.InvalidParameter("Daemon deployment ARNs cannot be empty.");
        if (arns.Count > Most)
        {
            throw AwsException.InvalidParameter($"Daemon deployment ARNs cannot have more than {Most} entries.");
        }

        var parts = arns.Distinct(StringComparer.Ordinal).Select(arn => (Arn: arn, Part: ServiceArns.Read(arn, "daemon-deployment", "daemonDeploymentArn", context))).ToList();
        var states = await clusters.StatesAsync(parts.Select(entry => entry.Part), context, cancellationToken).ConfigureAwait(false);
        var answer = new DescribeDaemonDeploymentsResponse { DaemonDeployments = [], Failures = [] };
        foreach (var (arn, part) in parts)
        {
            if (states[part.Cluster] is { } state
                && state.Daemons.GetValueOrDefault(part.Service) is { } daemon
                && daemon.Deployments.FirstOrDefault(rollout => rollout.Id == part.Id) is { } found)
            {
                answer.DaemonDeployments.Add(DaemonDeploymentAnswer.Of(state, daemon, found, context));
            }
            else
            {
                answer.Failures.Add(new() { Arn = arn, Reason = "MISSING" });
            }
        }

        return answer;
    }
}
