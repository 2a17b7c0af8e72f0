using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record UpdateContainerInstancesStateRequest
{
    public string? Cluster { get; set; }

    public List<string>? ContainerInstances { get; set; }

    public string? Status { get; set; }
}

internal sealed record UpdateContainerInstancesStateResponse
{
    public List<ContainerInstanceShape>? ContainerInstances { get; set; }

    public List<FailureShape>? Failures { get; set; }
}

/// <summary>Sets container instances ACTIVE or DRAINING.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateContainerInstancesState.html</remarks>
internal sealed class UpdateContainerInstancesState(ClusterStreams clusters) : IOperation<UpdateContainerInstancesStateRequest, UpdateContainerInstancesStateResponse>
{
    private const int MostInstances = 10;

    public async ValueTask<UpdateContainerInstancesStateResponse> HandleAsync(UpdateContainerInstancesStateRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        var status = request.Status switch
        {
            "ACTIVE" => ContainerInstanceStatus.Active,
            "DRAINING" => ContainerInstanceStatus.Draining,
            _ => throw AwsException.InvalidParameter("Container instance status should be one of [ACTIVE, DRAINING]"),
        };
        var asked = request.ContainerInstances is { Count: > 0 } given ? given : throw AwsException.Client("Container Instances cannot be empty.");
        if (asked.Count > MostInstances)
        {
            throw AwsException.InvalidParameter($"Container Instances cannot have more than {MostInstances} entries.");
        }

        var cluster = EcsIdentifiers.Cluster(request.Cluster, context);
        var command = new UpdateContainerInstancesStateCommand([.. asked.Select(identifier => EcsIdentifiers.ContainerInstance(identifier, cluster, context))], status);
        var result = await clusters.ExecuteAsync(context, cluster, command, cancellationToken).ConfigureAwait(false);
        var state = await clusters.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        return new()
        {
            ContainerInstances = [.. result.Instances.Select(instance => ContainerInstanceAnswer.Of(state, instance, []))],
            Failures = [.. result.Failures.Select(failure => Failures.Show(state, failure))],
        };
    }
}
