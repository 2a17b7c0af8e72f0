using System.Collections.Immutable;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record DeleteCapacityProviderRequest
{
    public string? CapacityProvider { get; set; }

    public string? Cluster { get; set; }
}

internal sealed record DeleteCapacityProviderResponse
{
    public CapacityProviderShape? CapacityProvider { get; set; }
}

/// <summary>Deletes a capacity provider that no cluster uses; one of managed instances leaves its cluster with it.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteCapacityProvider.html</remarks>
internal sealed class DeleteCapacityProvider(AccountStreams account, ClusterStreams clusters) : IOperation<DeleteCapacityProviderRequest, DeleteCapacityProviderResponse>
{
    public async ValueTask<DeleteCapacityProviderResponse> HandleAsync(DeleteCapacityProviderRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = CapacityProviderRules.Name(request.CapacityProvider, context);
        if (CapacityProviderNames.IsBuiltIn(name))
        {
            throw AwsException.InvalidParameter($"The specified capacity provider {name} is reserved and cannot be deleted.");
        }

        var providers = await account.QueryAsync(context, new CapacityProvidersQuery(), cancellationToken).ConfigureAwait(false);
        var known = providers.GetValueOrDefault(name)
            ?? throw AwsException.InvalidParameter("The specified capacity provider was not found. Specify a valid capacity provider and try again.");
        if (known is { Kind: CapacityProviderKind.ManagedInstances, Cluster: { } own })
        {
            await CapacityProviderRules.RequireOwnClusterAsync(own, request.Cluster, clusters, context, cancellationToken).ConfigureAwait(false);
            await clusters.TryExecuteAsync(context, own, new AttachCapacityProviderCommand(new(name, "MANAGED_INSTANCES"), Attached: false), cancellationToken).ConfigureAwait(false);
        }

        // Clusters that a broken-off call left entered are told from those that use the provider.
        var free = ImmutableArray.CreateBuilder<string>();
        foreach (var cluster in known.Clusters)
        {
            var state = await clusters.FindAsync(context, cluster, cancellationToken).ConfigureAwait(false);
            if (state is not { Status: ClusterStatus.Active } || state.CapacityProviders.All(used => used.Name != name))
            {
                free.Add(cluster);
            }
        }

        var deleted = await account.ExecuteAsync(context, new DeleteCapacityProviderCommand(name, free.ToImmutable()), cancellationToken).ConfigureAwait(false);
        return new() { CapacityProvider = CapacityProviderAnswer.Of(deleted, context, withTags: true) };
    }
}
