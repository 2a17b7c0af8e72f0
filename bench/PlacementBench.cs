using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Berth.Domain;
using Berth.Simulation;

namespace Berth.Bench;

/// <summary>
/// Microseconds a placement over 1,000 and 10,000 container instances, for each strategy, on a cluster half full (nearly
/// every instance has room) and on one nearly full (one in a hundred has), beside the plainest loop that finds an
/// instance with the least memory left over two arrays.
/// </summary>
/// <remarks>They take turns, round by round; medians are shown. Every chosen instance is taken into account before the next choice.</remarks>
public static class PlacementBench
{
    private const int Few = 1_000, Many = 10_000;
    private const int CpuUnits = 4_096, MemoryMiB = 16_384;
    private const int Placements = 60;     // A round's; fewer than instances with room.
    private const int TaskCpuUnits = 256, TaskMemoryMiB = 512;

    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private const string Whole = "zone_then_binpack_with_all";

    private static readonly TaskDefinition Definition = new()
    {
        Arn = "arn:aws:ecs:us-east-1:000000000000:task-definition/bench:1",
        Family = "bench",
        Revision = 1,
        Document = JsonElement.Parse("{}"),
        NetworkMode = "bridge",
        Containers = [new() { Name = "app", Image = "bench", CpuUnits = TaskCpuUnits, MemoryMiB = TaskMemoryMiB }],
        RequiresAttributes = ["com.amazonaws.ecs.capability.docker-remote-api.1.18"],
    };

    private static readonly (string Name, ImmutableArray<PlacementStrategy> Strategies, ImmutableArray<PlacementConstraint> Constraints)[] Cases =
    [
        ("zone_then_instance", [], []),
        ("binpack_memory", [new("binpack", "memory")], []),
        ("spread_instance", [new("spread", "instanceId")], []),
        ("random", [new("random", null)], []),
        ("distinct_instance", [], [new("distinctInstance", null)]),
        (Whole, [new("spread", "attribute:ecs.availability-zone"), new("binpack", "memory")], [new("memberOf", "attribute:stack == prod and attribute:ecs.instance-type =~ 'm5.*'")]),
    ];

    /// <summary>Runs it; about 20 s, or 4 s when <paramref name="quick"/>.</summary>
    public static Task RunAsync(TextWriter output, bool quick, CancellationToken cancellationToken)
    {
        var rounds = quick ? 5 : 31;
        var culture = CultureInfo.InvariantCulture;
        output.WriteLine(string.Create(culture, $"Tasks of {TaskCpuUnits} CPU units and {TaskMemoryMiB} MiB; medians, µs a placement. \"With all\" is with a required attribute, two host ports and a memberOf expression."));
        output.WriteLine();
        output.WriteLine($"| | {Few} instances, half full | {Many} instances, half full | against the plain loop | nearly full | against the plain loop |");
        output.WriteLine("|---|---:|---:|---:|---:|---:|");
        var few = Measure(new(Few, roomOnOneIn: 1), rounds, cancellationToken);
        var half = Measure(new(Many, roomOnOneIn: 1), rounds, cancellationToken);
        var full = Measure(new(Many, roomOnOneIn: 100), rounds, cancellationToken);
        foreach (var name in half.Keys)
        {
            output.WriteLine(string.Create(
                culture, $"| {name.Replace('_', ' ')} | {few[name]:F1} | {half[name]:F1} | {half[name] / half["plain_loop"]:F1}x | {full[name]:F1} | {full[name] / full["plain_loop"]:F1}x |"));
        }

        output.WriteLine();
        foreach (var name in half.Keys)
        {
            output.WriteLine(string.Create(culture, $"RESULT placement_{name}={half[name]:F2} us"));
            output.WriteLine(string.Create(culture, $"RESULT placement_{name}_nearly_full={full[name]:F2} us"));
        }

        output.WriteLine(string.Create(culture, $"RESULT placement_us_1000={few[Whole]:F2} us"));
        output.WriteLine(string.Create(culture, $"RESULT placement_us_10000={half[Whole]:F2} us"));
        output.WriteLine(string.Create(culture, $"RESULT placement_allocated={new Cluster(Few, roomOnOneIn: 1).Allocated(RequestOf(Cases[^1]))} bytes"));

        return Task.CompletedTask;
    }

    private static Dictionary<string, double> Measure(Cluster cluster, int rounds, CancellationToken cancellationToken)
    {
        var figures = new Dictionary<string, List<double>> { ["plain_loop"] = [] };
        for (var round = -1; round < rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var plain = cluster.PlainLoop();
            foreach (var @case in Cases)
            {
                var figure = cluster.Place(RequestOf(@case));
                if (round >= 0)     // The first round warms up.
                {
                    (figures.TryGetValue(@case.Name, out var known) ? known : figures[@case.Name] = []).Add(figure);
                }
            }

            if (round >= 0)
            {
                figures["plain_loop"].Add(plain);
            }
        }

        return figures.ToDictionary(entry => entry.Key, entry => Figures.Median(entry.Value));
    }

