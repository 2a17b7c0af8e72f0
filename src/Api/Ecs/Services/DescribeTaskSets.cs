using Berth.Wire;

namespace Berth.Api;

internal sealed record DescribeTaskSetsRequest
{
    public string? Cluster { get; set; }

    public string? Service { get; set; }

    public List<string>? TaskSets { get; set; }

    public List<string>? Include { get; set; }
}

internal sealed record DescribeTaskSetsResponse
{
    public List<TaskSetShape>? TaskSets { get; set; }

    public List<FailureShape>? Failures { get; set; }
}

/// <summary>Tells a service's task sets: those named, or all.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTaskSets.html</remarks>
internal sealed class DescribeTaskSets(ClusterStreams clusters) : IOperation<DescribeTaskSetsRequest, DescribeTaskSetsResponse>
{
    private const int Most = 100;

    public async ValueTask<DescribeTaskSetsResponse> HandleAsync(DescribeTaskSetsRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        WireEnums.TaskSetField.Require(request.Include, "include");
        var cluster = TaskSetRules.Cluster(request.Cluster, context);
        var name = EcsIdentifiers.Service(request.Service, cluster, context);
        if (request.TaskSets?.Count > Most)
        {
            throw AwsException.InvalidParameter($"Task sets cannot have more than {Most} entries.");
        }

        var state = await clusters.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        var service = TaskSetRules.RequireExternal(state, name);
        var withTags = request.Include?.Contains("TAGS") == true;
        var answer = new DescribeTaskSetsResponse { TaskSets = [], Failures = [] };
        var ids = request.TaskSets is { Count: > 0 } asked
            ? asked.Select(text => ServiceArns.TaskSet(text, cluster, name, context)).Distinct(StringComparer.Ordinal)
            : service.TaskSets.Select(set => set.Id);
        foreach (var id in ids)
        {
            if (service.TaskSets.FirstOrDefault(set => set.Id == id) is { } found)
            {
                answer.TaskSets.Add(TaskSetAnswer.Of(state, service, found, withTags));
            }
            else
            {
                answer.Failures.Add(new() { Arn = state.TaskSetArn(name, id), Reason = "MISSING" });
            }
        }

        return answer;
    }
}
