using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record StopTaskRequest
{
    public string? Cluster { get; set; }

    public string? Task { get; set; }

    public string? Reason { get; set; }
}

internal sealed record StopTaskResponse
{
    public TaskShape? Task { get; set; }
}

/// <summary>Asks a task to stop; the answer comes at once, the stopping is the agent's.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StopTask.html</remarks>
internal sealed class StopTask(ClusterStreams clusters) : IOperation<StopTaskRequest, StopTaskResponse>
{
    private const int MostReasonLength = 1024;

    public async ValueTask<StopTaskResponse> HandleAsync(StopTaskRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        if (request.Reason?.Length > MostReasonLength)
        {
            throw AwsException.InvalidParameter($"reason can have at most {MostReasonLength} characters.");
        }

        var cluster = EcsIdentifiers.Cluster(request.Cluster, context);
        var command = new StopTaskCommand(EcsIdentifiers.Task(request.Task, cluster, context), request.Reason);
        var task = await clusters.ExecuteAsync(context, cluster, command, cancellationToken).ConfigureAwait(false);
        var state = await clusters.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        return new() { Task = TaskAnswer.Of(state, task, withTags: false) };
    }
}
