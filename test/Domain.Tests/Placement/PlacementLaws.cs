using System.Collections.Immutable;
using CsCheck;

namespace Berth.Domain.Tests;

/// <summary>
/// Goal: the sets and columns never choose, refuse or explain otherwise than the plain reading of the state. Method: any
/// history of a cluster; after every move any request is put to both.
/// </summary>
public sealed class PlacementLaws
{
    private static readonly Gen<(int Kind, int What, int More)> Moves = Gen.Select(Gen.Int[0, 13], Gen.Int[0, 1_000_000], Gen.Int[0, 1_000_000]);

    [Fact]
    public void The_scan_equals_the_plain_reading() =>
        Gen.Select(Gen.Int[1, 90], Gen.Select(Moves, RandomClusters.Requests).Array[1, 40]).Sample((instances, steps) =>
        {
            var world = new World();
            for (var i = 0; i < instances; i++)
            {
                world.Join(i * 7919);
            }

            foreach (var (move, request) in steps)
            {
                world.Move(move);
                world.ShouldAgreeOn(request, move.More);
                world.Place(request, move.More);
            }

            world.ShouldBeSound();
            world.Restart();
            world.ShouldAgreeOn(steps[^1].Item2, 3);
        }, iter: 300);

    [Fact]
    public void Binpack_takes_the_least_available_that_fits() =>
        Gen.Select(Gen.Int[100, 2000].Array[1, 70], Gen.Int[0, 1500]).Sample((memories, needed) =>
        {
            var scene = new ClusterScene();
            foreach (var memory in memories)
            {
                scene.Instance(memory: memory);
            }

            var chosen = Run(scene, 1, ClusterScene.Define(1, cpu: 1, memory: needed), new PlacementStrategy("binpack", "memory")).Tasks.SingleOrDefault();

            var fitting = memories.Where(memory => memory >= needed).ToList();
            return chosen is null ? fitting.Count == 0 : scene.State.ContainerInstances[chosen.ContainerInstanceId].Resources.MemoryMiB == fitting.Min();
        });

    [Fact]
    public void Spread_differs_by_at_most_one_where_there_is_room() =>
        Gen.Select(Gen.Int[1, 5], Gen.Int[1, 40], Gen.Int[1, 10]).Sample((zones, instances, calls) =>
        {
            var scene = new ClusterScene();
            for (var i = 0; i < Math.Max(zones, instances); i++)
            {
                scene.Instance(cpu: 100_000, memory: 100_000, zone: $"z{i % zones}");
            }

            for (var call = 0; call < calls; call++)
            {
                Run(scene, 7, ClusterScene.Web, new PlacementStrategy("spread", "attribute:ecs.availability-zone"), new PlacementStrategy("spread", "instanceId"));
            }

            var byZone = Enumerable.Range(0, zones).Select(zone => scene.Tasks().Count(task => task.AvailabilityZone == $"z{zone}")).ToList();
            return byZone.Max() - byZone.Min() <= 1;
        });

    [Fact]
    public void The_closest_is_none_exactly_when_a_place_is_found() => RandomClusters.Requests.Array[1, 20].Sample(requests =>
    {
        var world = new World();
        for (var i = 0; i < 20; i++)
        {
            world.Join(i * 104_729);
        }

        return requests.All(request => (Placement.Closest(world.Index, request) is null) == (Placement.Choose(world.Index, request, world.Ids) is not null));
    });

    private static PlacedTasks Run(ClusterScene scene, int count, TaskDefinition definition, params PlacementStrategy[] strategies) =>
        scene.Do(new RunTaskCommand(new() { Definition = definition }, count, [.. strategies], [], null, ""));

    private sealed class World
    {
        private readonly ClusterScene scene = new();
        private readonly List<string> members = [];
        private ClusterAggregate cluster;

        public World() => cluster = scene.Cluster;

        public PlacementIndex Index => cluster.Placement;

        public Chance Ids { get; } = new();

        public void Join(int seed)
        {
            var attributes = ImmutableArray.CreateBuilder<EcsAttribute>();
            if (seed % 7 != 0)
            {
                attributes.Add(new(AttributeNames.AvailabilityZone, "abc"[seed % 3].ToString()));
            }

            attributes.AddRange(Extras(seed / 7));
            var resources = new InstanceResources(500 + seed % 5 * 100, 500 + seed % 3 * 100, [22], seed % 2 == 0 ? [53] : []) { GpuIds = seed % 4 == 0 ? ["g0", "g1"] : null };

            // Ids that come in no order.
            var id = scene.Do(new RegisterContainerInstanceCommand($"{(seed * 48_271L) & 0xffffff:x6}{seed:x26}", $"i-{seed % 3}", "127.0.0.1", resources, attributes.ToImmutable(), [], null)).Id;
            members.Add(id);
            if (seed % 11 != 0)
            {
                scene.Do(new ConnectAgentCommand(id, new(seed % 2 == 0 ? "1.9.0" : "1.10.0", null, null)));
            }
        }

