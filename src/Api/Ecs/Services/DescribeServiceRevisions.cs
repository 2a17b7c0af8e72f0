using Berth.Wire;

namespace Berth.Api;

internal sealed record DescribeServiceRevisionsRequest
{
    public List<string>? ServiceRevisionArns { get; set; }
}

internal sealed record DescribeServiceRevisionsResponse
{
    public List<ServiceRevisionShape>? ServiceRevisions { get; set; }

    public List<FailureShape>? Failures { get; set; }
}

/// <summary>Tells what services' tasks were made of, by ARN.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceRevisions.html</remarks>
internal sealed class DescribeServiceRevisions(ClusterStreams clusters) : IOperation<DescribeServiceRevisionsRequest, DescribeServiceRevisionsResponse>
{
    private const int Most = 20;

    public async ValueTask<DescribeServiceRevisionsResponse> HandleAsync(DescribeServiceRevisionsRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        var arns = request.ServiceRevisionArns is { Count: > 0 } given ? given : throw AwsException.InvalidParameter("Service revision ARNs cannot be empty.");
        if (arns.Count > Most)
        {
            throw AwsException.InvalidParameter($"Service revision ARNs cannot have more than {Most} entries.");
        }

        var parts = arns.Distinct(StringComparer.Ordinal).Select(arn => (Arn: arn, Part: ServiceArns.Read(arn, "service-revision", "serviceRevisionArn", context))).ToList();
        var states = await clusters.StatesAsync(parts.Select(entry => entry.Part), context, cancellationToken).ConfigureAwait(false);
        var answer = new DescribeServiceRevisionsResponse { ServiceRevisions = [], Failures = [] };
        foreach (var (arn, part) in parts)
        {
            if (states[part.Cluster] is { } state && state.Services.GetValueOrDefault(part.Service) is { } service && service.Revision(part.Id) is { } found)
            {
                answer.ServiceRevisions.Add(ServiceRevisionAnswer.Of(state, service, found));
            }
            else
            {
                answer.Failures.Add(new() { Arn = arn, Reason = "MISSING" });
            }
        }

        return answer;
    }
}
