using System.Collections.Immutable;
using CsCheck;

namespace Berth.Domain.Tests;

public sealed class PlacingTasks
{
    private readonly ClusterScene scene = new();

    [Fact]
    public void Spreads_over_zones_and_then_instances_when_nothing_is_said()
    {
        var a1 = scene.Instance(zone: "us-east-1a");
        var a2 = scene.Instance(zone: "us-east-1a");
        var b1 = scene.Instance(zone: "us-east-1b");

        scene.Service(desired: 4);

        scene.Tasks().CountBy(task => task.ContainerInstanceId).ToDictionary().ShouldBe(new Dictionary<string, int> { [a1] = 1, [a2] = 1, [b1] = 2 }, ignoreOrder: true);
    }

    [Fact]
    public void Packs_where_least_is_left()
    {
        scene.Instance(memory: 1000);
        var small = scene.Instance(memory: 300);

        Run(3, new PlacementStrategy("binpack", "memory")).ShouldAllBe(task => task.ContainerInstanceId == small);
    }

    [Fact]
    public void Gives_a_host_port_once_an_instance()
    {
        scene.Instance();
        scene.Instance();
        var placed = scene.Do(new RunTaskCommand(new() { Definition = ClusterScene.Define(3, hostPort: 8080) }, 3, [], [], null, ""));

        placed.Tasks.Select(task => task.ContainerInstanceId).Distinct().Count().ShouldBe(2);
        placed.Failures.ShouldAllBe(failure => failure.Reason == "RESOURCE:PORTS");
    }

    [Fact]
    public void Keeps_ports_the_machine_needs()
    {
        scene.Instance();

        scene.Do(new RunTaskCommand(new() { Definition = ClusterScene.Define(3, hostPort: 22) }, 1, [], [], null, "")).Failures.Single().Reason.ShouldBe("RESOURCE:PORTS");
    }

    [Theory, InlineData(2000, 10, "RESOURCE:CPU"), InlineData(10, 2000, "RESOURCE:MEMORY")]
    public void Says_what_is_missing(int cpu, int memory, string reason)
    {
        var only = scene.Instance();

        scene.Do(new RunTaskCommand(new() { Definition = ClusterScene.Define(3, cpu, memory) }, 1, [], [], null, "")).Failures.ShouldBe([new(only, reason)]);
    }

    [Fact]
    public void Passes_over_an_agent_that_is_away()
    {
        var away = scene.Instance();
        scene.Do(new DisconnectAgentsCommand([away]));

        scene.Do(new RunTaskCommand(new() { Definition = ClusterScene.Web }, 1, [], [], null, "")).Failures.ShouldBe([new(away, "AGENT")]);
    }

    [Fact]
    public void Names_an_attribute_that_is_missing()
    {
        var only = scene.Instance();
        var definition = ClusterScene.Web with { RequiresAttributes = ["ecs.capability.efs"] };

        scene.Do(new RunTaskCommand(new() { Definition = definition }, 1, [], [], null, "")).Failures.ShouldBe([new(only, "ATTRIBUTE", "ecs.capability.efs")]);
    }

    [Fact]
    public void Puts_no_two_of_a_group_on_one_instance_where_they_must_differ()
    {
        scene.Instance();
        scene.Instance();

        var placed = scene.Do(new RunTaskCommand(new() { Definition = ClusterScene.Web }, 3, [], [new("distinctInstance", null)], null, ""));

        placed.Tasks.Length.ShouldBe(2);
    }

    [Fact]
    public void Places_only_where_every_member_of_expression_holds()
    {
        scene.Instance(zone: "us-east-1a");
        var b = scene.Instance(zone: "us-east-1b");
        var definition = ClusterScene.Web with { PlacementConstraints = ["attribute:ecs.availability-zone =~ us-east-1[bc]"] };

        var placed = scene.Do(new RunTaskCommand(new() { Definition = definition }, 3, [], [new("memberOf", "runningTasksCount < 2")], null, ""));

        placed.Tasks.Select(task => task.ContainerInstanceId).ShouldBe([b, b]);
        placed.Failures.Select(failure => failure.Reason).ShouldAllBe(reason => reason == PlacementReasons.MemberOf);
    }

    [Fact]
    public void Places_nowhere_by_an_expression_it_cannot_read()
    {
        var only = scene.Instance();

        scene.Do(new RunTaskCommand(new() { Definition = ClusterScene.Web with { PlacementConstraints = ["size == big"] } }, 1, [], [], null, ""))
            .Failures.ShouldBe([new(only, PlacementReasons.MemberOf)]);
    }

    [Fact]
    public void Counts_an_instance_that_is_full_as_closer_than_one_it_may_not_use()
    {
        scene.Instance(memory: 1000);
        var small = scene.Instance(memory: 50, zone: "us-east-1b");
        var request = PlacementRequest.Of(ClusterScene.Web, TaskDemand.Of(ClusterScene.Web, TaskOverride.None), "g", [], [new("memberOf", "attribute:ecs.availability-zone == us-east-1b")]);

        Placement.Closest(scene.Cluster.Placement, request).ShouldBe(new(small, "RESOURCE:MEMORY", null, 100, 50));
    }

