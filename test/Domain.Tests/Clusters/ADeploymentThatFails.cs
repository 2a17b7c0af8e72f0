namespace Berth.Domain.Tests;

public sealed class ADeploymentThatFails
{
    private readonly ClusterScene scene = new();

    [Theory]
    [InlineData(1, 3)]
    [InlineData(7, 4)]
    [InlineData(25, 13)]
    [InlineData(400, 200)]
    [InlineData(800, 200)]
    public void Is_given_up_after_half_its_tasks_within_bounds(int desired, int failures) =>
        new DeploymentCircuitBreaker(true, false).ThresholdFor(desired).ShouldBe(failures);

    [Theory]
    [InlineData(ThresholdType.Count, 1, 100, 1)]
    [InlineData(ThresholdType.UnboundedPercent, 50, 1000, 500)]
    [InlineData(ThresholdType.UnboundedPercent, 1, 1, 1)]
    [InlineData(ThresholdType.BoundedPercent, 100, 2, 3)]
    public void Is_given_up_as_its_threshold_says(ThresholdType type, int value, int desired, int failures) =>
        new CircuitBreakerThreshold(type, value).For(desired).ShouldBe(failures);

    [Fact]
    public void Stops_starting_tasks_and_says_why()
    {
        scene.Instance();
        Create(new(true, false));

        Fail(times: 3);

        var service = scene.Found();
        service.Primary!.RolloutState.ShouldBe(RolloutState.Failed);
        service.Primary.RolloutStateReason.ShouldBe("ECS deployment circuit breaker: tasks failed to start.");
        service.ServiceDeployments[0].ShouldSatisfyAllConditions(
            rollout => rollout.Status.ShouldBe(ServiceDeploymentStatus.Stopped),
            rollout => rollout.CircuitBreaker.ShouldBe(RollbackMonitorStatus.Triggered),
            rollout => rollout.FailureCount.ShouldBe(3));
        scene.Messages().ShouldContain($"(service web) (deployment {service.Primary.Id}) deployment failed: tasks failed to start.");
        scene.Wait(TimeSpan.FromHours(1));
        scene.Tasks().ShouldBeEmpty();
    }

    [Fact]
    public void Gives_way_to_the_last_that_completed()
    {
        scene.Instance();
        Create(new(true, true));
        scene.Steady();
        var (good, revision) = (scene.Found().Primary!.Id, scene.Found().Revisions[0].Id);
        scene.Do(new UpdateServiceCommand("web", new() { Definition = ClusterScene.Define(2) }));

        Fail(times: 3);

        var service = scene.Found();
        service.Primary!.Id.ShouldBe(good);
        service.Settings.TaskDefinitionArn.ShouldBe(ClusterScene.Web.Arn);
        service.ServiceDeployments[0].StatusReason.ShouldBe("ECS deployment circuit breaker: tasks failed to start.");
        service.ServiceDeployments[0].Rollback!.RevisionId.ShouldBe(revision);
        scene.Messages().ShouldContain($"(service web) rolling back to deployment {good}.");
        scene.Steady();
        scene.Found().ServiceDeployments[0].Status.ShouldBe(ServiceDeploymentStatus.RollbackSuccessful);
        scene.Found().Deployments.Single().RolloutState.ShouldBe(RolloutState.Completed);
    }

    [Fact]
    public void Gives_way_also_when_no_task_of_the_last_is_left()
    {
        scene.Instance();
        Create(new(true, true), bounds: new(100, 0));
        scene.Steady();
        var good = scene.Found().Primary!.Id;
        scene.Do(new UpdateServiceCommand("web", new() { Definition = ClusterScene.Define(2) }));
        scene.Report(scene.Tasks(TaskPhase.Stopping).Single(), EcsTaskStatus.Stopped);
        scene.Found().Deployments.Length.ShouldBe(1);

        Fail(times: 3);

        scene.Found().Primary!.Id.ShouldBe(good);
        scene.Found().Primary!.RolloutStateReason.ShouldBe($"ECS deployment circuit breaker: rolling back to deploymentId {good}.");
        scene.Found().ServiceDeployments[0].Status.ShouldBe(ServiceDeploymentStatus.RollbackInProgress);
        scene.Steady();
        scene.Tasks().Single().TaskDefinitionArn.ShouldBe(ClusterScene.Web.Arn);
        scene.State.TaskDefinitions.Keys.ShouldBe([ClusterScene.Web.Arn, ClusterScene.Define(2).Arn], ignoreOrder: true);
    }

    [Fact]
    public void Has_nothing_to_give_way_to_the_first_time()
    {
        scene.Instance();
        Create(new(true, true));

        Fail(times: 3);

        scene.Found().ServiceDeployments[0].Status.ShouldBe(ServiceDeploymentStatus.RollbackFailed);
    }

    [Fact]
    public void Begins_to_count_anew_when_a_task_becomes_healthy()
    {
        scene.Instance();
        Create(new(true, false), desired: 2);
        var first = scene.Tasks()[0];
        Fail(times: 2, except: first.Id);
        scene.Found().Primary!.FailedTasks.ShouldBe(2);

        scene.Report(first, EcsTaskStatus.Running);
        scene.Wait(TimeSpan.FromSeconds(41));

        scene.Found().Primary!.FailedTasks.ShouldBe(0);
        Fail(times: 2, except: first.Id);
        scene.Found().Primary!.FailedTasks.ShouldBe(2);
        scene.Found().Primary!.RolloutState.ShouldBe(RolloutState.InProgress);
    }

