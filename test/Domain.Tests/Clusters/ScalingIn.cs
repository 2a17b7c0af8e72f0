namespace Berth.Domain.Tests;

public sealed class ScalingIn
{
    private readonly ClusterScene scene = new();

    [Fact]
    public void Takes_from_the_fullest_zone_first()
    {
        scene.Instance(zone: "us-east-1a");
        scene.Instance(zone: "us-east-1a");
        scene.Instance(zone: "us-east-1b");
        scene.Service(desired: 6);
        scene.RunAll();

        scene.Do(new UpdateServiceCommand("web", new() { DesiredCount = 2 }));

        scene.Tasks().Select(task => task.AvailabilityZone).ShouldBe(["us-east-1a", "us-east-1b"], ignoreOrder: true);
    }

    [Fact]
    public void Takes_tasks_that_do_not_run_yet_before_all_others()
    {
        scene.Instance();
        scene.Service(desired: 3);
        var waiting = scene.Tasks()[0];
        foreach (var task in scene.Tasks().Skip(1).ToList())
        {
            scene.Report(task, EcsTaskStatus.Running);
        }

        scene.Do(new UpdateServiceCommand("web", new() { DesiredCount = 2 }));

        scene.Tasks().ShouldNotContain(task => task.Id == waiting.Id);
    }

    [Fact]
    public void Takes_from_the_emptiest_instance_where_tasks_are_packed()
    {
        scene.Instance(memory: 250);
        var large = scene.Instance(memory: 900);
        scene.Service(desired: 3, strategies: new PlacementStrategy("binpack", "MEMORY"));
        scene.RunAll();

        scene.Do(new UpdateServiceCommand("web", new() { DesiredCount = 2 }));

        scene.Tasks().ShouldNotContain(task => task.ContainerInstanceId == large);
    }

    [Fact]
    public void Leaves_tasks_spread_over_an_attribute()
    {
        foreach (var rack in new[] { "1", "1", "2" })
        {
            var id = scene.Instance();
            scene.Do(new PutAttributesCommand([new(id, [new("rack", rack)])]));
        }

        scene.Service(desired: 4, strategies: new PlacementStrategy("spread", "attribute:rack"));
        scene.RunAll();

        scene.Do(new UpdateServiceCommand("web", new() { DesiredCount = 2 }));

        scene.Tasks().Select(task => scene.State.ContainerInstances[task.ContainerInstanceId].Attributes["rack"].Value).ShouldBe(["1", "2"], ignoreOrder: true);
    }
}
