using Berth.Domain.Tests.Scenarios;

namespace Berth.Domain.Tests;

public sealed class ARestoredCluster
{
    [Fact]
    public void Meets_deadlines_of_one_moment_in_the_order_of_one_that_went_on()
    {
        var scene = new ClusterScene();
        scene.Instance(10_000, 10_000);
        scene.Do(new RunTaskCommand(new() { Definition = ClusterScene.Web }, 10, [], [], null, ""));
        foreach (var task in scene.Tasks().Reverse())
        {
            scene.Report(task, EcsTaskStatus.Stopped);
        }

        var restored = new ClusterAggregate("000000000000", "us-east-1", "default", new());
        restored.Restore(scene.State);
        scene.Wait(TimeSpan.FromHours(1));
        restored.Settle(new(scene.Now, new ScenarioIds()));

        scene.Facts.OfType<ClusterEvent.TaskForgotten>().Count().ShouldBe(10);
        restored.TakeRecorded().ShouldBe(scene.Facts);
    }

    [Fact]
    public void Counts_the_instances_of_a_daemon_as_one_that_went_on()
    {
        var scene = new ClusterScene();
        var away = scene.Instance();
        scene.Instance();
        scene.Service(settings => settings with { SchedulingStrategy = SchedulingStrategy.Daemon });
        scene.RunAll();
        scene.Do(new DisconnectAgentsCommand([away]));
        scene.Report(scene.Tasks().Single(task => task.ContainerInstanceId == away), EcsTaskStatus.Stopped);

        var restored = new ClusterAggregate("000000000000", "us-east-1", "default", new());
        restored.Restore(scene.State);
        restored.Settle(new(scene.Now, new ScenarioIds()));

        scene.Found().Settings.DesiredCount.ShouldBe(1);
        restored.State.Services["web"].Settings.DesiredCount.ShouldBe(1);
    }
}
