using Berth.Wire;

namespace Berth.Api;

internal sealed record DescribeTasksRequest
{
    public string? Cluster { get; set; }

    public List<string>? Tasks { get; set; }

    public List<string>? Include { get; set; }
}

internal sealed record DescribeTasksResponse
{
    public List<TaskShape>? Tasks { get; set; }

    public List<FailureShape>? Failures { get; set; }
}

/// <summary>Tells tasks by id; stopped ones for a time after their end.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html</remarks>
internal sealed class DescribeTasks(ClusterStreams clusters) : IOperation<DescribeTasksRequest, DescribeTasksResponse>
{
    private const int MostTasks = 100;

    public async ValueTask<DescribeTasksResponse> HandleAsync(DescribeTasksRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        WireEnums.TaskField.Require(request.Include, "include");
        var asked = request.Tasks is { Count: > 0 } given ? given : throw AwsException.InvalidParameter("Tasks cannot be empty.");
        if (asked.Count > MostTasks)
        {
            throw AwsException.InvalidParameter($"Tasks cannot have more than {MostTasks} entries.");
        }

        var state = await clusters.ReadAsync(context, request.Cluster, cancellationToken).ConfigureAwait(false);
        var withTags = request.Include?.Contains("TAGS") == true;
        var answer = new DescribeTasksResponse { Tasks = [], Failures = [] };
        foreach (var id in asked.Select(identifier => EcsIdentifiers.Task(identifier, state.Name, context)).Distinct(StringComparer.Ordinal))
        {
            if (state.Tasks.TryGetValue(id, out var task))
            {
                answer.Tasks.Add(TaskAnswer.Of(state, task, withTags));
            }
            else
            {
                answer.Failures.Add(new() { Arn = EcsIdentifiers.ArnOf(id, state.TaskArn), Reason = "MISSING" });
            }
        }

        return answer;
    }
}
