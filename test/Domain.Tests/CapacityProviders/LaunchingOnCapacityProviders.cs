namespace Berth.Domain.Tests;

public sealed class LaunchingOnCapacityProviders
{
    private readonly ClusterScene scene = new();

    [Fact]
    public void Goes_to_the_instances_of_the_provider_and_to_any_where_it_has_none()
    {
        Provide(new ClusterCapacityProvider("spare", "EC2"), new ClusterCapacityProvider("other", "EC2"));
        scene.Instance();
        var own = scene.Instance();
        scene.Do(new PutAttributesCommand([new(own, [new(AttributeNames.CapacityProvider, "spare")])]));

        Run(2, new CapacityProviderStrategyItem("spare", 1, 0)).Tasks.ShouldAllBe(task => task.ContainerInstanceId == own && task.CapacityProviderName == "spare" && task.LaunchType == "EC2");
        Run(2, new CapacityProviderStrategyItem("other", 1, 0)).Tasks.ShouldContain(task => task.ContainerInstanceId != own && task.CapacityProviderName == "other");
    }

    [Fact]
    public void Does_not_fall_back_on_another_provider()
    {
        Provide(new ClusterCapacityProvider("full", "EC2"), new ClusterCapacityProvider("free", "EC2"));
        var full = scene.Instance(cpu: 50);
        var free = scene.Instance();
        scene.Do(new PutAttributesCommand([new(full, [new(AttributeNames.CapacityProvider, "full")]), new(free, [new(AttributeNames.CapacityProvider, "free")])]));

        var placed = Run(4, new CapacityProviderStrategyItem("full", 1, 0), new CapacityProviderStrategyItem("free", 1, 0));

        placed.Tasks.Select(task => (task.CapacityProviderName, task.LastStatus)).ShouldBe(
            [("full", EcsTaskStatus.Provisioning), ("free", EcsTaskStatus.Pending), ("full", EcsTaskStatus.Provisioning), ("free", EcsTaskStatus.Pending)]);
        placed.Failures.ShouldBeEmpty();
    }

    [Fact]
    public void Waits_for_an_instance_and_takes_it()
    {
        Provide(new ClusterCapacityProvider("spare", "EC2"));
        var waiting = Run(2, new CapacityProviderStrategyItem("spare", 1, 0)).Tasks;
        waiting.ShouldAllBe(task => task.ContainerInstanceId == "" && task.LastStatus == EcsTaskStatus.Provisioning);

        var first = scene.Instance(cpu: 100);
        scene.State.Tasks[waiting[0].Id].ContainerInstanceId.ShouldBe(first);
        scene.State.Tasks[waiting[1].Id].LastStatus.ShouldBe(EcsTaskStatus.Provisioning);
        scene.Cluster.Waiting.ShouldBe(1);

        scene.Do(new StopTaskCommand(waiting[0].Id, null));
        scene.Report(waiting[0], EcsTaskStatus.Stopped);

        scene.State.Tasks[waiting[1].Id].ContainerInstanceId.ShouldBe(first);
        scene.State.TasksOn(first, TaskPhase.Live).Single().Id.ShouldBe(waiting[1].Id);
        scene.Cluster.Waiting.ShouldBe(0);
    }

    [Fact]
    public void Gives_up_after_a_time_and_says_what_it_waited_for()
    {
        Provide(new ClusterCapacityProvider("spare", "EC2"));
        var nowhere = Run(1, new CapacityProviderStrategyItem("spare", 1, 0)).Tasks.Single();
        scene.Wait(TimeSpan.FromMinutes(16));
        (scene.State.Tasks[nowhere.Id].StoppedReason, scene.State.Tasks[nowhere.Id].StopCode).ShouldBe(("TaskFailedToStart: EMPTY CAPACITY PROVIDER", TaskStopCode.TaskFailedToStart));

        scene.Instance(cpu: 50);
        var small = Run(1, new CapacityProviderStrategyItem("spare", 1, 0)).Tasks.Single();
        scene.Wait(TimeSpan.FromMinutes(16));
        scene.State.Tasks[small.Id].StoppedReason.ShouldBe("TaskFailedToStart: RESOURCE:CPU");
        scene.State.Tasks[small.Id].StartedAt.ShouldBeNull();
    }

