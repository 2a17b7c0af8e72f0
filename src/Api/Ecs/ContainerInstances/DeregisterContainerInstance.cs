using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record DeregisterContainerInstanceRequest
{
    public string? Cluster { get; set; }

    public string? ContainerInstance { get; set; }

    public bool? Force { get; set; }
}

internal sealed record DeregisterContainerInstanceResponse
{
    public ContainerInstanceShape? ContainerInstance { get; set; }
}

/// <summary>Takes a container instance out of its cluster.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeregisterContainerInstance.html</remarks>
internal sealed class DeregisterContainerInstance(ClusterStreams clusters) : IOperation<DeregisterContainerInstanceRequest, DeregisterContainerInstanceResponse>
{
    public async ValueTask<DeregisterContainerInstanceResponse> HandleAsync(DeregisterContainerInstanceRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        var cluster = EcsIdentifiers.Cluster(request.Cluster, context);
        var command = new DeregisterContainerInstanceCommand(EcsIdentifiers.ContainerInstance(request.ContainerInstance, cluster, context), request.Force == true);
        var instance = await clusters.ExecuteAsync(context, cluster, command, cancellationToken).ConfigureAwait(false);
        var state = await clusters.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        return new() { ContainerInstance = ContainerInstanceAnswer.Of(state, instance, []) };
    }
}
