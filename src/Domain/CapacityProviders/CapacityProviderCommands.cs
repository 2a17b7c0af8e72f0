using System.Collections.Immutable;
using System.Text.Json;

namespace Berth.Domain;

/// <summary>Refusals that several commands share.</summary>
internal static class CapacityProviderRefusals
{
    public static RefusedException NotFound() =>
        RefusedException.InvalidParameter("The specified capacity provider was not found. Specify a valid capacity provider and try again.");

    public static RefusedException NotActive() =>
        RefusedException.InvalidParameter("The specified capacity provider is not in an ACTIVE state. Specify a capacity provider in an ACTIVE state and try again.");

    public static RefusedException InUse() =>
        new("ResourceInUseException", "The specified capacity provider is in use and cannot be removed.");

    /// <summary>Deletion is refused in other words than disassociation: its operation has no <c>ResourceInUseException</c>.</summary>
    public static RefusedException NotDeletable() => RefusedException.InvalidParameter(
        "The specified capacity provider is in use and cannot be removed. Disassociate the capacity provider from all clusters and try again.");

    public static CapacityProvider RequireActive(this AccountState state, string name) => state.CapacityProviders.GetValueOrDefault(name) switch
    {
        null => throw NotFound(),
        { IsActive: false } => throw NotActive(),
        var known => known,
    };
}

/// <summary>Creates a capacity provider; the name of a deleted one may be used again.</summary>
public sealed record CreateCapacityProviderCommand(CapacityProvider Draft) : Command<AccountAggregate, CapacityProvider>
{
    /// <inheritdoc/>
    public override CapacityProvider Decide(AccountAggregate aggregate, DecisionContext context)
    {
        var providers = aggregate.State.CapacityProviders;
        if (providers.GetValueOrDefault(Draft.Name) is { IsActive: true })
        {
            throw RefusedException.Client("The specified capacity provider already exists. To change the configuration of an existing capacity provider, update the capacity provider.");
        }

        if (Draft.AutoScalingGroupArn is { } group && providers.Values.Any(other => other.IsActive && other.AutoScalingGroupArn == group))
        {
            throw RefusedException.Client("The specified Auto Scaling group ARN is already being used by another capacity provider. Specify a unique Auto Scaling group ARN and try again.");
        }

        if (providers.Values.Count(provider => provider.IsActive) >= aggregate.Quotas.CapacityProvidersPerRegion)
        {
            throw new RefusedException("LimitExceededException", $"You have reached the limit of {aggregate.Quotas.CapacityProvidersPerRegion} capacity providers.");
        }

        aggregate.Record(new AccountEvent.CapacityProviderCreated(Draft));
        return aggregate.State.CapacityProviders[Draft.Name];
    }
}

/// <summary>Replaces a capacity provider's settings. Answers null, and does nothing, where they are no longer those that the new ones were made of.</summary>
/// <param name="Name">Which.</param>
/// <param name="Kind">The kind the settings are for; another kind of provider refuses them.</param>
/// <param name="Before">The settings that were found.</param>
/// <param name="Settings">The settings as they will be told, whole.</param>
/// <param name="HasManagedScaling">Whether they have managed scaling on.</param>
public sealed record UpdateCapacityProviderCommand(string Name, CapacityProviderKind Kind, JsonElement Before, JsonElement Settings, bool HasManagedScaling)
    : Command<AccountAggregate, CapacityProvider?>
{
    /// <inheritdoc/>
    public override CapacityProvider? Decide(AccountAggregate aggregate, DecisionContext context)
    {
        var known = aggregate.State.RequireActive(Name);
        if (known.Kind != Kind)
        {
            throw RefusedException.InvalidParameter("The type of a capacity provider cannot be changed.");
        }

        if (!JsonElement.DeepEquals(known.Settings, Before))
        {
            return null;
        }

        aggregate.Record(new AccountEvent.CapacityProviderUpdated(Name, Settings, HasManagedScaling));
        return aggregate.State.CapacityProviders[Name];
    }
}

