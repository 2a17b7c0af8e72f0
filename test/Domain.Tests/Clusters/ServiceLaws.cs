using CsCheck;

namespace Berth.Domain.Tests;

/// <summary>Goal: bounds that hold whatever happens. Method: generated stories on the aggregate, held against a model or a bound after each step.</summary>
public sealed class ServiceLaws
{
    private static readonly TimeSpan UntilHealthy = TimeSpan.FromSeconds(41);
    private static readonly DeploymentConfiguration[] Bounds = [new(200, 100), new(150, 50), new(100, 50), new(200, 0)];

    private enum Step
    {
        Run,
        FailToStart,
        Exit,
        BeHealthy,
        Stop,
        Deploy,
        Scale,
    }

    [Fact]
    public void The_breaker_trips_at_its_threshold_and_not_before() => Gen.Select(
        Gen.Int[1, 8],
        Gen.Select(Gen.Enum<ThresholdType>(), Gen.Int[1, 100]),
        Gen.Bool,
        Gen.Bool.Array[1, 40]).Sample((desired, threshold, resets, outcomes) =>
        {
            var scene = new ClusterScene();
            scene.Instance(cpu: 100_000, memory: 100_000);
            var rule = new CircuitBreakerThreshold(threshold.Item1, threshold.Item2);
            scene.Service(settings => settings with
            {
                DesiredCount = desired,
                DeploymentConfiguration = new() { CircuitBreaker = new(true, false) { ResetOnHealthyTask = resets, Threshold = rule } },
            });
            var (count, healthy) = (0, 0);
            foreach (var fails in outcomes)
            {
                scene.Wait(TimeSpan.FromMinutes(15));
                if (scene.Tasks().FirstOrDefault(task => task.LastStatus == EcsTaskStatus.Pending) is not { } task)
                {
                    break;
                }

                if (fails)
                {
                    scene.Report(task, EcsTaskStatus.Stopped, "CannotPullContainerError: no such image");
                    count++;
                }
                else
                {
                    scene.Report(task, EcsTaskStatus.Running);
                    scene.Wait(UntilHealthy);
                    healthy++;
                    count = resets || healthy == desired ? 0 : count;
                }

                var state = scene.Found().Primary!.RolloutState;
                (state == RolloutState.Failed).ShouldBe(count >= rule.For(desired), $"{count} failures of {rule.For(desired)}");
                (state == RolloutState.Completed).ShouldBe(healthy == desired && count < rule.For(desired));
                if (state != RolloutState.InProgress)
                {
                    break;
                }

                scene.Found().Primary!.FailedTasks.ShouldBe(count);
            }
        });

    [Fact]
    public void A_deployment_stays_between_its_bounds_and_ends_when_faults_do() => Gen.Select(
        Gen.Int[1, 6],
        Gen.Int[0, 3].Select(at => Bounds[at]),
        Gen.Select(Gen.Enum<Step>(), Gen.Int[0, 1000]).Array[1, 60]).Sample((desired, bounds, steps) =>
        {
            var scene = new ClusterScene();
            scene.Instance(cpu: 100_000, memory: 100_000);
            scene.Service(settings => settings with { DesiredCount = desired, DeploymentConfiguration = bounds with { CircuitBreaker = new(true, true) } });
            var revision = 1;
            foreach (var (step, number) in steps)
            {
                Do(scene, step, number, ref revision);
                var wanted = scene.Found().Settings.DesiredCount;
                var all = scene.Tasks().Count + scene.Tasks(TaskPhase.Stopping).Count;
                if (scene.Facts.OfType<ClusterEvent.TaskPlaced>().Any())
                {
                    all.ShouldBeLessThanOrEqualTo(bounds.Most(wanted));
                }

                var stopped = scene.Facts.OfType<ClusterEvent.TaskStopRequested>().Count(fact =>
                    fact.Code == TaskStopCode.ServiceSchedulerInitiated && scene.State.Tasks[fact.Id].StartedAt is not null);
                if (stopped > 0)
                {
                    scene.Tasks().Count(task => task.LastStatus == EcsTaskStatus.Running).ShouldBeGreaterThanOrEqualTo(bounds.Fewest(wanted));
                }
            }

            var canMove = bounds.Most(scene.Found().Settings.DesiredCount) > scene.Found().Settings.DesiredCount || bounds.Fewest(scene.Found().Settings.DesiredCount) < scene.Found().Settings.DesiredCount;
            scene.Wait(TimeSpan.FromMinutes(15));
            scene.Steady();
            scene.Steady();
            if (canMove && scene.Found().Primary!.RolloutState != RolloutState.Failed)
            {
                scene.Found().Deployments.Single().RolloutState.ShouldBe(RolloutState.Completed);
                scene.Tasks().Count.ShouldBe(scene.Found().Settings.DesiredCount);
                scene.Tasks().ShouldAllBe(task => task.TaskDefinitionArn == scene.Found().Settings.TaskDefinitionArn);
            }
        });

