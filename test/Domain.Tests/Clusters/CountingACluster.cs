using CsCheck;

namespace Berth.Domain.Tests;

public sealed class CountingACluster
{
    [Fact]
    public void Agrees_with_looking_at_everything_in_it() => Gen.Int[0, 5].Array[1, 40].Sample(
        moves =>
        {
            var scene = new ClusterScene();
            scene.Instance(10_000, 10_000);
            scene.Service(3);
            foreach (var (move, at) in moves.Select((move, at) => (move, at)))
            {
                switch (move)
                {
                    case 0:
                        scene.Do(new RunTaskCommand(new() { Definition = ClusterScene.Web }, 1, [], [], null, ""));
                        break;
                    case 1:
                        scene.RunAll();
                        break;
                    case 2 when scene.Tasks() is { Count: > 0 } live:
                        scene.Do(new StopTaskCommand(live[at % live.Count].Id, null));
                        break;
                    case 3 when scene.Tasks(TaskPhase.Stopping) is { Count: > 0 } stopping:
                        scene.Report(stopping[at % stopping.Count], EcsTaskStatus.Stopped);
                        break;
                    case 4:
                        scene.Do(new DeregisterContainerInstanceCommand(scene.Instance(), Force: true));
                        break;
                    case 5:
                        scene.Wait(TimeSpan.FromMinutes(30));
                        break;
                }
            }

            var state = scene.State;
            state.Counts.ContainerInstances.ShouldBe(state.ContainerInstances.Values.Count(instance => instance.Status != ContainerInstanceStatus.Inactive));
            state.Counts.RunningTasks.All.ShouldBe(state.Tasks.Values.Count(task => task.LastStatus == EcsTaskStatus.Running));
            state.Counts.PendingTasks.All.ShouldBe(state.Tasks.Values.Count(task => task.LastStatus < EcsTaskStatus.Running && task.DesiredStatus == EcsTaskStatus.Running));
            state.Counts.ActiveServices.All.ShouldBe(state.Services.Values.Count(service => service.Status == ServiceStatus.Active));

            var restored = new ClusterAggregate("000000000000", "us-east-1", "default", new());
            restored.Restore(state);
            restored.State.Counts.ShouldBe(state.Counts);
        },
        iter: 100);

    [Fact]
    public void Keeps_stopped_tasks_for_ever_where_its_operator_wants_that()
    {
        var cluster = new ClusterAggregate("000000000000", "us-east-1", "default", new() { StoppedTaskLife = TimeSpan.MaxValue });

        cluster.NextDeadline.ShouldBeNull();
    }
}
