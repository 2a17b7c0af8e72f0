using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record DeleteClusterRequest
{
    public string? Cluster { get; set; }
}

internal sealed record DeleteClusterResponse
{
    public ClusterShape? Cluster { get; set; }
}

/// <summary>Deletes a cluster that has no container instance, no service and no task.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteCluster.html</remarks>
internal sealed class DeleteCluster(AccountStreams account, ClusterStreams clusters) : IOperation<DeleteClusterRequest, DeleteClusterResponse>
{
    public async ValueTask<DeleteClusterResponse> HandleAsync(DeleteClusterRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(request.Cluster))
        {
            throw AwsException.InvalidParameter("Cluster can not be blank.");
        }

        var name = EcsIdentifiers.Cluster(request.Cluster, context);
        var known = await clusters.FindAsync(context, name, cancellationToken).ConfigureAwait(false);
        var deleted = known is { Status: ClusterStatus.Active }
            ? await clusters.ExecuteAsync(context, name, new DeleteClusterCommand(), cancellationToken).ConfigureAwait(false)
            : null;

        // The name last, and also when only the name is left of an earlier call that broke off.
        await account.ExecuteAsync(context, new RemoveClusterCommand(name), cancellationToken).ConfigureAwait(false);
        return new() { Cluster = ClusterAnswer.Of(deleted ?? throw EcsIdentifiers.ClusterNotFound(), ClusterAnswer.Changed) };
    }
}