    private static PlacementRequest RequestOf((string Name, ImmutableArray<PlacementStrategy> Strategies, ImmutableArray<PlacementConstraint> Constraints) @case)
    {
        var demand = TaskDemand.Of(Definition, TaskOverride.None);
        return new(Definition, @case.Name == Whole ? demand with { TcpPorts = [8080, 8443] } : demand, "family:bench", @case.Strategies, @case.Constraints);
    }

    private sealed class Cluster
    {
        private readonly PlacementIndex index = new();
        private readonly SeededIdSource ids = new(7);
        private readonly int[] cpu, memory;

        internal Cluster(int instances, int roomOnOneIn)
        {
            (cpu, memory) = (new int[instances], new int[instances]);
            var chance = new Random(11);
            for (var at = 0; at < instances; at++)
            {
                var instance = new ContainerInstance
                {
                    Id = ids.NextHexId(),
                    Ec2InstanceId = string.Create(CultureInfo.InvariantCulture, $"i-{at:x17}"),
                    Address = "10.0.0.1",
                    AgentConnected = true,
                    Resources = new(CpuUnits, MemoryMiB, [22], []),
                    Attributes = new EcsAttribute[] { new(AttributeNames.AvailabilityZone, "us-east-1" + "abc"[at % 3]), new("com.amazonaws.ecs.capability.docker-remote-api.1.18", null), new("stack", "prod"), new(AttributeNames.InstanceType, "m5.large") }
                        .ToImmutableSortedDictionary(attribute => attribute.Name, attribute => attribute, StringComparer.Ordinal),
                    RegisteredAt = Noon,
                };
                index.Put(instance);
                var taken = at % roomOnOneIn == 0 ? chance.Next(CpuUnits / TaskCpuUnits) : CpuUnits / TaskCpuUnits;
                for (var task = 0; task < taken; task++)
                {
                    index.Take(TaskOn(instance, "family:other", new(TaskCpuUnits, TaskMemoryMiB, [], [])));
                }

                (cpu[at], memory[at]) = index.Left(instance.Id);
            }
        }

        /// <summary>µs a placement; what was placed is gone afterwards.</summary>
        internal double Place(PlacementRequest request)
        {
            var placed = new List<EcsTask>(Placements);
            var elapsed = 0L;
            for (var number = 0; number < Placements; number++)
            {
                var started = Stopwatch.GetTimestamp();
                var chosen = Placement.Choose(index, request, ids) ?? throw new UnreachableException("There is room.");
                elapsed += Stopwatch.GetTimestamp() - started;
                placed.Add(TaskOn(chosen, request.Group, request.Demand));
                index.Take(placed[^1]);
            }

            placed.ForEach(task => index.Follow(task, task with { LastStatus = EcsTaskStatus.Stopped }));
            return TimeSpan.FromTicks(elapsed * TimeSpan.TicksPerSecond / Stopwatch.Frequency).TotalMicroseconds / Placements;
        }

        /// <summary>Bytes allocated by one choice among many for the same request.</summary>
        internal long Allocated(PlacementRequest request)
        {
            _ = Placement.Choose(index, request, ids);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var number = 0; number < Placements; number++)
            {
                _ = Placement.Choose(index, request, ids);
            }

            return (GC.GetAllocatedBytesForCurrentThread() - before) / Placements;
        }

        internal double PlainLoop()
        {
            List<int> placed = [];
            var started = Stopwatch.GetTimestamp();
            for (var number = 0; number < Placements; number++)
            {
                var best = -1;
                for (var at = 0; at < cpu.Length; at++)
                {
                    if (cpu[at] >= TaskCpuUnits && memory[at] >= TaskMemoryMiB && (best < 0 || memory[at] < memory[best]))
                    {
                        best = at;
                    }
                }

                placed.Add(best);
                cpu[best] -= TaskCpuUnits;
                memory[best] -= TaskMemoryMiB;
            }

            var figure = Stopwatch.GetElapsedTime(started).TotalMicroseconds / Placements;
            foreach (var at in placed)
            {
                cpu[at] += TaskCpuUnits;
                memory[at] += TaskMemoryMiB;
            }

            return figure;
        }

        private static EcsTask TaskOn(ContainerInstance instance, string group, TaskDemand demand) => new()
        {
            Id = "",
            TaskDefinitionArn = Definition.Arn,
            ContainerInstanceId = instance.Id,
            AvailabilityZone = instance.AvailabilityZone,
            Group = group,
            Demand = demand,
            Containers = [],
            CreatedAt = Noon,
            Family = Definition.Family,
            LaunchType = "EC2",
        };
    }
}
