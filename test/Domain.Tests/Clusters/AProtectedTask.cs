namespace Berth.Domain.Tests;

public sealed class AProtectedTask
{
    private readonly ClusterScene scene = new();

    public AProtectedTask()
    {
        scene.Instance();
        scene.Service(desired: 2);
        scene.Steady();
    }

    [Fact]
    public void Stays_when_its_service_scales_in()
    {
        var kept = scene.Tasks()[1];
        Protect(kept);

        scene.Do(new UpdateServiceCommand("web", new() { DesiredCount = 1 }));

        scene.Tasks().Single().Id.ShouldBe(kept.Id);
    }

    [Fact]
    public void Keeps_its_service_from_a_steady_state_that_says_so()
    {
        Protect([.. scene.Tasks()]);

        scene.Do(new UpdateServiceCommand("web", new() { DesiredCount = 0 }));

        scene.Tasks().Count.ShouldBe(2);
        scene.Messages().ShouldContain(
            $"(service web) was unable to reach steady state because task set ({scene.Found().Primary!.Id}) was unable to scale in. Reason: The number of protected tasks are more than the desired count of tasks.");
        scene.Wait(TimeSpan.FromMinutes(121));
        scene.Tasks().ShouldBeEmpty();
    }

    [Fact]
    public void Is_not_replaced_before_its_protection_ends()
    {
        var kept = scene.Tasks()[0];
        Protect(kept);

        scene.Do(new UpdateServiceCommand("web", new() { Definition = ClusterScene.Define(2) }));
        scene.RunAll();
        scene.Wait(TimeSpan.FromSeconds(41));

        scene.Tasks().Count.ShouldBe(3);
        scene.Do(new UpdateTaskProtectionCommand([kept.Id], Enabled: false, null));
        scene.Tasks().ShouldAllBe(task => task.TaskDefinitionArn.EndsWith(":2", StringComparison.Ordinal));
    }

    [Fact]
    public void Is_replaced_all_the_same_when_its_instance_drains()
    {
        var task = scene.Tasks()[0];
        Protect(task);
        scene.Instance();

        scene.Do(new UpdateContainerInstancesStateCommand([task.ContainerInstanceId], ContainerInstanceStatus.Draining));
        scene.Steady();

        scene.Tasks().ShouldNotContain(known => known.Id == task.Id);
    }

    [Fact]
    public void Belongs_to_a_service()
    {
        var standalone = scene.Do(new RunTaskCommand(new() { Definition = ClusterScene.Web }, 1, [], [], null, "")).Tasks.Single();

        var answer = scene.Do(new UpdateTaskProtectionCommand([standalone.Id, "nope", scene.Tasks()[0].Id], Enabled: true, TimeSpan.FromMinutes(5)));

        answer.Failures.Select(failure => failure.Reason).ShouldBe(["TASK_NOT_VALID", "MISSING"]);
        answer.Tasks.Single().Protection.ShouldBe(new(scene.Now + TimeSpan.FromMinutes(5)));
        Should.Throw<RefusedException>(() => scene.Do(new UpdateTaskProtectionCommand([], Enabled: true, TimeSpan.FromMinutes(2881)))).Code.ShouldBe("InvalidParameterException");
    }

    [Fact]
    public void Does_not_serve_before_it_runs_so_another_stays_until_then()
    {
        scene.Do(new UpdateServiceCommand("web", new() { DesiredCount = 3 }));
        var waiting = scene.Tasks().Single(task => task.LastStatus == EcsTaskStatus.Pending);
        Protect(waiting);

        scene.Do(new UpdateServiceCommand("web", new() { DesiredCount = 1 }));

        scene.Tasks().Count(task => task.LastStatus == EcsTaskStatus.Running).ShouldBe(1);
        scene.Report(waiting, EcsTaskStatus.Running);
        scene.Tasks().Single().Id.ShouldBe(waiting.Id);
    }

    [Fact]
    public void Is_refused_protection_that_would_leave_a_deployment_no_room()
    {
        scene.Do(new UpdateServiceCommand("web", new() { DeploymentConfiguration = new(100, 50) }));
        scene.Do(new UpdateServiceCommand("web", new() { Definition = ClusterScene.Define(2) }));
        var left = scene.Tasks().Single();
        scene.Do(new UpdateServiceCommand("web", new() { DesiredCount = 1 }));

        scene.Do(new UpdateTaskProtectionCommand([left.Id], Enabled: true, null)).Failures.Single().Reason.ShouldBe("DEPLOYMENT_BLOCKED");

        scene.State.Tasks[left.Id].Protection.ShouldBeNull();
    }

    private void Protect(params EcsTask[] tasks) => scene.Do(new UpdateTaskProtectionCommand([.. tasks.Select(task => task.Id)], Enabled: true, null)).Failures.ShouldBeEmpty();
}