    [Fact]
    public void A_rollback_ends_where_it_began() => Gen.Select(Gen.Int[1, 6], Gen.Int[0, 5]).Sample((desired, healthyFirst) =>
    {
        var scene = new ClusterScene();
        scene.Instance(cpu: 100_000, memory: 100_000);
        scene.Service(settings => settings with { DesiredCount = desired, DeploymentConfiguration = new() { CircuitBreaker = new(true, true) } });
        scene.Steady();
        var before = scene.Found();
        scene.Do(new UpdateServiceCommand("web", new() { Definition = ClusterScene.Define(2) }));
        foreach (var task in scene.Tasks().Where(task => task.LastStatus == EcsTaskStatus.Pending).Take(Math.Min(healthyFirst, desired - 1)).ToList())
        {
            scene.Report(task, EcsTaskStatus.Running);
            scene.Wait(UntilHealthy);
        }

        while (scene.Found().Primary!.Id != before.Primary!.Id)
        {
            scene.Wait(TimeSpan.FromMinutes(15));
            scene.Report(scene.Tasks().First(task => task.LastStatus == EcsTaskStatus.Pending), EcsTaskStatus.Stopped, "no");
        }

        scene.Steady();
        scene.Found().Settings.TaskDefinitionArn.ShouldBe(before.Settings.TaskDefinitionArn);
        scene.Found().Deployments.Single().Id.ShouldBe(before.Primary!.Id);
        scene.Found().ServiceDeployments[0].Status.ShouldBe(ServiceDeploymentStatus.RollbackSuccessful);
        scene.Tasks().Count.ShouldBe(desired);
        scene.Tasks().ShouldAllBe(task => task.StartedBy == before.Primary.Id);
    });

    private static void Do(ClusterScene scene, Step step, int number, ref int revision)
    {
        switch (step)
        {
            case Step.Run when Pick(EcsTaskStatus.Pending) is { } task:
                scene.Report(task, EcsTaskStatus.Running);
                break;
            case Step.FailToStart when Pick(EcsTaskStatus.Pending) is { } task:
                scene.Report(task, EcsTaskStatus.Stopped, "no");
                break;
            case Step.Exit when Pick(EcsTaskStatus.Running) is { } task:
                scene.Report(task, EcsTaskStatus.Stopped);
                break;
            case Step.Stop when scene.Tasks(TaskPhase.Stopping) is { Count: > 0 } stopping:
                scene.Report(stopping[number % stopping.Count], EcsTaskStatus.Stopped);
                break;
            case Step.Deploy:
                scene.Do(new UpdateServiceCommand("web", new() { Definition = ClusterScene.Define(++revision) }));
                break;
            case Step.Scale:
                scene.Do(new UpdateServiceCommand("web", new() { DesiredCount = 1 + (number % 6) }));
                break;
            default:
                scene.Wait(UntilHealthy);
                break;
        }

        EcsTask? Pick(EcsTaskStatus status) => scene.Tasks().Where(task => task.LastStatus == status).ToList() is { Count: > 0 } tasks ? tasks[number % tasks.Count] : null;
    }
}