    [Fact]
    public void Goes_on_counting_where_that_was_asked_for()
    {
        scene.Instance();
        Create(new(true, false) { ResetOnHealthyTask = false }, desired: 2);
        var first = scene.Tasks()[0];
        Fail(times: 2, except: first.Id);
        scene.Report(first, EcsTaskStatus.Running);
        scene.Wait(TimeSpan.FromSeconds(41));

        Fail(times: 1, except: first.Id);

        scene.Found().Primary!.RolloutState.ShouldBe(RolloutState.Failed);
    }

    [Fact]
    public void Counts_failed_health_checks_too()
    {
        scene.Instance();
        scene.Service(settings => settings with
        {
            DesiredCount = 1,
            LoadBalancers = [new(ClusterScene.TargetGroup, "web", 80)],
            DeploymentConfiguration = new(200, 100) { CircuitBreaker = new(true, false) { Threshold = new(ThresholdType.Count, 1) } },
        });
        scene.RunAll();
        var sick = scene.Tasks()[0];
        scene.Target(sick, TaskTargetState.Unhealthy);
        scene.RunAll();

        scene.Target(scene.Tasks().Single(task => task.Id != sick.Id), TaskTargetState.Healthy);

        scene.Found().Primary!.RolloutStateReason.ShouldBe("ECS deployment circuit breaker: tasks failed ELB health checks.");
    }

    [Fact]
    public void Is_stopped_by_its_operator()
    {
        scene.Instance();
        Create(DeploymentCircuitBreaker.Off);
        scene.Steady();
        var good = scene.Found().Primary!.Id;
        scene.Do(new UpdateServiceCommand("web", new() { Definition = ClusterScene.Define(2) }));
        var rollout = scene.Found().ServiceDeployments[0].Id;

        scene.Do(new StopServiceDeploymentCommand("web", rollout, GoesBack: true));

        scene.Found().Primary!.Id.ShouldBe(good);
        scene.Do(new StopServiceDeploymentCommand("web", rollout, GoesBack: true));
        scene.Steady();
        scene.Found().ServiceDeployments[0].Status.ShouldBe(ServiceDeploymentStatus.RollbackSuccessful);
        Should.Throw<RefusedException>(() => scene.Do(new StopServiceDeploymentCommand("web", scene.Found().ServiceDeployments[1].Id, GoesBack: true))).Code.ShouldBe("ConflictException");
        Should.Throw<RefusedException>(() => scene.Do(new StopServiceDeploymentCommand("web", "nope", GoesBack: true))).Code.ShouldBe("ServiceDeploymentNotFoundException");
    }

    [Fact]
    public void Is_overtaken_by_the_next()
    {
        scene.Instance();
        Create(DeploymentCircuitBreaker.Off);

        scene.Do(new UpdateServiceCommand("web", new() { ForceNewDeployment = true }));

        scene.Found().ServiceDeployments.Select(rollout => rollout.Status).ShouldBe([ServiceDeploymentStatus.InProgress, ServiceDeploymentStatus.Stopped]);
    }

    [Fact]
    public void Fails_at_an_alarm()
    {
        scene.Instance();
        scene.Service(settings => settings with { DeploymentConfiguration = new() { Alarms = new(["latency"], Enable: true, Rollback: false) } });

        scene.Do(new ReportDeploymentAlarmsCommand("web", ["other"])).ShouldBeFalse();
        scene.Do(new ReportDeploymentAlarmsCommand("web", ["latency"])).ShouldBeTrue();

        scene.Found().ServiceDeployments[0].TriggeredAlarms.ShouldBe(["latency"]);
        scene.Found().ServiceDeployments[0].Alarms.ShouldBe(RollbackMonitorStatus.Triggered);
    }

    [Fact]
    public void Is_remembered_for_ninety_days_and_a_hundred_rollouts()
    {
        scene.Instance();
        Create(DeploymentCircuitBreaker.Off);
        for (var i = 0; i < 120; i++)
        {
            scene.Do(new UpdateServiceCommand("web", new() { ForceNewDeployment = true }));
        }

        scene.Found().ServiceDeployments.Length.ShouldBe(100);
        scene.Found().Revisions.Length.ShouldBeLessThanOrEqualTo(104);
        scene.Steady();
        scene.Wait(TimeSpan.FromDays(91));
        scene.Found().ServiceDeployments.ShouldBeEmpty();
        scene.Found().Revisions.Length.ShouldBe(1);
    }

    private void Create(DeploymentCircuitBreaker breaker, int desired = 1, DeploymentConfiguration? bounds = null) => scene.Service(settings => settings with
    {
        DesiredCount = desired,
        DeploymentConfiguration = (bounds ?? new()) with { CircuitBreaker = breaker },
    });

    private void Fail(int times, string? except = null)
    {
        for (var i = 0; i < times; i++)
        {
            scene.Wait(TimeSpan.FromMinutes(15));
            scene.Report(scene.Tasks().First(task => task.LastStatus == EcsTaskStatus.Pending && task.Id != except), EcsTaskStatus.Stopped, "CannotPullContainerError: no such image");
        }
    }
}
