using System.Collections.Immutable;

namespace Berth.Network;

/// <summary>Network interfaces by id, and what they use. Immutable.</summary>
internal sealed class InterfaceIndex
{
    private readonly ImmutableDictionary<string, ElasticNetworkInterface> byId;
    private readonly ImmutableDictionary<string, ImmutableHashSet<string>> byCluster;
    private readonly ImmutableDictionary<string, int> uses;

    private InterfaceIndex(
        ImmutableDictionary<string, ElasticNetworkInterface> byId, ImmutableDictionary<string, ImmutableHashSet<string>> byCluster, ImmutableDictionary<string, int> uses) =>
        (this.byId, this.byCluster, this.uses) = (byId, byCluster, uses);

    /// <summary>Without any interface.</summary>
    public static InterfaceIndex Empty { get; } = new(
        ImmutableDictionary.Create<string, ElasticNetworkInterface>(StringComparer.Ordinal),
        ImmutableDictionary.Create<string, ImmutableHashSet<string>>(StringComparer.Ordinal),
        ImmutableDictionary.Create<string, int>(StringComparer.Ordinal));

    /// <summary>All of them, in no order.</summary>
    public IEnumerable<ElasticNetworkInterface> All => byId.Values;

    /// <summary>The interface with an id.</summary>
    public ElasticNetworkInterface? Find(string id) => byId.GetValueOrDefault(id);

    /// <summary>Whether an interface is in the subnet, or has the security group, of an id.</summary>
    public bool Uses(string subnetOrGroupId) => uses.ContainsKey(subnetOrGroupId);

    /// <summary>The ids of the interfaces of a cluster's tasks.</summary>
    public IReadOnlyCollection<string> OfCluster(string cluster) => byCluster.GetValueOrDefault(cluster) ?? [];

    /// <summary>The index in which the interface of an id is now this one; null: there is none.</summary>
    public InterfaceIndex With(string cluster, string id, ElasticNetworkInterface? now)
    {
        var before = byId.GetValueOrDefault(id);
        if (before is null && now is null)
        {
            return this;
        }

        var siblings = byCluster.GetValueOrDefault(cluster) ?? ImmutableHashSet.Create<string>(StringComparer.Ordinal);
        siblings = now is null ? siblings.Remove(id) : siblings.Add(id);
        return new(
            now is null ? byId.Remove(id) : byId.SetItem(id, now),
            siblings.IsEmpty ? byCluster.Remove(cluster) : byCluster.SetItem(cluster, siblings),
            Counted(Counted(uses, now, 1), before, -1));
    }

    private static ImmutableDictionary<string, int> Counted(ImmutableDictionary<string, int> uses, ElasticNetworkInterface? one, int times)
    {
        foreach (var used in one is null ? [] : one.GroupIds.Add(one.SubnetId))
        {
            var count = uses.GetValueOrDefault(used) + times;
            uses = count == 0 ? uses.Remove(used) : uses.SetItem(used, count);
        }

        return uses;
    }
}
