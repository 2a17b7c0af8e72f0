using System.Collections.Immutable;
using Berth.Domain;

namespace Berth.LoadBalancer;

/// <summary>Why listeners could not be bound, as the balancer last told. Not kept: it is told anew with every connection.</summary>
internal sealed class ListenerFailures
{
    private ImmutableSortedDictionary<string, string> byListener = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Takes all failures there are now.</summary>
    public void Set(ImmutableSortedDictionary<string, string> failures) => Volatile.Write(ref byListener, failures);

    /// <summary>What is wrong with a load balancer's listeners; null when nothing is.</summary>
    public string? Of(LoadBalancingState state, string loadBalancerArn)
    {
        var failures = Volatile.Read(ref byListener);
        var told = state.ListenersOf(loadBalancerArn)
            .Where(listener => failures.ContainsKey(listener.Arn))
            .Select(listener => $"Port {listener.Port}: {failures[listener.Arn]}")
            .ToList();
        return told.Count == 0 ? null : string.Join("; ", told);
    }
}
