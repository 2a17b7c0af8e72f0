using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>One thing that must hold of an instance: as a set over all slots for choosing, and of one slot for explaining.</summary>
internal abstract class PlacementStage(string reason)
{
    public string Reason { get; } = reason;

    /// <summary>Whether it is a constraint or a capability rather than something that tasks use up.</summary>
    public virtual bool IsLasting => false;

    /// <summary>Keeps the slots for which it holds.</summary>
    public abstract void Keep(Span<ulong> candidates);

    public abstract bool Holds(int slot);

    /// <summary>What is missing on a slot for which it does not hold.</summary>
    public virtual PlacementObstacle Describe(PlacementIndex index, int slot) => new(index.Row(slot).Instance!.Id, Reason, Subject);

    /// <summary>What it is about, where the reason leaves that open.</summary>
    public virtual string? Subject => null;
}

/// <summary>Enough must be left of something counted.</summary>
internal sealed class EnoughLeft(PlacementIndex index, CountedResource resource, int needed, string reason) : PlacementStage(reason)
{
    public CountedResource Resource { get; } = resource;

    public override void Keep(Span<ulong> candidates) => SlotScan.KeepAtLeast(candidates, index.LeftOf(Resource), needed);

    public override bool Holds(int slot) => index.LeftOf(Resource)[slot] >= needed;

    public override PlacementObstacle Describe(PlacementIndex index, int slot) =>
        new(index.Row(slot).Instance!.Id, Reason, null, needed, index.LeftOf(Resource)[slot]);
}

/// <summary>The slot must be in a set that is kept up to date.</summary>
internal sealed class InSet(SlotSet set, string reason, string? subject, bool isLasting) : PlacementStage(reason)
{
    public override string? Subject => subject;

    public override bool IsLasting => isLasting;

    public override void Keep(Span<ulong> candidates) => SlotScan.And(candidates, set.Words);

    public override bool Holds(int slot) => set.Has(slot);
}

/// <summary>A cluster query must hold in which tasks have a part; evaluated when it is used.</summary>
internal sealed class MemberOf(PlacementIndex index, SlotQuery query, string expression) : PlacementStage(PlacementReasons.MemberOf)
{
    private ulong[] members = [];

    public override string? Subject => expression;

    public override bool IsLasting => true;

    public override void Keep(Span<ulong> candidates) => SlotScan.And(candidates, Members());

    public override bool Holds(int slot) => (Members()[slot >> 6] >> slot & 1) != 0;

    private ReadOnlySpan<ulong> Members()
    {
        var words = (index.Count + 63) >> 6;
        if (members.Length < words)
        {
            members = new ulong[index.Capacity >> 6];
        }

        var set = members.AsSpan(0, words);
        query.Fill(set);
        return set;
    }
}

/// <summary>No task of the group may be there.</summary>
internal sealed class WithoutGroup(PlacementIndex index, string group) : PlacementStage(PlacementReasons.DistinctInstance)
{
    public override void Keep(Span<ulong> candidates) => index.Group(group)?.Tasks.RemoveOccupied(candidates);

    public override bool Holds(int slot) => index.Group(group)?.Tasks.Occupied.Has(slot) != true;
}

/// <summary>A request with everything looked up that stays the same from one task of it to the next.</summary>
internal sealed class PreparedPlacement
{
    private readonly SlotFilters filters;
    private readonly int generation;

    private PreparedPlacement(PlacementRequest request, PlacementIndex index)
    {
        Request = request;
        filters = index.Filters;

        generation = filters.Generation;
        Pool = new(index, request.Pool);
        Stages = StagesOf(request, index);
        if (generation != filters.Generation)
        {
            // The first were dropped to make room for the last; now there is room for all.
            generation = filters.Generation;
            Pool = new(index, request.Pool);
            Stages = StagesOf(request, index);
        }

        Strategies = [.. (request.Strategies.IsEmpty ? PlacementRank.Default : request.Strategies).Select(strategy => PlacementRank.Of(strategy, index, request.Group))];
    }

    public PlacementRequest Request { get; }

    /// <summary>Which instances come into question.</summary>
    public SlotsOfPool Pool { get; }

    /// <summary>What must hold, in the order in which it is told.</summary>
    public ImmutableArray<PlacementStage> Stages { get; }

    /// <summary>The same with what lasts first: an instance that can never take the task is further away than one that is full.</summary>
    public ImmutableArray<PlacementStage> ClosenessStages => [.. Stages.Where(stage => stage.IsLasting), .. Stages.Where(stage => !stage.IsLasting)];

    public ImmutableArray<PlacementRank> Strategies { get; }

    /// <summary>Whether the sets it holds are still kept up to date.</summary>
    public bool IsCurrent => generation == filters.Generation;

    public static PreparedPlacement Of(PlacementRequest request, PlacementIndex index) => new(request, index);

    private static ImmutableArray<PlacementStage> StagesOf(PlacementRequest request, PlacementIndex index)
    {
        var demand = request.Demand;
        var stages = ImmutableArray.CreateBuilder<PlacementStage>();
        stages.Add(new InSet(index.Connected, PlacementReasons.Agent, null, isLasting: false));
        stages.Add(new EnoughLeft(index, CountedResource.Cpu, demand.CpuUnits, PlacementReasons.Cpu));
        stages.Add(new EnoughLeft(index, CountedResource.Memory, demand.MemoryMiB, PlacementReasons.Memory));
        if (demand.Gpus > 0)
        {
            stages.Add(new EnoughLeft(index, CountedResource.Gpu, demand.Gpus, PlacementReasons.Gpu));
        }

        if (demand.NetworkInterfaces > 0)
        {
            stages.Add(new EnoughLeft(index, CountedResource.NetworkInterface, demand.NetworkInterfaces, PlacementReasons.NetworkInterface));
        }

        foreach (var port in demand.TcpPorts)
        {
            stages.Add(Port(index, port, udp: false));
        }

        foreach (var port in demand.UdpPorts)
        {
            stages.Add(Port(index, port, udp: true));
        }

        foreach (var attribute in request.Definition.RequiresAttributes)
        {
            stages.Add(new InSet(index.Filters.WithAttribute(attribute, index), PlacementReasons.Attribute, attribute, isLasting: true));
        }

        if (!request.Zones.IsEmpty)
        {
            stages.Add(new InSet(index.Filters.InZones(request.Zones, index), PlacementReasons.Location, string.Join(", ", request.Zones), isLasting: true));
        }

        foreach (var constraint in request.Constraints)
        {
            if (constraint.Type == "memberOf")
            {
                stages.Add(Query(index, constraint.Expression ?? ""));
            }
        }

        if (request.Constraints.Any(constraint => constraint.Type == "distinctInstance"))
        {
            stages.Add(new WithoutGroup(index, request.Group));
        }

        return stages.ToImmutable();
    }

    /// <summary>An expression that cannot be read holds nowhere: rather no place than a wrong one.</summary>
    private static PlacementStage Query(PlacementIndex index, string expression) =>
        index.Filters.Query(expression, index) is { } query && query.Set is null
            ? new MemberOf(index, query, expression)
            : new InSet(index.Filters.Query(expression, index)?.Set ?? new(), PlacementReasons.MemberOf, expression, isLasting: true);

    private static InSet Port(PlacementIndex index, int port, bool udp) =>
        new(index.Filters.WithFreePort(PlacementSlot.PortKey(port, udp), index), PlacementReasons.Ports, $"{port}/{(udp ? "udp" : "tcp")}", isLasting: false);
}
