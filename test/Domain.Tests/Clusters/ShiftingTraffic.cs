namespace Berth.Domain.Tests;

public sealed class ShiftingTraffic
{
    private const string Other = "arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/web/2";

    private readonly ClusterScene scene = new();

    [Fact]
    public void Moves_all_at_once_when_the_new_revision_stands_in_full()
    {
        Begin(new(200, 100) { Strategy = DeploymentStrategy.BlueGreen, BakeMinutes = 5 });
        Stage().ShouldBe(LifecycleStage.ScaleUp);
        scene.Tasks().Count.ShouldBe(4);
        Wish().ShouldBe("2=0 1=100");

        Healthy();

        Stage().ShouldBe(LifecycleStage.ProductionTrafficShift);
        Wish().ShouldBe("2=100 1=0");
        scene.Tasks().Count.ShouldBe(4);
        Route();
        Stage().ShouldBe(LifecycleStage.BakeTime);
        scene.Wait(TimeSpan.FromMinutes(5));
        scene.Tasks().Count.ShouldBe(2);
        Gone();
        scene.Found().ServiceDeployments[0].Status.ShouldBe(ServiceDeploymentStatus.Successful);
        scene.Found().Deployments.Length.ShouldBe(1);
        scene.Found().LoadBalancersOf(scene.Found().Primary!.Id)[0].TargetGroupArn.ShouldBe(Other);
    }

    [Fact]
    public void Takes_turns_in_the_two_target_groups()
    {
        Moves_all_at_once_when_the_new_revision_stands_in_full();

        scene.Do(new UpdateServiceCommand("web", new() { ForceNewDeployment = true }));

        scene.Found().LoadBalancersOf(scene.Found().Primary!.Id)[0].TargetGroupArn.ShouldBe(ClusterScene.TargetGroup);
    }

    [Fact]
    public void Moves_a_small_part_first()
    {
        Begin(new(200, 100) { Strategy = DeploymentStrategy.Canary, Canary = new(5, 10) });
        Healthy();
        Wish().ShouldBe("2=5 1=95");
        Route();
        scene.Wait(TimeSpan.FromMinutes(9));
        Wish().ShouldBe("2=5 1=95");

        scene.Wait(TimeSpan.FromMinutes(1));

        Wish().ShouldBe("2=100 1=0");
    }

    [Fact]
    public void Moves_in_equal_steps()
    {
        Begin(new(200, 100) { Strategy = DeploymentStrategy.Linear, Linear = new(33.3, 1) });
        Healthy();
        var seen = new List<string>();
        for (var step = 0; step < 4; step++)
        {
            seen.Add(Wish());
            Route();
            scene.Wait(TimeSpan.FromMinutes(1));
        }

        seen.ShouldBe(["2=333 1=667", "2=666 1=334", "2=999 1=1", "2=100 1=0"]);
    }

    [Fact]
    public void Waits_for_a_person_at_a_pause()
    {
        Begin(new(200, 100) { Strategy = DeploymentStrategy.BlueGreen, LifecycleHooks = [new() { TargetType = LifecycleHookTargetType.Pause, Stages = [LifecycleStage.PostScaleUp] }] });
        Healthy();
        Stage().ShouldBe(LifecycleStage.PostScaleUp);
        var hook = scene.Found().Rollout!.Hooks.Single();
        hook.Status.ShouldBe(LifecycleHookStatus.AwaitingAction);
        hook.Id.ShouldStartWith("ecs-pause-");

        scene.Do(new ContinueServiceDeploymentCommand("web", scene.Found().Rollout!.Id, hook.Id, LifecycleHookAction.Continue));

        Stage().ShouldBe(LifecycleStage.ProductionTrafficShift);
    }

    [Theory]
    [InlineData(LifecycleHookAction.Continue, ServiceDeploymentStatus.InProgress)]
    [InlineData(LifecycleHookAction.Rollback, ServiceDeploymentStatus.RollbackInProgress)]
    public void Does_at_an_unanswered_pause_what_was_agreed(LifecycleHookAction action, ServiceDeploymentStatus status)
    {
        Begin(new(200, 100)
        {
            Strategy = DeploymentStrategy.BlueGreen,
            LifecycleHooks = [new() { TargetType = LifecycleHookTargetType.Pause, Stages = [LifecycleStage.PostScaleUp], TimeoutInMinutes = 10, TimeoutAction = action }],
        });
        Healthy();

        scene.Wait(TimeSpan.FromMinutes(10));

        scene.Found().Rollout!.Status.ShouldBe(status);
    }

