namespace Berth.Domain.Tests;

public sealed class AService
{
    private readonly ClusterScene scene = new();

    [Fact]
    public void Starts_the_tasks_it_wants()
    {
        scene.Instance();

        scene.Service(desired: 3);

        scene.Tasks().Count.ShouldBe(3);
        scene.Messages()[0].ShouldStartWith("(service web) has started 3 tasks: (task ");
    }

    [Fact]
    public void Replaces_a_task_that_stops()
    {
        scene.Instance();
        scene.Service(desired: 2);
        scene.RunAll();
        var lost = scene.Tasks()[0];

        scene.Report(lost, EcsTaskStatus.Stopped);

        scene.Tasks().Count.ShouldBe(2);
        scene.Tasks().ShouldNotContain(task => task.Id == lost.Id);
        scene.State.Tasks[lost.Id].ShouldSatisfyAllConditions(
            task => task.StopCode.ShouldBe(TaskStopCode.EssentialContainerExited),
            task => task.StoppedReason.ShouldBe("Essential container in task exited"));
    }

    [Fact]
    public void Is_steady_once_its_tasks_have_run_long_enough()
    {
        scene.Instance();
        scene.Service(desired: 1);
        scene.RunAll();
        scene.State.Services["web"].Primary!.RolloutState.ShouldBe(RolloutState.InProgress);

        scene.Wait(TimeSpan.FromSeconds(41));

        scene.State.Services["web"].Primary!.RolloutState.ShouldBe(RolloutState.Completed);
        scene.Messages()[..2].ShouldBe(["(service web) has reached a steady state.", $"(service web) (deployment {scene.State.Services["web"].Primary!.Id}) deployment completed."]);
    }

    [Fact]
    public void Keeps_its_strength_through_a_deployment()
    {
        scene.Instance();
        scene.Service(desired: 2, balanced: true);
        MakeHealthy();

        scene.Do(new UpdateServiceCommand("web", new() { Definition = ClusterScene.Define(2) }));

        scene.Tasks().Count.ShouldBe(4);
        scene.RunAll();
        scene.Tasks(TaskPhase.Stopping).ShouldBeEmpty();
        var fresh = scene.Tasks().Where(task => task.TaskDefinitionArn.EndsWith(":2", StringComparison.Ordinal)).ToList();
        scene.Target(fresh[0], TaskTargetState.Healthy);
        scene.Tasks(TaskPhase.Stopping).Count.ShouldBe(1);
        scene.Target(fresh[1], TaskTargetState.Healthy);
        scene.Tasks(TaskPhase.Stopping).Count.ShouldBe(2);
    }

    [Fact]
    public void Stops_first_where_it_may_not_start_more()
    {
        scene.Instance();
        scene.Service(desired: 2, bounds: new(100, 50));
        scene.RunAll();
        scene.Wait(TimeSpan.FromSeconds(41));

        scene.Do(new UpdateServiceCommand("web", new() { Definition = ClusterScene.Define(2) }));

        scene.Tasks().Count.ShouldBe(1);
        scene.Tasks(TaskPhase.Stopping).Count.ShouldBe(1);
    }

    [Fact]
    public void Says_so_when_it_may_neither_start_nor_stop()
    {
        scene.Instance();
        scene.Service(desired: 1, bounds: new(100, 50));
        scene.RunAll();

        scene.Do(new UpdateServiceCommand("web", new() { Definition = ClusterScene.Define(2) }));

        scene.Messages()[0].ShouldContain("was unable to stop or start tasks during a deployment");
    }

    [Fact]
    public void Lets_a_target_leave_its_group_before_the_task_is_stopped()
    {
        scene.Instance();
        scene.Service(desired: 1, balanced: true);
        MakeHealthy();
        var task = scene.Tasks()[0];

        scene.Do(new UpdateServiceCommand("web", new() { DesiredCount = 0 }));

        scene.State.Tasks[task.Id].LastStatus.ShouldBe(EcsTaskStatus.Deactivating);
        scene.Target(task, TaskTargetState.Draining);
        scene.State.Tasks[task.Id].LastStatus.ShouldBe(EcsTaskStatus.Deactivating);
        scene.Target(task, TaskTargetState.Gone);
        scene.State.Tasks[task.Id].LastStatus.ShouldBe(EcsTaskStatus.Stopping);
    }

    [Fact]
    public void Replaces_an_unhealthy_target_before_it_stops_it()
    {
        scene.Instance();
        scene.Service(desired: 1, balanced: true);
        MakeHealthy();
        var sick = scene.Tasks()[0];

        scene.Target(sick, TaskTargetState.Unhealthy);

        scene.Tasks().Count.ShouldBe(2);
        scene.RunAll();
        scene.Target(scene.Tasks().Single(task => task.Id != sick.Id), TaskTargetState.Healthy);
        scene.State.Tasks[sick.Id].StoppedReason.ShouldBe($"Task failed ELB health checks in (target-group {ClusterScene.TargetGroup})");
    }

    [Fact]
    public void Ignores_unhealthy_targets_within_the_grace_period()
    {
        scene.Instance();
        scene.Service(desired: 1, balanced: true);
        scene.Do(new UpdateServiceCommand("web", new() { HealthCheckGracePeriod = TimeSpan.FromSeconds(60) }));
        scene.RunAll();

        scene.Target(scene.Tasks()[0], TaskTargetState.Unhealthy);
        scene.Tasks().Count.ShouldBe(1);

        scene.Wait(TimeSpan.FromSeconds(61));
        scene.Tasks().Count.ShouldBe(2);
    }