        public void Move((int Kind, int What, int More) move)
        {
            if (members.Count == 0)
            {
                Join(move.What);
            }

            var member = members[move.What % members.Count];
            var instance = scene.State.ContainerInstances[member];
            var tasks = scene.State.Tasks.Values.Where(task => task.Phase != TaskPhase.Stopped).OrderBy(task => task.Id, StringComparer.Ordinal).ToList();
            switch (move.Kind)
            {
                case 0 when members.Count < 140:
                    Join(move.What);
                    break;
                case 1 when instance.Status != ContainerInstanceStatus.Inactive:
                    scene.Do(new UpdateContainerInstancesStateCommand([member], move.More % 2 == 0 ? ContainerInstanceStatus.Draining : ContainerInstanceStatus.Active));
                    break;
                case 2:
                    scene.Do(new DisconnectAgentsCommand([member]));
                    break;
                case 3 when instance.Status != ContainerInstanceStatus.Inactive:
                    scene.Do(new ConnectAgentCommand(member, new("1.9.0", null, null)));
                    break;
                case 4 when instance.Status != ContainerInstanceStatus.Inactive:
                    scene.Do(new PutAttributesCommand([new(member, Extras(move.More))]));
                    break;
                case 5 when instance.Status != ContainerInstanceStatus.Inactive:
                    scene.Do(new DeleteAttributesCommand([new(member, [new("stack", null)])]));
                    break;
                case 6 when instance.Status != ContainerInstanceStatus.Inactive:
                    scene.Do(new RegisterContainerInstanceCommand(member, null, "127.0.0.1", instance.Resources with { CpuUnits = 300 + move.More % 400 }, [new(AttributeNames.AvailabilityZone, "abc"[move.More % 3].ToString())], [], null));
                    break;
                case 7 when instance.Status != ContainerInstanceStatus.Inactive:
                    scene.Do(new DeregisterContainerInstanceCommand(member, Force: true));
                    break;
                case 8 when move.More % 4 == 0:
                    scene.Wait(TimeSpan.FromHours(2));
                    members.RemoveAll(id => !scene.State.ContainerInstances.ContainsKey(id));
                    break;
                case 9 or 10 when tasks.Count > 0:
                    scene.Do(new StopTaskCommand(tasks[move.More % tasks.Count].Id, null));
                    break;
                case >= 11 when tasks.Count > 0:
                    scene.Report(tasks[move.More % tasks.Count], move.What % 3 == 0 ? EcsTaskStatus.Running : EcsTaskStatus.Stopped);
                    break;
            }
        }

        public void Place(PlacementRequest request, int chance)
        {
            // As RunTask does it, for demands that no task definition leads to.
            Ids.Next = chance;
            for (var i = 0; i < 1 + chance % 4 && Placement.Choose(Index, request, Ids) is { } chosen; i++)
            {
                cluster.Apply(new ClusterEvent.TaskPlaced(new()
                {
                    Id = $"{scene.State.Tasks.Count:x8}{chance:x8}{i:x16}",
                    TaskDefinitionArn = request.Definition.Arn,
                    Family = "web",
                    ContainerInstanceId = chosen.Id,
                    AvailabilityZone = chosen.AvailabilityZone,
                    LaunchType = "EC2",
                    Group = request.Group,
                    Demand = request.Demand,
                    Containers = [],
                    CreatedAt = scene.Now,
                }));
            }
        }

        public void ShouldAgreeOn(PlacementRequest request, int chance)
        {
            var state = cluster.State;
            Ids.Next = chance;
            var expected = NaivePlacement.Choose(state, request, chance);
            Placement.Choose(Index, request, Ids)?.Id.ShouldBe(expected?.Id);
            (Placement.Choose(Index, request, Ids) is null).ShouldBe(expected is null);
            var obstacles = state.ContainerInstances.Values
                .Where(instance => instance.Status == ContainerInstanceStatus.Active)
                .Select(instance => (instance.Id, Obstacle: NaivePlacement.Obstacle(state, request, instance)))
                .Where(entry => entry.Obstacle is not null)
                .Select(entry => new PlacementObstacle(entry.Id, entry.Obstacle!.Value.Reason, entry.Obstacle.Value.Subject, entry.Obstacle.Value.Needed, entry.Obstacle.Value.Left))
                .ToList();
            Placement.Obstacles(Index, request).ShouldBe(obstacles);
            PlacementReport.Of(state, request, int.MaxValue, Ids).Obstacles.ShouldBe(obstacles);
            if (Placement.Closest(Index, request) is { } closest)
            {
                obstacles.ShouldContain(obstacle => obstacle.ContainerInstanceId == closest.ContainerInstanceId);
            }
        }

        public void ShouldBeSound()
        {
            foreach (var instance in cluster.State.ContainerInstances.Values)
            {
                var held = cluster.State.Tasks.Values.Where(task => task.ContainerInstanceId == instance.Id && task.Phase != TaskPhase.Stopped).ToList();
                var ports = held.SelectMany(task => task.Demand.TcpPorts).ToList();
                ports.Distinct().Count().ShouldBe(ports.Count);
                Index.Left(instance.Id).ShouldBe((instance.Resources.CpuUnits - held.Sum(task => task.Demand.CpuUnits), instance.Resources.MemoryMiB - held.Sum(task => task.Demand.MemoryMiB)));
            }
        }

        public void Restart()
        {
            var state = cluster.State;
            cluster = new("000000000000", "us-east-1", "default", new());
            cluster.Restore(state);
        }

        private static ImmutableArray<EcsAttribute> Extras(int seed) =>
        [
            .. seed % 2 == 0 ? [new EcsAttribute("stack", "abc"[seed % 3].ToString())] : Array.Empty<EcsAttribute>(),
            .. seed % 5 == 0 ? [new EcsAttribute("flag", null)] : Array.Empty<EcsAttribute>(),
            .. seed % 3 != 0 ? [new EcsAttribute("rack", $"{seed % 60}")] : Array.Empty<EcsAttribute>(),
        ];
    }

    internal sealed class Chance : IIdSource
    {
        public int Next { get; set; }

        public string NextHexId() => throw new NotSupportedException();

        public string NextUuid() => throw new NotSupportedException();

        public string NextDigits19() => throw new NotSupportedException();

        public int NextIndex(int exclusiveMax) => Next % exclusiveMax;
    }
}
