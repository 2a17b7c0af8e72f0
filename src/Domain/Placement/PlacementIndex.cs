using System.Runtime.InteropServices;

namespace Berth.Domain;

/// <summary>
/// What is free on every container instance, in plain arrays: a placement is a scan over them. Derived from the state
/// and owned by its one writer; an instance keeps its slot until it is forgotten, and a freed slot is used again.
/// </summary>
public sealed class PlacementIndex
{
    // Spreads over more attributes than this are rare; all partitions are then made anew as they are asked for.
    private const int MostPartitions = 16;

    private static readonly CountedResource[] Resources = Enum.GetValues<CountedResource>();

    private readonly Dictionary<string, int> slots = new(StringComparer.Ordinal);
    private readonly Stack<int> freeSlots = new();
    private readonly Dictionary<string, GroupCounts> groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SlotPartition> partitions = new(StringComparer.Ordinal);

    // Columns by slot, as long as there is capacity for, which is whole words of a set.
    private readonly int[][] left = [.. Resources.Select(_ => Array.Empty<int>())];
    private int[] running = [];
    private int[] ranks = [];
    private PlacementSlot[] rows = [];

    // Slots in the order of their instances' ids: the last tie is the lowest rank.
    private readonly List<int> byRank = [];

    // Scratch for one placement after another.
    private ulong[] candidates = [];
    private ulong[] spare = [];
    private PreparedPlacement? prepared;

    /// <summary>How many slots there are, free ones included.</summary>
    internal int Count { get; private set; }

    internal int Capacity => rows.Length;

    internal SlotFilters Filters { get; } = new();

    /// <summary>The ACTIVE instances.</summary>
    internal SlotSet Active { get; } = new();

    /// <summary>Whose agent's command channel is open.</summary>
    internal SlotSet Connected { get; } = new();

    /// <summary>Tasks by slot whose desired status is RUNNING.</summary>
    internal int[] RunningTasks => running;

    /// <summary>By slot, the place of its instance in the order of ids.</summary>
    internal int[] Ranks => ranks;

    internal IReadOnlyDictionary<string, GroupCounts> Groups => groups;

    /// <summary>The index of a state.</summary>
    public static PlacementIndex Of(ClusterState state) => Of(state, state.Tasks.Values);

    /// <summary>The same of a state whose tasks somebody has at hand.</summary>
    internal static PlacementIndex Of(ClusterState state, IEnumerable<EcsTask> tasks)
    {
        var index = new PlacementIndex();
        foreach (var instance in state.ContainerInstances.Values)
        {
            index.Put(instance);
        }

        foreach (var task in tasks)
        {
            if (task.Phase != TaskPhase.Stopped)
            {
                index.Take(task);
            }
        }

        return index;
    }

    /// <summary>Adds an instance or takes over its new attributes, resources and status.</summary>
    public void Put(ContainerInstance instance)
    {
        if (!slots.TryGetValue(instance.Id, out var slot))
        {
            slot = freeSlots.TryPop(out var freed) ? freed : Grow();
            slots.Add(instance.Id, slot);
            rows[slot] = new(instance);
            Rank(slot);
        }

        var row = rows[slot];
        row.Instance = instance;
        Active.Set(slot, instance.Status == ContainerInstanceStatus.Active);
        Connected.Set(slot, instance.AgentConnected);
        Filters.InstanceChanged(slot, row);
        foreach (var partition in partitions.Values)
        {
            partition.Put(slot, instance);
        }

        Refresh(slot);
    }

    /// <summary>Forgets an instance that no task is on.</summary>
    public void Remove(string instanceId)
    {
        if (!slots.Remove(instanceId, out var slot))
        {
            return;
        }

        var at = ranks[slot];
        byRank.RemoveAt(at);
        Renumber(from: at);
        Active.Set(slot, isIn: false);
        Connected.Set(slot, isIn: false);
        foreach (var partition in partitions.Values)
        {
            partition.Remove(slot);
        }

        // A slot that still counts tasks is not given to another instance: they would count for it.
        if (rows[slot].Tasks == 0)
        {
            freeSlots.Push(slot);
        }

        rows[slot] = PlacementSlot.None;
        Refresh(slot);
    }

    /// <summary>Takes a placed task's demand from its instance.</summary>
    public void Take(EcsTask task)
    {
        Move(task.ContainerInstanceId, task.Group, task.Demand, 1);
        if (task.Phase == TaskPhase.Live)
        {
            Run(task.ContainerInstanceId, 1);
        }
    }

    /// <summary>The task has changed: what it holds is given back once it has stopped.</summary>
    public void Follow(EcsTask before, EcsTask after)
    {
        if (before.Phase == TaskPhase.Live && after.Phase != TaskPhase.Live)
        {
            Run(before.ContainerInstanceId, -1);
        }

        if (before.Phase != TaskPhase.Stopped && after.Phase == TaskPhase.Stopped)
        {
            Move(before.ContainerInstanceId, before.Group, before.Demand, -1);
        }
    }

    /// <summary>Whether an instance takes tasks as far as its status goes: it is ACTIVE. False for one that is not there.</summary>
    public bool IsActive(string instanceId) => slots.TryGetValue(instanceId, out var slot) && Active.Has(slot);

