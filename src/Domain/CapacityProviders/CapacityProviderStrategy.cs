using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>One capacity provider's part in a strategy.</summary>
/// <param name="CapacityProvider">The provider's name.</param>
/// <param name="Weight">0 to 1000: its share of the tasks beyond the base.</param>
/// <param name="Base">0 to 100,000: how many tasks go to it before any are shared out.</param>
public sealed record CapacityProviderStrategyItem(string CapacityProvider, int Weight, int Base);

/// <summary>Shares tasks out among the capacity providers of a strategy.</summary>
/// <remarks>
/// The base is filled first. Beyond it, the next task goes to the provider that is furthest behind its share by weight,
/// the first named where two are level. Source: developer guide, "Capacity provider strategies".
/// </remarks>
public static class CapacityProviderStrategy
{
    /// <summary>The provider the next task goes to.</summary>
    /// <param name="strategy">At least one item has a weight above zero.</param>
    /// <param name="running">How many tasks each item has already, in the strategy's order.</param>
    public static int Next(ImmutableArray<CapacityProviderStrategyItem> strategy, ReadOnlySpan<int> running)
    {
        long shared = 0, weights = 0;
        for (var at = 0; at < strategy.Length; at++)
        {
            if (running[at] < strategy[at].Base)
            {
                return at;
            }

            if (strategy[at].Weight > 0)
            {
                shared += running[at] - strategy[at].Base;
                weights += strategy[at].Weight;
            }
        }

        var next = -1;
        var furthest = long.MinValue;
        for (var at = 0; at < strategy.Length; at++)
        {
            var behind = (strategy[at].Weight * (shared + 1)) - ((running[at] - strategy[at].Base) * weights);
            if (strategy[at].Weight > 0 && behind > furthest)
            {
                (next, furthest) = (at, behind);
            }
        }

        return next >= 0 ? next : throw new ArgumentException("No item has a weight above zero.", nameof(strategy));
    }

    /// <summary>How many of <paramref name="count"/> tasks each item gets, in the strategy's order.</summary>
    public static ImmutableArray<int> Split(ImmutableArray<CapacityProviderStrategyItem> strategy, int count)
    {
        var shares = new int[strategy.Length];
        for (var task = 0; task < count; task++)
        {
            shares[Next(strategy, shares)]++;
        }

        return [.. shares];
    }
}
