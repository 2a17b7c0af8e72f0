using System.Collections.Immutable;
using System.Text.Json;
using Berth.Domain;

namespace Berth.Simulation;

/// <summary>What tasks of a simulated cluster are made of.</summary>
internal static class TaskDefinitions
{
    /// <summary>Nothing special.</summary>
    public static TaskDefinition Plain { get; } = Define(1);

    /// <summary>Other numbers.</summary>
    public static TaskDefinition Greedy { get; } = Define(2, cpu: 200, memory: 64);

    /// <summary>Counts as healthy only when its container's check says so.</summary>
    public static TaskDefinition Checked { get; } = Define(3, check: true);

    /// <summary>Does not start while there is trouble.</summary>
    public static TaskDefinition Broken { get; } = Define(4);

    /// <summary>Wants a TCP port that an instance has once.</summary>
    public static TaskDefinition TcpPort { get; } = Define(5, port: new(80, 8080, "tcp"));

    /// <summary>Wants a UDP port of the same number.</summary>
    public static TaskDefinition UdpPort { get; } = Define(6, port: new(53, 8080, "udp"));

    /// <summary>Wants a GPU, which few instances have.</summary>
    public static TaskDefinition Gpu { get; } = Define(7, gpus: 1);

    /// <summary>Has a network of its own, in <see cref="Subnets"/>.</summary>
    public static TaskDefinition Networked { get; } = Define(8, port: new(8080, 8080, "tcp"), networkMode: "awsvpc");

    /// <summary>Two subnets in one zone, one in another, none in the third.</summary>
    public static ImmutableArray<TaskSubnet> Subnets { get; } =
        [new("subnet-1", "10.0.1.0/24", "us-east-1a"), new("subnet-2", "10.0.2.0/24", "us-east-1a"), new("subnet-3", "10.0.3.0/24", "us-east-1c")];

    /// <summary>The network configuration with those subnets.</summary>
    public static JsonElement NetworkConfiguration { get; } = JsonElement.Parse("""{"awsvpcConfiguration":{"subnets":["subnet-1","subnet-2","subnet-3"]}}""");

    /// <summary>Those that fit on any instance.</summary>
    public static ImmutableArray<TaskDefinition> Modest { get; } = [Plain, Greedy, Checked, Broken];

    /// <summary>Those that may not find a place beside another of their kind.</summary>
    public static ImmutableArray<TaskDefinition> WithFixedPort { get; } = [TcpPort, UdpPort];

    private static TaskDefinition Define(int revision, int cpu = 100, int memory = 128, bool check = false, int gpus = 0, PortMapping? port = null, string networkMode = "bridge") => new()
    {
        Arn = $"arn:aws:ecs:us-east-1:000000000000:task-definition/web:{revision}",
        Family = "web",
        Revision = revision,
        Document = JsonElement.Parse("""{"family":"web"}"""),
        NetworkMode = networkMode,
        Containers =
        [
            new ContainerDefinition
            {
                Name = "web",
                Image = "web",
                CpuUnits = cpu,
                MemoryMiB = memory,
                Gpus = gpus,
                HasHealthCheck = check,
                PortMappings = [port ?? new(80, 0, "tcp")],
            },
        ],
    };
}
