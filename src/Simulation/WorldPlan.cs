namespace Berth.Simulation;

/// <summary>How large a world is and how long its trouble lasts. Follows from the seed, so that a seed is all one has to remember.</summary>
public sealed record WorldPlan
{
    // Most defects show in small worlds, which cost little; a few are large enough to show what only numbers bring out.
    private const int TownEvery = 20;
    private const int CrowdEvery = 250;

    /// <summary>What it is called.</summary>
    public required string Name { get; init; }

    /// <summary>Container instances at the beginning.</summary>
    public required int Instances { get; init; }

    /// <summary>Container instances that may be there while there is trouble.</summary>
    public required int MostInstances { get; init; }

    /// <summary>Container instances there are at least once the trouble has ended: room for whatever was asked.</summary>
    public required int InstancesAtRest { get; init; }

    /// <summary>Services there may be.</summary>
    public required int MostServices { get; init; }

    /// <summary>Tasks a service may want.</summary>
    public required int MostDesired { get; init; }

    /// <summary>Happenings while there is trouble.</summary>
    public required int Steps { get; init; }

    /// <summary>Agents that get on with their work in one step.</summary>
    public required int AgentsAtWork { get; init; }

    /// <summary>Whether tasks may want fixed host ports, which an instance has once.</summary>
    public required bool HasFixedPorts { get; init; }

    /// <summary>Whether there is at most one daemon service: among thousands of machines each is thousands of tasks.</summary>
    public bool HasFewDaemons { get; init; }

    /// <summary>Tasks that load balancers and health checks look at in one step.</summary>
    public int TasksAtOnce { get; init; } = 200;

    /// <summary>Three machines and a handful of services.</summary>
    public static WorldPlan Village { get; } = new()
    {
        Name = "village", Instances = 3, MostInstances = 6, InstancesAtRest = 16, MostServices = 4, MostDesired = 4, Steps = 400, AgentsAtWork = 1, HasFixedPorts = true,
    };

    /// <summary>Dozens of machines and services with dozens of tasks.</summary>
    public static WorldPlan Town { get; } = new()
    {
        Name = "town", Instances = 20, MostInstances = 40, InstancesAtRest = 40, MostServices = 6, MostDesired = 16, Steps = 500, AgentsAtWork = 8, HasFixedPorts = false,
    };

    /// <summary>Thousands of machines and tasks.</summary>
    public static WorldPlan Crowd { get; } = new()
    {
        Name = "crowd", Instances = 2_000, MostInstances = 2_100, InstancesAtRest = 2_000, MostServices = 20, MostDesired = 250, Steps = 60, AgentsAtWork = 400, HasFixedPorts = false, HasFewDaemons = true,
    };

    /// <summary>The plan of a seed's world.</summary>
    public static WorldPlan Of(int seed) =>
        seed % CrowdEvery == CrowdEvery - 1 ? Crowd
        : seed % TownEvery == TownEvery - 1 ? Town
        : Village;
}
