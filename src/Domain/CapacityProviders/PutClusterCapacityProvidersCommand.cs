using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>Replaces a cluster's capacity providers and its default strategy.</summary>
/// <param name="Providers">What the cluster's tasks may be launched on.</param>
/// <param name="DefaultStrategy">For calls that name neither a launch type nor a strategy; names only <paramref name="Providers"/>.</param>
public sealed record PutClusterCapacityProvidersCommand(
    ImmutableArray<ClusterCapacityProvider> Providers,
    ImmutableArray<CapacityProviderStrategyItem> DefaultStrategy) : Command<ClusterAggregate, ClusterState>
{
    /// <inheritdoc/>
    public override ClusterState Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        aggregate.RequireActive();
        var state = aggregate.State;
        RequireRemovable(state, Providers.Select(provider => provider.Name));
        if (!state.CapacityProviders.SequenceEqual(Providers) || !state.DefaultCapacityProviderStrategy.SequenceEqual(DefaultStrategy))
        {
            aggregate.Record(new ClusterEvent.CapacityProvidersChanged(Providers, DefaultStrategy));
        }

        return aggregate.State;
    }

    /// <summary>Refuses where the cluster has providers beyond those it is to keep, and cannot do without them.</summary>
    public static void RequireRemovable(ClusterState state, IEnumerable<string> kept)
    {
        foreach (var removed in state.CapacityProviders.ExceptBy(kept, provider => provider.Name))
        {
            if (removed.LaunchType == "MANAGED_INSTANCES")
            {
                throw RefusedException.InvalidParameter("Cannot disassociate a Managed Instances capacity provider from a cluster using this API. Delete the capacity provider instead.");
            }

            if (IsInUse(state, removed.Name))
            {
                throw CapacityProviderRefusals.InUse();
            }
        }
    }

    internal static bool IsInUse(ClusterState state, string name) =>
        !state.TaskIndex.Of(TaskFilter.CapacityProvider, name, TaskPhase.Live).IsEmpty
        || !state.TaskIndex.Of(TaskFilter.CapacityProvider, name, TaskPhase.Stopping).IsEmpty
        || state.Services.Values.Any(service => service.Status != ServiceStatus.Inactive && service.Settings.CapacityProviderStrategy.Any(item => item.CapacityProvider == name))
        || state.Daemons.Values.Any(daemon => daemon.IsActive && daemon.Current.CapacityProviders.Contains(name));
}

/// <summary>Gives a cluster its MANAGED_INSTANCES capacity provider, or takes it away again.</summary>
public sealed record AttachCapacityProviderCommand(ClusterCapacityProvider Provider, bool Attached) : Command<ClusterAggregate, bool>
{
    /// <inheritdoc/>
    public override bool Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        aggregate.RequireActive();
        var state = aggregate.State;
        var isAttached = state.CapacityProviders.Contains(Provider);
        if (isAttached == Attached)
        {
            return false;
        }

        if (!Attached && PutClusterCapacityProvidersCommand.IsInUse(state, Provider.Name))
        {
            throw CapacityProviderRefusals.NotDeletable();
        }

        aggregate.Record(new ClusterEvent.CapacityProvidersChanged(
            Attached ? state.CapacityProviders.Add(Provider) : state.CapacityProviders.Remove(Provider),
            Attached ? state.DefaultCapacityProviderStrategy : state.DefaultCapacityProviderStrategy.RemoveAll(item => item.CapacityProvider == Provider.Name)));
        return true;
    }
}
