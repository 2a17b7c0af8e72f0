using Berth.Wire;

namespace Berth.Api;

internal sealed record PutClusterCapacityProvidersRequest
{
    public string? Cluster { get; set; }

    public List<string>? CapacityProviders { get; set; }

    public List<CapacityProviderStrategyItemShape>? DefaultCapacityProviderStrategy { get; set; }
}

internal sealed record PutClusterCapacityProvidersResponse
{
    public ClusterShape? Cluster { get; set; }
}

/// <summary>Replaces a cluster's capacity providers and its default strategy.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html</remarks>
internal sealed class PutClusterCapacityProviders(ClusterStreams clusters, ClusterCapacity capacity)
    : IOperation<PutClusterCapacityProvidersRequest, PutClusterCapacityProvidersResponse>
{
    public async ValueTask<PutClusterCapacityProvidersResponse> HandleAsync(PutClusterCapacityProvidersRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(request.Cluster))
        {
            throw AwsException.InvalidParameter("Cluster can not be blank.");
        }

        if (request.CapacityProviders is null || request.DefaultCapacityProviderStrategy is null)
        {
            throw AwsException.InvalidParameter("Both capacityProviders and defaultCapacityProviderStrategy must be specified; either may be empty.");
        }

        var wanted = capacity.Read(request.CapacityProviders, request.DefaultCapacityProviderStrategy, context);
        var cluster = await clusters.ReadAsync(context, request.Cluster, cancellationToken).ConfigureAwait(false);
        await capacity.CheckAsync(cluster.Name, cluster, wanted, context, cancellationToken).ConfigureAwait(false);
        var changed = await capacity.PutAsync(cluster, wanted, context, cancellationToken).ConfigureAwait(false);
        return new() { Cluster = ClusterAnswer.Of(changed, ClusterAnswer.Changed) };
    }
}