    [Fact]
    public void Goes_back_before_the_new_tasks_stop()
    {
        Begin(new(200, 100) { Strategy = DeploymentStrategy.BlueGreen, BakeMinutes = 5 });
        Healthy();
        Route();

        scene.Do(new StopServiceDeploymentCommand("web", scene.Found().Rollout!.Id, GoesBack: true));

        scene.Tasks().Count.ShouldBe(4);
        Wish().ShouldBe("2=0 1=100");
        Route();
        scene.Tasks().ShouldAllBe(task => task.TaskDefinitionArn == ClusterScene.Web.Arn);
        Gone();
        scene.Found().ServiceDeployments[0].Status.ShouldBe(ServiceDeploymentStatus.RollbackSuccessful);
        scene.Found().Settings.TaskDefinitionArn.ShouldBe(ClusterScene.Web.Arn);
    }

    [Fact]
    public void Goes_back_when_the_new_tasks_cannot_start()
    {
        Begin(new(200, 100) { Strategy = DeploymentStrategy.BlueGreen, CircuitBreaker = new(true, false) });
        while (scene.Found().Rollout is { Rollback: null })
        {
            scene.Wait(TimeSpan.FromMinutes(15));
            scene.Report(scene.Tasks().First(task => task.LastStatus == EcsTaskStatus.Pending), EcsTaskStatus.Stopped, "no");
        }

        Gone();
        scene.Found().ServiceDeployments[0].Status.ShouldBe(ServiceDeploymentStatus.RollbackSuccessful);
        scene.Tasks().Count.ShouldBe(2);
        scene.Tasks().ShouldAllBe(task => task.TaskDefinitionArn == ClusterScene.Web.Arn);
    }

    [Fact]
    public void Cannot_turn_into_rolling_on_the_way()
    {
        Begin(new(200, 100) { Strategy = DeploymentStrategy.BlueGreen });

        Should.Throw<RefusedException>(() => scene.Do(new UpdateServiceCommand("web", new() { ForceNewDeployment = true, DeploymentConfiguration = new() { Strategy = DeploymentStrategy.Rolling } }))).Code.ShouldBe("InvalidParameterException");
        Should.Throw<RefusedException>(() => scene.Do(new StopServiceDeploymentCommand("web", scene.Found().Rollout!.Id, GoesBack: false))).Code.ShouldBe("InvalidParameterException");
    }

    private void Begin(DeploymentConfiguration configuration)
    {
        scene.Instance();
        scene.Service(settings => settings with
        {
            DesiredCount = 2,
            LoadBalancers = [new(ClusterScene.TargetGroup, "web", 80) { Advanced = new(Other, "rule", null, "role") }],
            DeploymentConfiguration = configuration,
        });
        Healthy();
        scene.Found().ServiceDeployments[0].Status.ShouldBe(ServiceDeploymentStatus.Successful);
        scene.Do(new UpdateServiceCommand("web", new() { Definition = ClusterScene.Define(2) }));
    }

    private void Healthy()
    {
        scene.RunAll();
        foreach (var task in scene.Tasks())
        {
            scene.Do(new ReportTaskTargetCommand(task.Id, new(scene.Found().LoadBalancersOf(task.StartedBy)[0].TargetGroupArn, "i-1", 8080, TaskTargetState.Healthy)));
        }
    }

    /// <summary>What the router does.</summary>
    private void Route()
    {
        for (var at = 0; at < 5 && scene.Found().Rollout is { } rollout; at++)
        {
            scene.Do(new ReportTrafficCommand("web", rollout.Id, rollout.ProductionPercent, rollout.TestPercent));
        }
    }

    private void Gone()
    {
        foreach (var task in scene.Tasks(TaskPhase.Stopping))
        {
            foreach (var target in task.Targets)
            {
                scene.Do(new ReportTaskTargetCommand(task.Id, target with { State = TaskTargetState.Gone }));
            }

            scene.Report(task, EcsTaskStatus.Stopped);
        }
    }

    private LifecycleStage? Stage() => scene.Found().Rollout!.Stage;

    private string Wish() => string.Join(' ', TrafficWishes.Of(scene.Found()).Single().TargetGroups.Select(group => $"{group.TargetGroupArn[^1]}={group.Weight}"));
}