    /// <summary>CPU units and MiB left on an instance; may be negative when the instance shrank.</summary>
    public (int CpuUnits, int MemoryMiB) Left(string instanceId)
    {
        var row = rows[slots[instanceId]];
        return (row.Left(CountedResource.Cpu), row.Left(CountedResource.Memory));
    }

    /// <summary>Takes a demand without a task: for a plan.</summary>
    internal void Reserve(string instanceId, string group, TaskDemand demand)
    {
        Move(instanceId, group, demand, 1);
        Run(instanceId, 1);
    }

    internal PlacementSlot Row(int slot) => rows[slot];

    internal int? SlotOf(string instanceId) => slots.TryGetValue(instanceId, out var slot) ? slot : null;

    internal int SlotAt(int rank) => byRank[rank];

    /// <summary>How many instances there are, inactive ones included.</summary>
    internal int Instances => byRank.Count;

    internal int[] LeftOf(CountedResource resource) => left[(int)resource];

    internal GroupCounts? Group(string group) => groups.GetValueOrDefault(group);

    /// <summary>The slots by an attribute's value.</summary>
    internal SlotPartition Partition(string attribute)
    {
        if (partitions.TryGetValue(attribute, out var known) && !known.IsWorn)
        {
            return known;
        }

        if (partitions.Remove(attribute) || partitions.Count >= MostPartitions)
        {
            partitions.Clear();
            foreach (var group in groups.Values)
            {
                group.ForgetSpreads();
            }
        }

        var made = new SlotPartition(attribute);
        partitions.Add(attribute, made);
        for (var slot = 0; slot < Count; slot++)
        {
            if (rows[slot].Instance is { } instance)
            {
                made.Put(slot, instance);
            }
        }

        return made;
    }

    /// <summary>A request with its sets looked up. The same request again, as for the next of several tasks, costs nothing.</summary>
    internal PreparedPlacement Prepare(PlacementRequest request) =>
        prepared is { } last && last.IsCurrent && last.Request == request
            ? last
            : prepared = PreparedPlacement.Of(request, this);

    /// <summary>A set to work in that holds the ACTIVE instances, until the next call.</summary>
    internal Span<ulong> BeginCandidates()
    {
        var set = candidates.AsSpan(0, (Count + 63) >> 6);
        set.Clear();
        SlotScan.Or(set, Active.Words);
        return set;
    }

    /// <summary>Another set to work in, as long, with anything in it.</summary>
    internal Span<ulong> Spare => spare.AsSpan(0, (Count + 63) >> 6);

    private int Grow()
    {
        if (Count == rows.Length)
        {
            var size = Math.Max(64, rows.Length * 2);
            foreach (ref var column in left.AsSpan())
            {
                Array.Resize(ref column, size);
            }

            Array.Resize(ref running, size);
            Array.Resize(ref ranks, size);
            Array.Resize(ref rows, size);
            candidates = new ulong[size >> 6];
            spare = new ulong[size >> 6];
        }

        return Count++;
    }

    private void Rank(int slot)
    {
        var id = rows[slot].Instance!.Id;    // The caller has set it.
        int low = 0, high = byRank.Count;
        while (low < high)
        {
            var middle = (low + high) >> 1;
            if (string.CompareOrdinal(rows[byRank[middle]].Instance!.Id, id) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        byRank.Insert(low, slot);
        Renumber(from: low);
    }

    private void Renumber(int from)
    {
        var order = CollectionsMarshal.AsSpan(byRank);
        for (var rank = from; rank < order.Length; rank++)
        {
            ranks[order[rank]] = rank;
        }
    }

    private void Run(string instanceId, int change)
    {
        if (slots.TryGetValue(instanceId, out var slot))
        {
            running[slot] += change;
        }
    }

    private void Move(string instanceId, string group, TaskDemand demand, int sign)
    {
        if (!slots.TryGetValue(instanceId, out var slot))
        {
            return;
        }

        var row = rows[slot];
        row.CpuUsed += sign * demand.CpuUnits;
        row.MemoryUsed += sign * demand.MemoryMiB;
        row.GpusUsed += sign * demand.Gpus;
        row.NetworkInterfacesUsed += sign * demand.NetworkInterfaces;
        row.Tasks += sign;
        foreach (var port in demand.TcpPorts)
        {
            MovePort(slot, row, PlacementSlot.PortKey(port, udp: false), sign);
        }

        foreach (var port in demand.UdpPorts)
        {
            MovePort(slot, row, PlacementSlot.PortKey(port, udp: true), sign);
        }

        Refresh(slot);
        ref var counts = ref CollectionsMarshal.GetValueRefOrAddDefault(groups, group, out _);
        counts ??= new();
        counts.Add(slot, sign, Capacity);
        if (counts.Tasks.Total == 0)
        {
            groups.Remove(group);
        }
    }

    private void MovePort(int slot, PlacementSlot row, int key, int sign)
    {
        row.SetPort(key, isTaken: sign > 0);
        Filters.PortChanged(slot, key, row);
    }

    private void Refresh(int slot)
    {
        foreach (var resource in Resources)
        {
            left[(int)resource][slot] = rows[slot].Left(resource);
        }
    }
}
