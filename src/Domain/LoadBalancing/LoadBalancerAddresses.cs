using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>
/// Picks the address of a new load balancer out of 127.64.0.0 to 127.191.255.255, so that two can listen on one port.
/// Each account and region begins at a place of its own; the same state always leads to the same address.
/// </summary>
internal static class LoadBalancerAddresses
{
    private const int Blocks = 128 * 256;
    private const int HostsInBlock = 254;

    public static string Next(LoadBalancingState state, ImmutableArray<string> takenElsewhere)
    {
        HashSet<string> taken = [.. takenElsewhere, .. state.LoadBalancers.Values.Select(balancer => balancer.Address)];
        var first = (int)(Hash($"{state.Account}/{state.Region}") % Blocks);
        for (var block = 0; block < Blocks; block++)
        {
            for (var host = 1; host <= HostsInBlock; host++)
            {
                var at = (first + block) % Blocks;
                var address = $"127.{64 + (at >> 8)}.{at & 255}.{host}";
                if (!taken.Contains(address))
                {
                    return address;
                }
            }
        }

        throw LoadBalancingRefusal.TooMany("TooManyLoadBalancers", "load balancers", Blocks * HostsInBlock);
    }

    // FNV-1a: stable across processes and releases, which string.GetHashCode is not.
    private static uint Hash(string text) => text.Aggregate(2166136261u, (hash, character) => (hash ^ character) * 16777619u);
}