/// <summary>Deletes a capacity provider that no cluster uses.</summary>
/// <param name="Name">Which.</param>
/// <param name="Free">Clusters that were looked at and turned out not to use it.</param>
public sealed record DeleteCapacityProviderCommand(string Name, ImmutableArray<string> Free) : Command<AccountAggregate, CapacityProvider>
{
    /// <inheritdoc/>
    public override CapacityProvider Decide(AccountAggregate aggregate, DecisionContext context)
    {
        var known = aggregate.State.CapacityProviders.GetValueOrDefault(Name) ?? throw CapacityProviderRefusals.NotFound();
        if (!known.IsActive)
        {
            return known;
        }

        if (known.Clusters.Any(cluster => !Free.Contains(cluster)))
        {
            throw CapacityProviderRefusals.NotDeletable();
        }

        aggregate.Record(new AccountEvent.CapacityProviderDeleted(Name));
        return aggregate.State.CapacityProviders[Name];
    }
}

/// <summary>Sets and removes tags of a capacity provider.</summary>
public sealed record ChangeCapacityProviderTagsCommand(string Name, ImmutableArray<ResourceTag> Put, ImmutableArray<string> Remove)
    : Command<AccountAggregate, bool>
{
    /// <inheritdoc/>
    public override bool Decide(AccountAggregate aggregate, DecisionContext context)
    {
        if (aggregate.State.CapacityProviders.GetValueOrDefault(Name) is not { IsActive: true } known)
        {
            throw RefusedException.InvalidParameter("The specified capacity provider is inactive. Specify an active capacity provider and try again.");
        }

        aggregate.Record(new AccountEvent.CapacityProviderTagged(Name, TagRules.Change(known.Tags, Put, Remove)));
        return true;
    }
}

/// <summary>
/// Enters, before a cluster's capacity providers change, that it may be using these; answers them as the cluster keeps
/// them. Those it used before stay entered until <see cref="SettleCapacityProvidersCommand"/>.
/// </summary>
public sealed record AssociateCapacityProvidersCommand(string Cluster, ImmutableArray<string> Names)
    : Command<AccountAggregate, ImmutableArray<ClusterCapacityProvider>>
{
    /// <inheritdoc/>
    public override ImmutableArray<ClusterCapacityProvider> Decide(AccountAggregate aggregate, DecisionContext context)
    {
        var result = ImmutableArray.CreateBuilder<ClusterCapacityProvider>();
        foreach (var name in Names)
        {
            if (CapacityProviderNames.IsBuiltIn(name))
            {
                result.Add(new(name, "FARGATE"));
                continue;
            }

            var provider = aggregate.State.RequireActive(name);
            RequireFree(provider, Cluster);
            result.Add(new(name, ClusterCapacityProvider.LaunchTypeOf(provider.Kind)));
        }

        var used = aggregate.State.CapacityProviders.Values.Where(provider => provider.Clusters.Contains(Cluster)).Select(provider => provider.Name);
        var mayUse = used.Union(Names.Where(name => !CapacityProviderNames.IsBuiltIn(name))).Order(StringComparer.Ordinal).ToImmutableArray();
        if (mayUse.Length > used.Count())
        {
            aggregate.Record(new AccountEvent.CapacityProvidersAssociated(Cluster, mayUse));
        }

        return result.ToImmutable();
    }

    /// <summary>Refuses a provider that scales for one cluster to another.</summary>
    public static void RequireFree(CapacityProvider provider, string cluster)
    {
        if (provider.HasManagedScaling && provider.Clusters.Any(other => other != cluster))
        {
            throw RefusedException.InvalidParameter($"The capacity provider {provider.Name} has managed scaling enabled and is associated with another cluster.");
        }
    }
}

/// <summary>Says which capacity providers a cluster uses, after its own state says so.</summary>
public sealed record SettleCapacityProvidersCommand(string Cluster, ImmutableArray<string> Names) : Command<AccountAggregate, bool>
{
    /// <summary>True when that was not known.</summary>
    public override bool Decide(AccountAggregate aggregate, DecisionContext context)
    {
        var used = aggregate.State.CapacityProviders.Values.Where(provider => provider.Clusters.Contains(Cluster)).Select(provider => provider.Name);
        var uses = Names.Where(aggregate.State.CapacityProviders.ContainsKey).Order(StringComparer.Ordinal).ToImmutableArray();
        if (used.SequenceEqual(uses))
        {
            return false;
        }

        aggregate.Record(new AccountEvent.CapacityProvidersAssociated(Cluster, uses));
        return true;
    }
}

/// <summary>The capacity providers of the account, deleted ones included, in the order of their names.</summary>
public sealed record CapacityProvidersQuery : Query<AccountState, ImmutableSortedDictionary<string, CapacityProvider>>
{
    /// <inheritdoc/>
    public override ImmutableSortedDictionary<string, CapacityProvider> Answer(AccountState state) => state.CapacityProviders;
}