    [Theory, InlineData(0, 0, 100), InlineData(64, 0, 64), InlineData(64, 32, 32)]
    public void Counts_memory_as_the_agent_will(int reservation, int overridden, int counted)
    {
        var container = ClusterScene.Web.Containers[0] with { MemoryReservationMiB = reservation };
        var overrides = new TaskOverride { Containers = overridden == 0 ? [] : [new() { Name = "web", MemoryReservationMiB = overridden }] };

        TaskDemand.Of(ClusterScene.Web with { Containers = [container] }, overrides).MemoryMiB.ShouldBe(counted);
    }

    [Fact]
    public void Answers_a_repeated_client_token_with_the_same_tasks()
    {
        scene.Instance();
        var command = new RunTaskCommand(new() { Definition = ClusterScene.Web }, 2, [], [], "token", "same");
        var first = scene.Do(command).Tasks.Select(task => task.Id);

        scene.Do(command).Tasks.Select(task => task.Id).ShouldBe(first);
        Should.Throw<RefusedException>(() => scene.Do(command with { Fingerprint = "other" })).Code.ShouldBe("ConflictException");
    }

    [Fact]
    public void Tells_of_a_repeated_client_token_which_tasks_are_no_longer_kept()
    {
        scene.Instance();
        var command = new RunTaskCommand(new() { Definition = ClusterScene.Web }, 2, [], [], "token", "same");
        var (stays, goes) = scene.Do(command).Tasks is [var one, var other] ? (one.Id, other.Id) : throw new InvalidOperationException();
        scene.Do(new StopTaskCommand(goes, null));
        scene.Report(scene.State.Tasks[goes], EcsTaskStatus.Stopped);
        scene.Wait(TimeSpan.FromHours(2));

        var repeat = scene.Do(command);

        repeat.Tasks.Select(task => task.Id).ShouldBe([stays]);
        repeat.Forgotten.ShouldBe([goes]);
        scene.Wait(TimeSpan.FromHours(23));
        scene.Do(command).Tasks.Length.ShouldBe(2);
    }

    [Fact]
    public void Knows_no_client_token_of_a_cluster_that_had_its_name()
    {
        var command = new RunTaskCommand(new() { Definition = ClusterScene.Web }, 1, [], [], "token", "same");
        var instance = scene.Instance();
        var task = scene.Do(command).Tasks.Single();
        scene.Do(new StopTaskCommand(task.Id, null));
        scene.Report(scene.State.Tasks[task.Id], EcsTaskStatus.Stopped);
        scene.Do(new DeregisterContainerInstanceCommand(instance, Force: false));
        scene.Do(new DeleteClusterCommand());

        scene.State.ClientTokens.ShouldBeEmpty();
        scene.Do(new CreateClusterCommand([], null, null, []));
        scene.Instance();
        scene.Do(command with { Fingerprint = "other" }).Tasks.Single().Id.ShouldNotBe(task.Id);
    }

    /// <summary>Goal: the scan's arrays never disagree with the state. Method: any history, then counting anew.</summary>
    [Fact]
    public void Leaves_the_same_free_however_it_is_counted() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[0, 99].Array[1, 60]).Sample((instances, moves) =>
        {
            var world = new ClusterScene();
            var machines = Enumerable.Range(0, instances).Select(_ => world.Instance()).ToList();
            foreach (var move in moves)
            {
                var tasks = world.State.Tasks.Values.OrderBy(task => task.Id, StringComparer.Ordinal).ToList();
                if (move < 50 || tasks.Count == 0)
                {
                    world.Do(new RunTaskCommand(new() { Definition = ClusterScene.Define(1, cpu: move, memory: move + 1, hostPort: move % 3 == 0 ? 9000 + move : 0) }, 1, [], [], null, ""));
                }
                else
                {
                    world.Report(tasks[move % tasks.Count], move % 2 == 0 ? EcsTaskStatus.Stopped : EcsTaskStatus.Running);
                }
            }

            var anew = new ClusterAggregate("000000000000", "us-east-1", "default", new());
            anew.Restore(world.State);
            return machines.TrueForAll(machine =>
            {
                var held = world.State.Tasks.Values.Where(task => task.ContainerInstanceId == machine && task.Phase != TaskPhase.Stopped).ToList();
                return world.Cluster.Placement.Left(machine) == (1000 - held.Sum(task => task.Demand.CpuUnits), 1000 - held.Sum(task => task.Demand.MemoryMiB))
                    && anew.Placement.Left(machine) == world.Cluster.Placement.Left(machine);
            });
        });

    private ImmutableArray<EcsTask> Run(int count, params PlacementStrategy[] strategies) =>
        scene.Do(new RunTaskCommand(new() { Definition = ClusterScene.Web }, count, [.. strategies], [], null, "")).Tasks;
}
