using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record DeleteTaskSetRequest
{
    public string? Cluster { get; set; }

    public string? Service { get; set; }

    public string? TaskSet { get; set; }

    public bool? Force { get; set; }
}

internal sealed record DeleteTaskSetResponse
{
    public TaskSetShape? TaskSet { get; set; }
}

/// <summary>Deletes a task set: its tasks stop, then it is gone.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteTaskSet.html</remarks>
internal sealed class DeleteTaskSet(ClusterStreams clusters) : IOperation<DeleteTaskSetRequest, DeleteTaskSetResponse>
{
    public async ValueTask<DeleteTaskSetResponse> HandleAsync(DeleteTaskSetRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        var cluster = TaskSetRules.Cluster(request.Cluster, context);
        var service = EcsIdentifiers.Service(request.Service, cluster, context);
        var id = ServiceArns.TaskSet(request.TaskSet, cluster, service, context);
        var set = await clusters.ExecuteAsync(context, cluster, new DeleteTaskSetCommand(service, id, request.Force == true), cancellationToken).ConfigureAwait(false);
        var state = await clusters.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        return new() { TaskSet = TaskSetAnswer.Of(state, state.Services[service], set, withTags: false) };
    }
}
