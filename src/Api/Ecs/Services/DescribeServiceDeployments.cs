using Berth.Wire;

namespace Berth.Api;

internal sealed record DescribeServiceDeploymentsRequest
{
    public List<string>? ServiceDeploymentArns { get; set; }
}

internal sealed record DescribeServiceDeploymentsResponse
{
    public List<ServiceDeploymentShape>? ServiceDeployments { get; set; }

    public List<FailureShape>? Failures { get; set; }
}

/// <summary>Tells rollouts of services by ARN.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceDeployments.html</remarks>
internal sealed class DescribeServiceDeployments(ClusterStreams clusters) : IOperation<DescribeServiceDeploymentsRequest, DescribeServiceDeploymentsResponse>
{
    private const int Most = 20;

    public async ValueTask<DescribeServiceDeploymentsResponse> HandleAsync(DescribeServiceDeploymentsRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        var arns = request.ServiceDeploymentArns is { Count: > 0 } given ? given : throw AwsException.InvalidParameter("Service deployment ARNs cannot be empty.");
        if (arns.Count > Most)
        {
            throw AwsException.InvalidParameter($"Service deployment ARNs cannot have more than {Most} entries.");
        }

        var parts = arns.Distinct(StringComparer.Ordinal).Select(arn => (Arn: arn, Part: ServiceArns.Read(arn, "service-deployment", "serviceDeploymentArn", context))).ToList();
        var states = await clusters.StatesAsync(parts.Select(entry => entry.Part), context, cancellationToken).ConfigureAwait(false);
        var answer = new DescribeServiceDeploymentsResponse { ServiceDeployments = [], Failures = [] };
        foreach (var (arn, part) in parts)
        {
            if (states[part.Cluster] is { } state
                && state.Services.GetValueOrDefault(part.Service) is { } service
                && service.ServiceDeployments.FirstOrDefault(rollout => rollout.Id == part.Id) is { } found)
            {
                answer.ServiceDeployments.Add(ServiceDeploymentAnswer.Of(state, service, found));
            }
            else
            {
                answer.Failures.Add(new() { Arn = arn, Reason = "MISSING" });
            }
        }

        return answer;
    }
}
