using System.Numerics;
using System.Runtime.InteropServices;

namespace Berth.Domain;

/// <summary>
/// What is free on every container instance, in plain arrays: a placement is a scan over them. Derived from the state
/// and owned by its one writer; an instance keeps its slot until it is forgotten, and a freed slot is used again.
/// </summary>
public sealed class PlacementIndex
{
    private const int Closed = int.MinValue;

    private readonly Dictionary<string, int> slots = new(StringComparer.Ordinal);
    private readonly Stack<int> freeSlots = new();
    private readonly Dictionary<string, GroupCounts> groups = new(StringComparer.Ordinal);

    // Instances by the capacity provider they are said to be of.
    private readonly Dictionary<string, int> providers = new(StringComparer.Ordinal);

    // The scanned columns. A slot that takes no task now has its CPU column closed, so that the scan needs no further test.
    private int[] cpuColumn = [];
    private int[] memoryColumn = [];
    private Slot[] rows = [];

    /// <summary>How many slots there are, free ones included.</summary>
    internal int Count { get; private set; }

    /// <summary>Adds an instance or takes over its new attributes, resources and status.</summary>
    public void Put(ContainerInstance instance)
    {
        if (!slots.TryGetValue(instance.Id, out var at))
        {
            at = freeSlots.TryPop(out var freed) ? freed : Grow();
            slots.Add(instance.Id, at);
            rows[at] = new Slot(instance);
        }

        var row = rows[at];
        CountProvider(row.CapacityProvider, -1);
        row.Instance = instance;
        row.IsExternal = instance.IsExternal;
        row.CapacityProvider = instance.Status == ContainerInstanceStatus.Inactive ? null : instance.CapacityProviderName;
        CountProvider(row.CapacityProvider, 1);
        Refresh(at);
    }

    /// <summary>Forgets an instance that no task is on.</summary>
    public void Remove(string instanceId)
    {
        if (slots.Remove(instanceId, out var at))
        {
            CountProvider(rows[at].CapacityProvider, -1);
            rows[at] = Slot.None;
            cpuColumn[at] = Closed;
            freeSlots.Push(at);
        }
    }

    /// <summary>Takes a task's demand from its instance.</summary>
    public void Take(EcsTask task) => Move(task, 1);

    /// <summary>Gives a task's demand back.</summary>
    public void Free(EcsTask task) => Move(task, -1);

    /// <summary>CPU units and MiB left on an instance; may be negative when the instance shrank.</summary>
    public (int CpuUnits, int MemoryMiB) Left(string instanceId)
    {
        var row = rows[slots[instanceId]];
        return (row.CpuLeft, row.MemoryLeft);
    }

    internal Slot Row(int at) => rows[at];

    /// <summary>Whether the slot's instance is of the pool.</summary>
    internal bool Admits(InstancePool pool, int at)
    {
        var row = rows[at];
        return row.IsExternal == (pool.LaunchType == "EXTERNAL")
            && (pool.CapacityProvider is not { } provider || row.CapacityProvider == provider || !providers.ContainsKey(provider));
    }

    internal GroupCounts? Group(string group) => groups.GetValueOrDefault(group);

    /// <summary>The slots with this much free, in slot order.</summary>
    internal void Fit(int cpuUnits, int memoryMiB, List<int> into)
    {
        into.Clear();
        var cpu = cpuColumn.AsSpan(0, Count);
        var memory = memoryColumn.AsSpan(0, Count);
        var at = 0;
        if (Vector.IsHardwareAccelerated && Count >= Vector<int>.Count)
        {
            var needCpu = new Vector<int>(cpuUnits);
            var needMemory = new Vector<int>(memoryMiB);
            for (; at <= Count - Vector<int>.Count; at += Vector<int>.Count)
            {
                var fits = Vector.BitwiseAnd(
                    Vector.GreaterThanOrEqual(new Vector<int>(cpu[at..]), needCpu),
                    Vector.GreaterThanOrEqual(new Vector<int>(memory[at..]), needMemory));
                if (!Vector.EqualsAll(fits, Vector<int>.Zero))
                {
                    for (var lane = 0; lane < Vector<int>.Count; lane++)
                    {
                        if (fits[lane] != 0)
                        {
                            into.Add(at + lane);
                        }
                    }
                }
            }
        }

        for (; at < Count; at++)
        {
            if (cpu[at] >= cpuUnits && memory[at] >= memoryMiB)
            {
                into.Add(at);
            }
        }
    }

