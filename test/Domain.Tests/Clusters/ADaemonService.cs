namespace Berth.Domain.Tests;

public sealed class ADaemonService
{
    private readonly ClusterScene scene = new();

    [Fact]
    public void Runs_one_task_on_every_instance_there_is_and_comes_to_be()
    {
        scene.Instance();
        scene.Instance();

        Create();

        scene.Tasks().Select(task => task.ContainerInstanceId).Distinct().Count().ShouldBe(2);
        scene.Found().Settings.DesiredCount.ShouldBe(2);
        var third = scene.Instance();
        scene.Tasks().Count(task => task.ContainerInstanceId == third).ShouldBe(1);
        scene.Found().Settings.DesiredCount.ShouldBe(3);
    }

    [Fact]
    public void Comes_first_on_a_new_instance()
    {
        scene.Service(desired: 20);
        Create("agent");

        scene.Instance(cpu: 250);

        scene.Tasks().Count(task => task.ServiceName == "agent").ShouldBe(1);
        scene.Tasks().Count(task => task.ServiceName == "web").ShouldBe(1);
    }

    [Fact]
    public void Waits_for_room_on_an_instance_that_is_full()
    {
        scene.Instance(cpu: 100);
        scene.Service(desired: 1);
        Create("agent");
        scene.Tasks().Count(task => task.ServiceName == "agent").ShouldBe(0);
        scene.Messages("agent").ShouldContain(message => message.Contains("was unable to place a task", StringComparison.Ordinal));

        scene.Do(new UpdateServiceCommand("web", new() { DesiredCount = 0 }));
        scene.Report(scene.Tasks(TaskPhase.Stopping).Single(), EcsTaskStatus.Stopped);

        scene.Tasks().Single().ServiceName.ShouldBe("agent");
    }

    [Fact]
    public void Leaves_a_draining_instance_last()
    {
        var first = scene.Instance();
        scene.Service(desired: 1);
        Create("agent");
        scene.Steady();
        scene.Instance();
        scene.RunAll();

        scene.Do(new UpdateContainerInstancesStateCommand([first], ContainerInstanceStatus.Draining));

        OnFirst().Select(task => task.ServiceName).ShouldBe(["agent", "web"], ignoreOrder: true);
        scene.RunAll();
        scene.Wait(TimeSpan.FromSeconds(41));
        OnFirst().ShouldBeEmpty();
        scene.Found("agent").Settings.DesiredCount.ShouldBe(1);

        IEnumerable<EcsTask> OnFirst() => scene.Tasks().Where(task => task.ContainerInstanceId == first);
    }

    [Fact]
    public void Replaces_a_task_in_its_place()
    {
        scene.Instance();
        Create();
        scene.Steady();

        scene.Do(new UpdateServiceCommand("web", new() { Definition = ClusterScene.Define(2) }));

        scene.Tasks().ShouldBeEmpty();
        scene.Report(scene.Tasks(TaskPhase.Stopping).Single(), EcsTaskStatus.Stopped);
        scene.Tasks().Single().TaskDefinitionArn.ShouldEndWith(":2");
    }

    [Fact]
    public void Replaces_as_many_at_once_as_the_minimum_allows()
    {
        for (var i = 0; i < 4; i++)
        {
            scene.Instance();
        }

        Create(bounds: new(100, 50));
        scene.Steady();

        scene.Do(new UpdateServiceCommand("web", new() { Definition = ClusterScene.Define(2) }));

        scene.Tasks(TaskPhase.Stopping).Count.ShouldBe(2);
        scene.Steady();
        scene.Tasks().ShouldAllBe(task => task.TaskDefinitionArn.EndsWith(":2", StringComparison.Ordinal));
        scene.Found().ServiceDeployments[0].Status.ShouldBe(ServiceDeploymentStatus.Successful);
    }

    [Fact]
    public void Leaves_an_instance_that_lost_an_attribute_it_needs()
    {
        var id = scene.Instance();
        scene.Do(new PutAttributesCommand([new(id, [new("gpu", "yes")])]));
        Create(definition: ClusterScene.Define(1) with { RequiresAttributes = ["gpu"] });
        scene.Tasks().Count.ShouldBe(1);

        scene.Do(new DeleteAttributesCommand([new(id, [new("gpu", null)])]));

        scene.Tasks().ShouldBeEmpty();
        scene.Tasks(TaskPhase.Stopping).Single().StoppedReason!.ShouldContain("no longer satisfies the placement constraints");
        scene.Found().Settings.DesiredCount.ShouldBe(0);
    }

    [Fact]
    public void Follows_its_constraints_as_attributes_change()
    {
        var (blue, green) = (scene.Instance(), scene.Instance());
        scene.Do(new PutAttributesCommand(blue, [new("stack", "blue")]));
        scene.Service(settings => settings with
        {
            SchedulingStrategy = SchedulingStrategy.Daemon,
            DesiredCount = 0,
            DeploymentConfiguration = new(100, 0),
            PlacementConstraints = [new("memberOf", "attribute:stack == blue")],
        });
        scene.Tasks().Single().ContainerInstanceId.ShouldBe(blue);

        scene.Do(new PutAttributesCommand(green, [new("stack", "blue")]));
        scene.Tasks().Count.ShouldBe(2);
        scene.Do(new PutAttributesCommand(blue, [new("stack", "red")]));
        scene.Tasks().Single().ContainerInstanceId.ShouldBe(green);
        scene.Do(new UpdateServiceCommand("web", new() { PlacementConstraints = [] }));
        scene.Tasks().Select(task => task.ContainerInstanceId).ShouldContain(green);
        scene.Found().Settings.DesiredCount.ShouldBe(2);
    }

    [Fact]
    public void Is_deleted_without_force()
    {
        scene.Instance();
        Create();

        scene.Do(new DeleteServiceCommand("web", Force: false)).Status.ShouldBe(ServiceStatus.Draining);

        scene.Tasks().ShouldBeEmpty();
    }

    private void Create(string name = "web", DeploymentConfiguration? bounds = null, TaskDefinition? definition = null) => scene.Service(
        settings => settings with { SchedulingStrategy = SchedulingStrategy.Daemon, DesiredCount = 0, DeploymentConfiguration = bounds ?? new(100, 0) }, name, definition);
}
