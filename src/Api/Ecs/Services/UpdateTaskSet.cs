using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record UpdateTaskSetRequest
{
    public string? Cluster { get; set; }

    public string? Service { get; set; }

    public string? TaskSet { get; set; }

    public ScaleShape? Scale { get; set; }
}

internal sealed record UpdateTaskSetResponse
{
    public TaskSetShape? TaskSet { get; set; }
}

/// <summary>Gives a task set another share of its service's desired count.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateTaskSet.html</remarks>
internal sealed class UpdateTaskSet(ClusterStreams clusters) : IOperation<UpdateTaskSetRequest, UpdateTaskSetResponse>
{
    public async ValueTask<UpdateTaskSetResponse> HandleAsync(UpdateTaskSetRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        var cluster = TaskSetRules.Cluster(request.Cluster, context);
        var service = EcsIdentifiers.Service(request.Service, cluster, context);
        var id = ServiceArns.TaskSet(request.TaskSet, cluster, service, context);
        var scale = TaskSetRules.Scale(request.Scale ?? throw AwsException.InvalidParameter("scale can not be null."));
        var set = await clusters.ExecuteAsync(context, cluster, new UpdateTaskSetCommand(service, id, scale), cancellationToken).ConfigureAwait(false);
        var state = await clusters.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        return new() { TaskSet = TaskSetAnswer.Of(state, state.Services[service], set, withTags: false) };
    }
}
