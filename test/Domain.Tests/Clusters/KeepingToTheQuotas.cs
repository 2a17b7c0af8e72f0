namespace Berth.Domain.Tests;

public sealed class KeepingToTheQuotas
{
    private readonly ClusterScene scene = new(new() { Quotas = new() { ServicesPerCluster = 2, TasksPerService = 3, ReservedPortsPerInstance = 2, ContainerInstancesPerCluster = 2, ProvisioningTasksPerCluster = 3 } });

    [Fact]
    public void Refuses_one_service_too_many_until_another_is_deleted()
    {
        scene.Service(settings => settings, "a");
        scene.Service(settings => settings, "b");

        Should.Throw<RefusedException>(() => scene.Service(settings => settings, "c")).Message.ShouldBe("You have reached the limit of 2 services in a cluster.");
        scene.State.Services.Count.ShouldBe(2);

        scene.Do(new DeleteServiceCommand("a", Force: true));
        scene.Service(settings => settings, "c");
    }

    [Fact]
    public void Refuses_more_tasks_than_a_service_may_have()
    {
        scene.Service(desired: 3);

        Should.Throw<RefusedException>(() => scene.Service(settings => settings with { DesiredCount = 4 }, "b")).Code.ShouldBe("InvalidParameterException");
        Should.Throw<RefusedException>(() => scene.Do(new UpdateServiceCommand("web", new() { DesiredCount = 4 }))).Message.ShouldBe("desiredCount must be between 0 and 3.");
        scene.Found().Settings.DesiredCount.ShouldBe(3);
    }

    [Fact]
    public void Refuses_more_reserved_ports_than_an_instance_may_have()
    {
        Should.Throw<RefusedException>(() => Register([1, 2, 3], [])).Message.ShouldBe("The resource PORTS can have at most 2 reserved ports.");
        Should.Throw<RefusedException>(() => Register([], [1, 2, 3])).Message.ShouldBe("The resource PORTS_UDP can have at most 2 reserved ports.");
        scene.State.ContainerInstances.ShouldBeEmpty();

        Register([1, 2], [1, 2]);
    }

    [Fact]
    public void Refuses_one_instance_too_many_until_another_has_left()
    {
        var first = Register([], []).Id;
        Register([], []);

        Should.Throw<RefusedException>(() => Register([], [])).Message.ShouldBe("You have reached the limit of 2 container instances in a cluster.");
        scene.State.ContainerInstances.Count.ShouldBe(2);

        scene.Do(new DeregisterContainerInstanceCommand(first, Force: false));
        Register([], []);
    }

    [Fact]
    public void Refuses_tasks_that_would_wait_until_others_do_no_longer()
    {
        scene.Do(new PutClusterCapacityProvidersCommand([new("spare", "EC2")], []));
        var waiting = Run(2).Tasks;

        Should.Throw<RefusedException>(() => Run(2)).Message.ShouldBe("You have reached the limit of 3 tasks in PROVISIONING state in a cluster.");
        scene.State.Tasks.Count.ShouldBe(2);

        scene.Do(new StopTaskCommand(waiting[0].Id, null));
        Run(2).Tasks.Length.ShouldBe(2);
    }

    private PlacedTasks Run(int count) =>
        scene.Do(new RunTaskCommand(new() { Definition = ClusterScene.Web }, count, [], [], null, "") { Strategy = [new("spare", 1, 0)] });

    private ContainerInstance Register(int[] tcp, int[] udp) =>
        scene.Do(new RegisterContainerInstanceCommand(null, null, "127.0.0.1", new(1000, 1000, [.. tcp], [.. udp]), [], [], null));
}