    private void CountProvider(string? provider, int change)
    {
        if (provider is not null)
        {
            ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(providers, provider, out _);
            count += change;
            if (count == 0)
            {
                providers.Remove(provider);
            }
        }
    }

    private int Grow()
    {
        if (Count == rows.Length)
        {
            var size = Math.Max(16, rows.Length * 2);
            Array.Resize(ref cpuColumn, size);
            Array.Resize(ref memoryColumn, size);
            Array.Resize(ref rows, size);
        }

        return Count++;
    }

    private void Move(EcsTask task, int sign)
    {
        if (!slots.TryGetValue(task.ContainerInstanceId, out var at))
        {
            return;
        }

        var row = rows[at];
        row.CpuUsed += sign * task.Demand.CpuUnits;
        row.MemoryUsed += sign * task.Demand.MemoryMiB;
        row.Tasks += sign;
        foreach (var port in task.Demand.TcpPorts)
        {
            row.SetPort(port, udp: false, taken: sign > 0);
        }

        foreach (var port in task.Demand.UdpPorts)
        {
            row.SetPort(port, udp: true, taken: sign > 0);
        }

        Refresh(at);
        ref var counts = ref CollectionsMarshal.GetValueRefOrAddDefault(groups, task.Group, out _);
        counts ??= new GroupCounts();
        counts.Add(at, task.AvailabilityZone ?? "", sign);
        if (counts.Total == 0)
        {
            groups.Remove(task.Group);
        }
    }

    private void Refresh(int at)
    {
        var row = rows[at];
        cpuColumn[at] = row.Instance is { Status: ContainerInstanceStatus.Active, AgentConnected: true } ? row.CpuLeft : Closed;
        memoryColumn[at] = row.MemoryLeft;
    }

    /// <summary>One instance and what is taken of it.</summary>
    internal sealed class Slot(ContainerInstance? instance)
    {
        private readonly HashSet<int> ports = [];

        public static Slot None { get; } = new(null);

        public ContainerInstance? Instance { get; set; } = instance;

        public bool IsExternal { get; set; }

        public string? CapacityProvider { get; set; }

        public int CpuUsed { get; set; }

        public int MemoryUsed { get; set; }

        public int Tasks { get; set; }

        public int CpuLeft => (Instance?.Resources.CpuUnits ?? 0) - CpuUsed;

        public int MemoryLeft => (Instance?.Resources.MemoryMiB ?? 0) - MemoryUsed;

        public string Zone => Instance?.AvailabilityZone ?? "";

        public void SetPort(int port, bool udp, bool taken)
        {
            var key = udp ? port | 0x10000 : port;
            _ = taken ? ports.Add(key) : ports.Remove(key);
        }

        public bool HasPort(int port, bool udp) =>
            !ports.Contains(udp ? port | 0x10000 : port)
            && !(udp ? Instance!.Resources.ReservedUdpPorts : Instance!.Resources.ReservedTcpPorts).Contains(port);

        /// <summary>Every fixed port taken by tasks.</summary>
        public IEnumerable<int> TakenPorts(bool udp) => ports.Where(key => key >= 0x10000 == udp).Select(key => key & 0xffff);
    }

    /// <summary>How many tasks of one group are where.</summary>
    internal sealed class GroupCounts
    {
        private readonly Dictionary<int, int> bySlot = [];
        private readonly Dictionary<string, int> byZone = new(StringComparer.Ordinal);

        public int Total { get; private set; }

        public int On(int slot) => bySlot.GetValueOrDefault(slot);

        public int InZone(string zone) => byZone.GetValueOrDefault(zone);

        /// <summary>The slots with tasks of the group, for spreads over an attribute other than the zone.</summary>
        public IEnumerable<KeyValuePair<int, int>> Slots => bySlot;

        public void Add(int slot, string zone, int change)
        {
            Total += change;
            Bump(bySlot, slot, change);
            Bump(byZone, zone, change);
        }

        private static void Bump<TKey>(Dictionary<TKey, int> counts, TKey key, int change)
            where TKey : notnull
        {
            ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _);
            count += change;
            if (count == 0)
            {
                counts.Remove(key);
            }
        }
    }
}
