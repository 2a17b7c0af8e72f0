namespace Berth.Domain;

/// <summary>
/// The slots that meet what requests have asked for: an attribute, a query about the instance alone, a zone, a free port.
/// Each is evaluated for every slot when first asked for, and from then on only for a slot that changes, so that a
/// placement finds its answer as a set of bits.
/// </summary>
internal sealed class SlotFilters
{
    /// <summary>Filters kept; beyond them all are dropped and made anew as they are asked for.</summary>
    private const int Most = 1_024;

    private readonly Dictionary<(FilterKind Kind, string Text), Filter> filters = [];
    private readonly Dictionary<int, SlotSet> freePorts = [];
    private readonly Dictionary<string, SlotQuery?> queries = new(StringComparer.Ordinal);

    private enum FilterKind
    {
        Attribute,
        Query,
        Zones,
        CapacityProvider,
    }

    /// <summary>One more whenever filters were dropped: sets handed out before are no longer kept up.</summary>
    public int Generation { get; private set; }

    /// <summary>The slots whose instance has the attribute.</summary>
    public SlotSet WithAttribute(string name, PlacementIndex index) =>
        Of((FilterKind.Attribute, name), index, () => queried => queried.Instance.Attributes.ContainsKey(name));

    /// <summary>The slots whose instance is counted to the capacity provider.</summary>
    public SlotSet OfCapacityProvider(string name, PlacementIndex index) =>
        Of((FilterKind.CapacityProvider, name), index, () => queried => queried.Instance.CapacityProviderName == name);

    /// <summary>An expression's query over the slots; null when it cannot be read.</summary>
    public SlotQuery? Query(string expression, PlacementIndex index)
    {
        if (!queries.TryGetValue(expression, out var query))
        {
            query = ClusterQuery.TryParse(expression, out var parsed, out _) ? SlotQuery.Of(parsed, index) : null;
            MakeRoom();
            queries.Add(expression, query);
        }

        return query;
    }

    /// <summary>The slots whose instance meets a query that no task has a part in.</summary>
    public SlotSet Meeting(ClusterQuery query, PlacementIndex index) =>
        Of((FilterKind.Query, query.ToString()), index, () => QueryTest.Of(query).Holds);

    /// <summary>The slots whose instance is in one of the zones.</summary>
    public SlotSet InZones(IReadOnlyCollection<string> zones, PlacementIndex index) =>
        Of((FilterKind.Zones, string.Join('\n', zones)), index, () => queried => queried.Instance.AvailabilityZone is { } zone && zones.Contains(zone, StringComparer.Ordinal));

    /// <summary>The slots on which neither a task nor the machine itself has the port.</summary>
    public SlotSet WithFreePort(int key, PlacementIndex index)
    {
        if (!freePorts.TryGetValue(key, out var set))
        {
            MakeRoom();
            freePorts.Add(key, set = new());
            for (var slot = 0; slot < index.Count; slot++)
            {
                set.Set(slot, index.Row(slot).IsFree(key));
            }
        }

        return set;
    }

    /// <summary>A port was taken or given back.</summary>
    public void PortChanged(int slot, int key, PlacementSlot row)
    {
        if (freePorts.TryGetValue(key, out var set))
        {
            set.Set(slot, row.IsFree(key));
        }
    }

    /// <summary>A slot's instance changed.</summary>
    public void InstanceChanged(int slot, PlacementSlot row)
    {
        var queried = new QueriedInstance(row.Instance!);    // A slot that is put has one.
        foreach (var filter in filters.Values)
        {
            filter.Set.Set(slot, filter.Holds(queried));
        }

        foreach (var (key, set) in freePorts)
        {
            set.Set(slot, row.IsFree(key));
        }
    }

    private SlotSet Of((FilterKind Kind, string Text) key, PlacementIndex index, Func<Func<QueriedInstance, bool>> makeTest)
    {
        if (filters.TryGetValue(key, out var known))
        {
            return known.Set;
        }

        MakeRoom();
        var filter = new Filter(new(), makeTest());
        filters.Add(key, filter);
        for (var slot = 0; slot < index.Count; slot++)
        {
            if (index.Row(slot).Instance is { } instance)
            {
                filter.Set.Set(slot, filter.Holds(new(instance)));
            }
        }

        return filter.Set;
    }

    private void MakeRoom()
    {
        if (filters.Count + freePorts.Count + queries.Count >= Most)
        {
            filters.Clear();
            freePorts.Clear();
            queries.Clear();
            Generation++;
        }
    }

    private sealed record Filter(SlotSet Set, Func<QueriedInstance, bool> Holds);
}