    [Fact]
    public void Is_stopped_at_once_while_it_waits()
    {
        Provide(new ClusterCapacityProvider("spare", "EC2"));
        var waiting = Run(1, new CapacityProviderStrategyItem("spare", 1, 0)).Tasks.Single();

        scene.Do(new StopTaskCommand(waiting.Id, null)).LastStatus.ShouldBe(EcsTaskStatus.Stopped);

        scene.Cluster.Waiting.ShouldBe(0);
        scene.Instance();
        scene.Tasks().ShouldBeEmpty();
    }

    [Fact]
    public void Waits_on_after_a_restart()
    {
        Provide(new ClusterCapacityProvider("spare", "EC2"));
        var waiting = Run(1, new CapacityProviderStrategyItem("spare", 1, 0)).Tasks.Single();
        scene.Cluster.Restore(scene.State);

        var instance = scene.Instance();

        scene.State.Tasks[waiting.Id].ContainerInstanceId.ShouldBe(instance);
    }

    [Fact]
    public void Lets_only_so_many_wait()
    {
        Provide(new ClusterCapacityProvider("spare", "EC2"));
        for (var call = 0; call < 50; call++)
        {
            Run(10, new CapacityProviderStrategyItem("spare", 1, 0));
        }

        Should.Throw<RefusedException>(() => Run(1, new CapacityProviderStrategyItem("spare", 1, 0))).Code.ShouldBe("ClientException");
    }

    [Fact]
    public void Makes_fargate_of_all_machines_but_external_ones()
    {
        Provide(new ClusterCapacityProvider("FARGATE", "FARGATE"));
        var external = scene.Instance();
        scene.Do(new PutAttributesCommand([new(external, [new(AttributeNames.External, null)])]));
        Run(1, new CapacityProviderStrategyItem("FARGATE", 1, 0)).Failures.Single().Reason.ShouldStartWith("Capacity is unavailable");

        var here = scene.Instance();
        var task = Run(1, new CapacityProviderStrategyItem("FARGATE", 1, 0)).Tasks.Single();

        (task.ContainerInstanceId, task.LaunchType, task.CapacityProviderName, task.PlatformVersion).ShouldBe((here, "FARGATE", "FARGATE", "1.4.0"));
        scene.State.Counts.PendingTasks.ShouldBe(new(0, 1, 0, 0));
    }

    [Fact]
    public void Keeps_external_tasks_to_external_instances()
    {
        scene.Instance();
        var external = scene.Instance();
        scene.Do(new PutAttributesCommand([new(external, [new(AttributeNames.External, null)])]));

        scene.Do(new RunTaskCommand(new() { Definition = ClusterScene.Web, LaunchType = "EXTERNAL" }, 2, [], [], null, "")).Tasks.ShouldAllBe(task => task.ContainerInstanceId == external);
        scene.Do(new RunTaskCommand(new() { Definition = ClusterScene.Web }, 2, [], [], null, "")).Tasks.ShouldAllBe(task => task.ContainerInstanceId != external);
    }

    [Fact]
    public void Refuses_a_provider_the_cluster_does_not_have()
    {
        scene.Instance();

        Should.Throw<RefusedException>(() => Run(1, new CapacityProviderStrategyItem("spare", 1, 0))).Code.ShouldBe("InvalidParameterException");
    }

    [Fact]
    public void Keeps_a_provider_as_long_as_a_task_is_on_it()
    {
        Provide(new ClusterCapacityProvider("spare", "EC2"));
        scene.Instance();
        var task = Run(1, new CapacityProviderStrategyItem("spare", 1, 0)).Tasks.Single();
        Should.Throw<RefusedException>(() => Provide()).Code.ShouldBe("ResourceInUseException");
        scene.Do(new StopTaskCommand(task.Id, null));
        Should.Throw<RefusedException>(() => Provide()).Code.ShouldBe("ResourceInUseException");
        scene.Report(task, EcsTaskStatus.Stopped);

        Provide();

        scene.State.CapacityProviders.ShouldBeEmpty();
    }

    private void Provide(params ClusterCapacityProvider[] providers) => scene.Do(new PutClusterCapacityProvidersCommand([.. providers], []));

    private PlacedTasks Run(int count, params CapacityProviderStrategyItem[] strategy) => scene.Do(
        new RunTaskCommand(new() { Definition = ClusterScene.Web, PlatformVersion = "1.4.0" }, count, [], [], null, "") { Strategy = [.. strategy] });
}
