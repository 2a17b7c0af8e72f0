using System.Text.Json;

namespace Berth.Domain.Tests;

public sealed class TasksWithGpus
{
    private readonly ClusterScene scene = new();

    [Fact]
    public void Have_their_own_as_long_as_they_are_there()
    {
        Instance("g0", "g1", "g2");

        var first = Run(Define(gpus: 2)).Tasks.Single();
        var second = Run(Define(gpus: 1)).Tasks.Single();
        GpusOf(first).ShouldBe(["g0", "g1"]);
        GpusOf(second).ShouldBe(["g2"]);
        Run(Define(gpus: 1)).Failures.Single().Reason.ShouldBe("RESOURCE:GPU");

        scene.Do(new StopTaskCommand(first.Id, null));
        Run(Define(gpus: 1)).Tasks.ShouldBeEmpty();    // A stopping task still holds them.
        scene.Report(scene.State.Tasks[first.Id], EcsTaskStatus.Stopped);
        GpusOf(Run(Define(gpus: 1)).Tasks.Single()).ShouldBe(["g0"]);
    }

    [Fact]
    public void Go_where_enough_are_free()
    {
        Instance("g0");
        var roomy = Instance("h0", "h1");

        Run(Define(gpus: 2)).Tasks.Single().ContainerInstanceId.ShouldBe(roomy);
        Run(Define(gpus: 2)).Failures.Select(failure => failure.Reason).ShouldBe(["RESOURCE:GPU", "RESOURCE:GPU"]);
    }

    [Fact]
    public void Take_what_an_override_says_in_place_of_their_definition()
    {
        Instance("g0", "g1");
        var overrides = new TaskOverride
        {
            Containers = [new() { Name = "web", ResourceRequirements = JsonElement.Parse("""[{"type":"GPU","value":"2"}]""") }],
        };

        GpusOf(Run(Define(gpus: 0), overrides).Tasks.Single()).ShouldBe(["g0", "g1"]);
    }

    [Fact]
    public void Of_services_have_them_too()
    {
        Instance("g0", "g1");
        var definition = Define(gpus: 1);

        scene.Service(desired: 3, definition);

        scene.Tasks().SelectMany(GpusOf).Order().ShouldBe(["g0", "g1"]);
        scene.Messages().ShouldContain(message => message.Contains("unable to place", StringComparison.Ordinal));
    }

    [Fact]
    public void That_waited_for_room_have_them_when_they_are_placed()
    {
        scene.Do(new PutClusterCapacityProvidersCommand([new("spare", "EC2")], []));
        var waiting = scene.Do(new RunTaskCommand(new() { Definition = Define(gpus: 1) }, 1, [], [], null, "") { Strategy = [new("spare", 1, 0)] }).Tasks.Single();
        GpusOf(waiting).ShouldBeEmpty();

        Instance("g0");

        GpusOf(scene.State.Tasks[waiting.Id]).ShouldBe(["g0"]);
    }

    private static TaskDefinition Define(int gpus)
    {
        var definition = ClusterScene.Define(gpus + 1);
        return definition with { Containers = [definition.Containers[0] with { Gpus = gpus }] };
    }

    private static IEnumerable<string> GpusOf(EcsTask task) => task.Containers.SelectMany(container => container.GpuIds ?? []);

    private string Instance(params string[] gpus)
    {
        var id = scene.Do(new RegisterContainerInstanceCommand(null, null, "127.0.0.1", new(1000, 1000, [], []) { GpuIds = [.. gpus] }, [], [], null)).Id;
        scene.Do(new ConnectAgentCommand(id, new("1", "berth", "20")));
        return id;
    }

    private PlacedTasks Run(TaskDefinition definition, TaskOverride? overrides = null) =>
        scene.Do(new RunTaskCommand(new() { Definition = definition, Overrides = overrides ?? TaskOverride.None }, 1, [], [], null, ""));
}
