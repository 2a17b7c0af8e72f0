using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record DeleteServiceRequest
{
    public string? Cluster { get; set; }

    public string? Service { get; set; }

    public bool? Force { get; set; }
}

internal sealed record DeleteServiceResponse
{
    public ServiceShape? Service { get; set; }
}

/// <summary>Deletes a service: its tasks stop, and then it is INACTIVE.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteService.html</remarks>
internal sealed class DeleteService(ClusterStreams clusters) : IOperation<DeleteServiceRequest, DeleteServiceResponse>
{
    public async ValueTask<DeleteServiceResponse> HandleAsync(DeleteServiceRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        var cluster = EcsIdentifiers.Cluster(request.Cluster, context);
        var command = new DeleteServiceCommand(EcsIdentifiers.Service(request.Service, cluster, context), request.Force == true);
        var service = await clusters.ExecuteAsync(context, cluster, command, cancellationToken).ConfigureAwait(false);
        var state = await clusters.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        return new() { Service = ServiceAnswer.Of(state, service, withTags: false) };
    }
}