    [Fact]
    public void Says_once_that_it_finds_no_room_and_looks_again_when_there_is_some()
    {
        var only = scene.Instance(memory: 150);
        scene.Service(desired: 2);

        scene.Messages().Count(message => message.Contains("was unable to place a task", StringComparison.Ordinal)).ShouldBe(1);
        scene.Messages().ShouldContain($"(service web) was unable to place a task because no container instance met all of its requirements. The closest matching (container-instance {only}) has insufficient memory available. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.");
        scene.Instance();
        scene.Tasks().Count.ShouldBe(2);
    }

    [Fact]
    public void Waits_longer_after_every_task_that_cannot_start()
    {
        scene.Instance();
        scene.Service(desired: 1);
        for (var failures = 1; failures <= 4; failures++)
        {
            scene.Report(scene.Tasks().Single(), EcsTaskStatus.Stopped, "CannotPullContainerError: no such image");
            scene.Tasks().ShouldBeEmpty();
            var delay = TimeSpan.FromSeconds(1 << (failures - 1));
            scene.Wait(delay - TimeSpan.FromMilliseconds(1));
            scene.Tasks().ShouldBeEmpty();
            scene.Wait(TimeSpan.FromMilliseconds(1));
            scene.Tasks().Count.ShouldBe(1);
        }

        scene.Messages().ShouldContain(message => message.Contains("is unable to consistently start tasks successfully", StringComparison.Ordinal));
        scene.State.Services["web"].Primary!.FailedTasks.ShouldBe(4);
        scene.Tasks(TaskPhase.Stopped)[0].ShouldSatisfyAllConditions(
            task => task.StopCode.ShouldBe(TaskStopCode.TaskFailedToStart),
            task => task.StoppedReason.ShouldBe("CannotPullContainerError: no such image"));
    }

    [Fact]
    public void Starts_at_once_again_after_a_new_deployment()
    {
        scene.Instance();
        scene.Service(desired: 1);
        scene.Report(scene.Tasks().Single(), EcsTaskStatus.Stopped, "CannotPullContainerError: no such image");
        scene.Tasks().ShouldBeEmpty();

        scene.Do(new UpdateServiceCommand("web", new() { Definition = ClusterScene.Define(2) }));

        scene.Tasks().Count.ShouldBe(1);
    }

    [Fact]
    public void Moves_its_tasks_off_an_instance_that_drains()
    {
        var first = scene.Instance();
        scene.Service(desired: 2);
        scene.RunAll();
        scene.Wait(TimeSpan.FromSeconds(41));
        var second = scene.Instance();

        scene.Do(new UpdateContainerInstancesStateCommand([first], ContainerInstanceStatus.Draining));

        scene.Tasks().Count(task => task.ContainerInstanceId == second).ShouldBe(2);
        scene.Tasks(TaskPhase.Stopping).ShouldBeEmpty();
        scene.RunAll();
        scene.Wait(TimeSpan.FromSeconds(41));
        scene.Tasks().ShouldAllBe(task => task.ContainerInstanceId == second);
    }

    [Fact]
    public void Replaces_the_tasks_of_an_instance_that_was_forced_out()
    {
        var first = scene.Instance();
        scene.Service(desired: 2);
        scene.RunAll();
        var second = scene.Instance();

        scene.Do(new DeregisterContainerInstanceCommand(first, Force: true));

        scene.Tasks().Count.ShouldBe(2);
        scene.Tasks().ShouldAllBe(task => task.ContainerInstanceId == second);
        scene.Tasks(TaskPhase.Stopped).Count.ShouldBe(2);
    }

    [Fact]
    public void Drains_before_it_is_gone()
    {
        scene.Instance();
        scene.Service(desired: 1, balanced: true);
        MakeHealthy();
        var task = scene.Tasks().Single();
        Should.Throw<RefusedException>(() => scene.Do(new DeleteServiceCommand("web", Force: false))).Message.ShouldBe("The service cannot be stopped while it is scaled above 0.");

        scene.Do(new DeleteServiceCommand("web", Force: true)).Status.ShouldBe(ServiceStatus.Draining);
        scene.State.Services["web"].Status.ShouldBe(ServiceStatus.Draining);
        scene.Target(task, TaskTargetState.Gone);

        scene.State.Services["web"].Status.ShouldBe(ServiceStatus.Inactive);
        scene.Report(task, EcsTaskStatus.Stopped);
        scene.Wait(TimeSpan.FromHours(2));
        scene.State.Services.ShouldBeEmpty();
        scene.State.Tasks.ShouldBeEmpty();
        scene.State.TaskDefinitions.ShouldBeEmpty();
    }

    [Fact]
    public void Is_created_once_for_one_client_token()
    {
        scene.Instance();
        var command = new CreateServiceCommand("web", new() { TaskDefinitionArn = ClusterScene.Web.Arn, DesiredCount = 1 }, ClusterScene.Web, [], null, "me", "token");
        scene.Do(command);

        scene.Do(command).Name.ShouldBe("web");
        scene.Facts.ShouldBeEmpty();
        Should.Throw<RefusedException>(() => scene.Do(command with { ClientToken = "other" })).Message.ShouldBe("Creation of service was not idempotent.");
    }

    private void MakeHealthy()
    {
        scene.RunAll();
        foreach (var task in scene.Tasks())
        {
            scene.Target(task, TaskTargetState.Healthy);
        }
    }
}
