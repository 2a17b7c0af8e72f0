using System.Collections.Immutable;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>A cluster's capacity providers and default strategy as a call names them.</summary>
internal sealed record WantedCapacity(ImmutableArray<string> Providers, ImmutableArray<CapacityProviderStrategyItem> DefaultStrategy);

/// <summary>Gives clusters their capacity providers, over the two streams that know of them.</summary>
internal sealed class ClusterCapacity(AccountStreams account, ClusterStreams clusters, EcsQuotas quotas)
{
    /// <summary>Reads and checks what can be checked without looking anything up.</summary>
    public WantedCapacity Read(List<string>? providers, List<CapacityProviderStrategyItemShape>? strategy, RequestContext caller)
    {
        ImmutableArray<string> names = [.. (providers ?? []).Select(text => CapacityProviderRules.Name(text, caller))];
        if (names.Length > quotas.CapacityProvidersPerCluster)
        {
            throw AwsException.InvalidParameter($"A cluster can have at most {quotas.CapacityProvidersPerCluster} capacity providers.");
        }

        if (names.Distinct(StringComparer.Ordinal).Count() < names.Length)
        {
            throw AwsException.InvalidParameter("The specified capacity providers cannot contain duplicates. Remove the duplicate capacity providers and try again.");
        }

        var items = CapacityProviderStrategyRules.Read(strategy, caller, quotas);
        CapacityProviderStrategyRules.RequireOf(items, names);
        return new(names, items);
    }

    /// <summary>Refuses, before anything is changed, what a cluster cannot have or cannot do without.</summary>
    /// <param name="clusterName">The cluster's name.</param>
    /// <param name="cluster">The cluster; null for one that is yet to come.</param>
    /// <param name="wanted">What it is to have.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask CheckAsync(string clusterName, ClusterState? cluster, WantedCapacity wanted, RequestContext caller, CancellationToken cancellationToken)
    {
        if (cluster is not null)
        {
            PutClusterCapacityProvidersCommand.RequireRemovable(cluster, wanted.Providers);
        }

        if (wanted.Providers.All(CapacityProviderNames.IsBuiltIn))
        {
            return;
        }

        var known = await account.QueryAsync(caller, new CapacityProvidersQuery(), cancellationToken).ConfigureAwait(false);
        foreach (var name in wanted.Providers.Where(name => !CapacityProviderNames.IsBuiltIn(name)))
        {
            if (!known.TryGetValue(name, out var provider))
            {
                throw AwsException.InvalidParameter("The specified capacity provider was not found. Specify a valid capacity provider and try again.");
            }

            if (!provider.IsActive)
            {
                throw AwsException.InvalidParameter("The specified capacity provider is not in an ACTIVE state. Specify a capacity provider in an ACTIVE state and try again.");
            }

            AssociateCapacityProvidersCommand.RequireFree(provider, clusterName);
            if (provider.Kind == CapacityProviderKind.ManagedInstances && cluster?.CapacityProviders.Any(has => has.Name == name) != true)
            {
                throw NotByThisCall(name);
            }
        }
    }

    /// <summary>
    /// Puts what is wanted in place of what the cluster has. The account is told first that the cluster may be using
    /// them, and last which it uses, so that a provider in use is never deleted, whatever breaks off in between. What
    /// <see cref="CheckAsync"/> has let pass is refused here only when somebody else was faster.
    /// </summary>
    public async ValueTask<ClusterState> PutAsync(ClusterState cluster, WantedCapacity wanted, RequestContext caller, CancellationToken cancellationToken)
    {
        var providers = await account.ExecuteAsync(caller, new AssociateCapacityProvidersCommand(cluster.Name, wanted.Providers), cancellationToken).ConfigureAwait(false);
        if (providers.FirstOrDefault(provider => provider.LaunchType == "MANAGED_INSTANCES" && !cluster.CapacityProviders.Contains(provider)) is { } managed)
        {
            await SettleAsync(cluster, caller, cancellationToken).ConfigureAwait(false);
            throw NotByThisCall(managed.Name);
        }

        ClusterState changed;
        try
        {
            changed = await clusters.ExecuteAsync(caller, cluster.Name, new PutClusterCapacityProvidersCommand(providers, wanted.DefaultStrategy), cancellationToken).ConfigureAwait(false);
        }
        catch (RefusedException)
        {
            await SettleAsync(cluster, caller, cancellationToken).ConfigureAwait(false);
            throw;
        }

        await SettleAsync(changed, caller, cancellationToken).ConfigureAwait(false);
        return changed;
    }

    private async ValueTask SettleAsync(ClusterState cluster, RequestContext caller, CancellationToken cancellationToken) =>
        await account.ExecuteAsync(
            caller,
            new SettleCapacityProvidersCommand(cluster.Name, [.. cluster.CapacityProviders.Select(provider => provider.Name)]),
            cancellationToken).ConfigureAwait(false);

    private static AwsException NotByThisCall(string managed) => AwsException.InvalidParameter(
        $"Cannot associate Managed Instances capacity provider to clusters using this API. Create the capacity provider {managed} with the cluster it is for.");
}
