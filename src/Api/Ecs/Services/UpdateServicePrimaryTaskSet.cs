using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record UpdateServicePrimaryTaskSetRequest
{
    public string? Cluster { get; set; }

    public string? Service { get; set; }

    public string? PrimaryTaskSet { get; set; }
}

internal sealed record UpdateServicePrimaryTaskSetResponse
{
    public TaskSetShape? TaskSet { get; set; }
}

/// <summary>Makes one task set of a service the primary one.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateServicePrimaryTaskSet.html</remarks>
internal sealed class UpdateServicePrimaryTaskSet(ClusterStreams clusters) : IOperation<UpdateServicePrimaryTaskSetRequest, UpdateServicePrimaryTaskSetResponse>
{
    public async ValueTask<UpdateServicePrimaryTaskSetResponse> HandleAsync(UpdateServicePrimaryTaskSetRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        var cluster = TaskSetRules.Cluster(request.Cluster, context);
        var service = EcsIdentifiers.Service(request.Service, cluster, context);
        var id = ServiceArns.TaskSet(request.PrimaryTaskSet, cluster, service, context);
        var set = await clusters.ExecuteAsync(context, cluster, new UpdateServicePrimaryTaskSetCommand(service, id), cancellationToken).ConfigureAwait(false);
        var state = await clusters.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        return new() { TaskSet = TaskSetAnswer.Of(state, state.Services[service], set, withTags: false) };
    }
}
