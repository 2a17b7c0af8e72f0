using Berth.Wire;

namespace Berth.Api;

internal sealed record DescribeDaemonRevisionsRequest
{
    public List<string>? DaemonRevisionArns { get; set; }
}

internal sealed record DescribeDaemonRevisionsResponse
{
    public List<DaemonRevisionShape>? DaemonRevisions { get; set; }

    public List<FailureShape>? Failures { get; set; }
}

/// <summary>Tells what daemons were made of, by ARN.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeDaemonRevisions.html</remarks>
internal sealed class DescribeDaemonRevisions(ClusterStreams clusters) : IOperation<DescribeDaemonRevisionsRequest, DescribeDaemonRevisionsResponse>
{
    private const int Most = 20;

    public async ValueTask<DescribeDaemonRevisionsResponse> HandleAsync(DescribeDaemonRevisionsRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        var arns = request.DaemonRevisionArns is { Count: > 0 } given ? given : throw AwsException.InvalidParameter("Daemon revision ARNs cannot be empty.");
        if (arns.Count > Most)
        {
            throw AwsException.InvalidParameter($"Daemon revision ARNs cannot have more than {Most} entries.");
        }

        var parts = arns.Distinct(StringComparer.Ordinal).Select(arn => (Arn: arn, Part: ServiceArns.Read(arn, "daemon-revision", "daemonRevisionArn", context))).ToList();
        var states = await clusters.StatesAsync(parts.Select(entry => entry.Part), context, cancellationToken).ConfigureAwait(false);
        var answer = new DescribeDaemonRevisionsResponse { DaemonRevisions = [], Failures = [] };
        foreach (var (arn, part) in parts)
        {
            if (states[part.Cluster] is { } state
                && state.Daemons.GetValueOrDefault(part.Service) is { } daemon
                && daemon.Revisions.FirstOrDefault(revision => revision.Id == part.Id) is { } found)
            {
                answer.DaemonRevisions.Add(DaemonAnswer.Revision(state, daemon, found));
            }
            else
            {
                answer.Failures.Add(new() { Arn = arn, Reason = "MISSING" });
            }
        }

        return answer;
    }
}
