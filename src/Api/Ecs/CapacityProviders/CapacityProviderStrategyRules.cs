using System.Collections.Immutable;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>Capacity provider strategies between the wire and the domain.</summary>
internal static class CapacityProviderStrategyRules
{
    private const int MostWeight = 1000;
    private const int MostBase = 100_000;

    /// <summary>A request's strategy, checked by itself; empty when it has none.</summary>
    public static ImmutableArray<CapacityProviderStrategyItem> Read(List<CapacityProviderStrategyItemShape>? strategy, RequestContext caller, EcsQuotas quotas)
    {
        if (strategy is not { Count: > 0 })
        {
            return [];
        }

        if (strategy.Count > quotas.CapacityProvidersPerCluster)
        {
            throw AwsException.InvalidParameter($"The specified capacity provider strategy contains too many capacity providers. You can specify up to {quotas.CapacityProvidersPerCluster} capacity providers in a capacity provider strategy.");
        }

        ImmutableArray<CapacityProviderStrategyItem> items = [.. strategy.Select(item => Item(item, caller))];
        if (items.DistinctBy(item => item.CapacityProvider, StringComparer.Ordinal).Count() < items.Length)
        {
            throw AwsException.InvalidParameter("The specified capacity provider strategy cannot contain duplicate capacity providers. Remove the duplicate capacity providers and try again.");
        }

        if (items.Count(item => item.Base > 0) > 1)
        {
            throw AwsException.InvalidParameter("The specified capacity provider strategy contains more than one capacity provider with a base value defined. Only one capacity provider in a capacity provider strategy can have a base value defined.");
        }

        var fargate = items.Count(item => CapacityProviderNames.IsBuiltIn(item.CapacityProvider));
        if (fargate > 0 && fargate < items.Length)
        {
            throw AwsException.InvalidParameter("The specified capacity provider strategy cannot contain a mix of capacity providers using Auto Scaling groups and Fargate providers. Specify one or the other and try again.");
        }

        return items;
    }

    /// <summary>Refuses a strategy by which no task could be launched once its base is filled.</summary>
    public static void RequireWeight(ImmutableArray<CapacityProviderStrategyItem> strategy)
    {
        if (!strategy.IsEmpty && strategy.All(item => item.Weight == 0))
        {
            throw AwsException.InvalidParameter("There are no capacity providers with a weight value greater than zero in the specified capacity provider strategy. Specify a weight value greater than zero for at least one capacity provider and try again.");
        }
    }

    /// <summary>Refuses a strategy that names what the cluster does not have.</summary>
    public static void RequireOf(ImmutableArray<CapacityProviderStrategyItem> strategy, IReadOnlyCollection<string> providers)
    {
        if (strategy.Any(item => !providers.Contains(item.CapacityProvider)))
        {
            throw AwsException.InvalidParameter("The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again.");
        }
    }

    public static List<CapacityProviderStrategyItemShape> Show(ImmutableArray<CapacityProviderStrategyItem> strategy) =>
        [.. strategy.Select(item => new CapacityProviderStrategyItemShape { CapacityProvider = item.CapacityProvider, Weight = item.Weight, Base = item.Base })];

    private static CapacityProviderStrategyItem Item(CapacityProviderStrategyItemShape item, RequestContext caller)
    {
        if (item.Weight is < 0 or > MostWeight)
        {
            throw AwsException.InvalidParameter($"The weight of a capacity provider must be between 0 and {MostWeight}.");
        }

        if (item.Base is < 0 or > MostBase)
        {
            throw AwsException.InvalidParameter($"The base of a capacity provider must be between 0 and {MostBase}.");
        }

        return new(CapacityProviderRules.Name(item.CapacityProvider, caller), item.Weight ?? 0, item.Base ?? 0);
    }
}
