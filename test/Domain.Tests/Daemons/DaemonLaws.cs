using CsCheck;

namespace Berth.Domain.Tests;

/// <summary>
/// What holds for a managed daemon whatever happens to its tasks, its instances and itself: looked at after every step of
/// generated histories, and at their ends, when nothing more goes wrong.
/// </summary>
public sealed class DaemonLaws
{
    private static readonly Gen<Step[]> Histories = Gen.Select(Gen.Int[0, 9], Gen.Int[0, 1000], (kind, seed) => new Step(kind, seed)).Array[1, 60];

    [Fact]
    public void Hold_at_every_step_and_it_comes_to_rest() => Histories.Sample(
        history =>
        {
            var world = new World();
            foreach (var step in history)
            {
                world.Take(step);
                world.NeverTwiceOnAnInstance();
                world.NeverOnStrangeInstances();
            }

            world.ComeToRest();
        },
        iter: 40);

    private readonly record struct Step(int Kind, int Seed);

    private sealed class World
    {
        private readonly ClusterScene scene = new();
        private readonly List<string> instances = [];
        private int revision = 1;

        public World()
        {
            scene.Do(new AttachCapacityProviderCommand(new("managed", "MANAGED_INSTANCES"), Attached: true));
            Join();    // So that the provider has instances of its own.
            scene.Do(new CreateDaemonCommand(
                "watch",
                new() { Id = "", TaskDefinitionArn = Define(1).Arn, CapacityProviders = ["managed"], PropagateTags = "NONE" },
                Define(1),
                new() { DrainPercent = 30 },
                [],
                null,
                null));
        }

        private Daemon Watch => scene.State.Daemons["watch"];

        private List<EcsTask> Live => [.. scene.State.TasksOf(Watch, TaskPhase.Live).OrderBy(task => task.Id, StringComparer.Ordinal)];

        public void Take(Step step)
        {
            switch (step.Kind)
            {
                case 0:
                    Join();
                    break;
                case 1 when Live.Where(task => task.LastStatus == EcsTaskStatus.Pending).ToList() is { Count: > 0 } pending:
                    scene.Report(pending[step.Seed % pending.Count], EcsTaskStatus.Running);
                    break;
                case 2 when Live is { Count: > 0 } live:
                    scene.Report(live[step.Seed % live.Count], EcsTaskStatus.Stopped);
                    break;
                case 3:
                    foreach (var task in scene.Tasks(TaskPhase.Stopping))
                    {
                        scene.Report(task, EcsTaskStatus.Stopped);
                    }

                    break;
                case 4:
                    scene.Wait(TimeSpan.FromSeconds(step.Seed % 60));
                    break;
                case 5 when step.Seed % 3 == 0:
                    revision++;
                    scene.Do(new UpdateDaemonCommand("watch", Define(revision), ["managed"], [], new(null, null, null, null)));
                    break;
                case 6:
                    scene.Do(new UpdateContainerInstancesStateCommand([Any(step)], ContainerInstanceStatus.Draining));
                    break;
                case 7:
                    scene.Do(new UpdateContainerInstancesStateCommand([Any(step)], ContainerInstanceStatus.Active));
                    break;
                case 8:
                    scene.Do(new DisconnectAgentsCommand([Any(step)]));
                    break;
                case 9:
                    scene.Do(new ConnectAgentCommand(Any(step), new("1", "berth", "20")));
                    break;
            }
        }

        public void NeverTwiceOnAnInstance() =>
            scene.State.TasksOf(Watch, TaskPhase.Live).Concat(scene.State.TasksOf(Watch, TaskPhase.Stopping)).CountBy(task => task.ContainerInstanceId).ShouldAllBe(there => there.Value == 1);

        public void NeverOnStrangeInstances() =>
            Live.ShouldAllBe(task => scene.State.ContainerInstances[task.ContainerInstanceId].CapacityProviderName == "managed");

        /// <summary>With agents that do as they are told, the rollout ends, and its revision is everywhere, unless it was given up.</summary>
        public void ComeToRest()
        {
            foreach (var id in instances)
            {
                scene.Do(new UpdateContainerInstancesStateCommand([id], ContainerInstanceStatus.Active));
                scene.Do(new ConnectAgentCommand(id, new("1", "berth", "20")));
            }

            scene.Do(new RegisterContainerInstanceCommand(null, null, "127.0.0.1", new(1000, 1000, [], []), [], [], null));
            for (var round = 0; round < 60; round++)
            {
                Take(new(3, 0));
                scene.RunAll();
                scene.Wait(TimeSpan.FromMinutes(round == 0 ? 16 : 1));
            }

            Watch.Rollout.IsOpen.ShouldBeFalse();
            if (Watch.Rollout.Status is DaemonDeploymentStatus.Successful or DaemonDeploymentStatus.RollbackSuccessful)
            {
                Live.Select(task => task.ContainerInstanceId).ShouldBe(instances, ignoreOrder: true);
                Live.ShouldAllBe(task => task.TaskDefinitionArn == Watch.Current.TaskDefinitionArn && task.StartedBy == Watch.Current.StartedBy);
            }

            scene.Do(new DeleteDaemonCommand("watch"));
            Take(new(3, 0));
            Watch.IsTold.ShouldBeFalse();
            Live.ShouldBeEmpty();
        }

        private static TaskDefinition Define(int revision) => ClusterScene.Define(revision) with
        {
            Arn = $"arn:aws:ecs:us-east-1:000000000000:daemon-task-definition/watch:{revision}",
            Family = "watch",
        };

        private string Any(Step step) => instances[step.Seed % instances.Count];

        private void Join()
        {
            var id = scene.Do(new RegisterContainerInstanceCommand(
                null, null, "127.0.0.1", new(1000, 1000, [], []), [new(AttributeNames.CapacityProvider, "managed")], [], null)).Id;
            scene.Do(new ConnectAgentCommand(id, new("1", "berth", "20")));
            instances.Add(id);
        }
    }
}
