namespace Berth.Domain.Tests;

public sealed class AManagedDaemon
{
    private static readonly DaemonDeploymentConfiguration Usual = new();

    private readonly ClusterScene scene = new();

    public AManagedDaemon()
    {
        foreach (var name in new[] { "managed", "other" })
        {
            scene.Do(new AttachCapacityProviderCommand(new(name, "MANAGED_INSTANCES"), Attached: true));
        }
    }

    [Fact]
    public void Runs_one_task_on_every_instance_of_its_capacity_provider()
    {
        var first = Instance();
        Instance("other");
        Create();

        var task = Tasks().ShouldHaveSingleItem();
        task.ContainerInstanceId.ShouldBe(first);
        task.Group.ShouldBe("daemon:watch");
        task.LaunchType.ShouldBe("MANAGED_INSTANCES");
        task.CapacityProviderName.ShouldBe("managed");
        task.DaemonName.ShouldBe("watch");
        task.Tags.ShouldBe([new("team", "x"), new("aws:ecs:clusterName", "default")]);
        Rollout().Status.ShouldBe(DaemonDeploymentStatus.InProgress);

        scene.Steady();

        Rollout().Status.ShouldBe(DaemonDeploymentStatus.Successful);
        var second = Instance();
        Tasks().Select(live => live.ContainerInstanceId).ShouldBe([first, second], ignoreOrder: true);
    }

    [Fact]
    public void Is_deployed_at_once_where_there_is_no_instance()
    {
        Create();

        Rollout().Status.ShouldBe(DaemonDeploymentStatus.Successful);
        Rollout().FinishedAt.ShouldBe(scene.Now);
    }

    [Fact]
    public void Is_on_a_new_instance_before_anything_else()
    {
        scene.Service(desired: 20);
        Create();

        Instance(cpu: 250);

        Tasks().ShouldHaveSingleItem();
        scene.Tasks().Count(task => task.ServiceName == "web").ShouldBe(1);
    }

    [Fact]
    public void Takes_the_place_of_its_old_revision_batch_by_batch()
    {
        for (var count = 0; count < 4; count++)
        {
            Instance();
        }

        Create(new() { DrainPercent = 50, BakeMinutes = 10 });
        scene.Steady();
        scene.Wait(TimeSpan.FromMinutes(10));
        Rollout().Status.ShouldBe(DaemonDeploymentStatus.Successful);

        Update(2);

        scene.Tasks(TaskPhase.Stopping).Count.ShouldBe(2);
        Tasks(2).ShouldBeEmpty();
        EndStopping();
        Tasks(2).Count.ShouldBe(2);
        scene.RunAll();
        scene.Wait(TimeSpan.FromSeconds(41));
        scene.Tasks(TaskPhase.Stopping).ShouldBeEmpty();    // The wait after the batch.
        scene.Wait(TimeSpan.FromMinutes(10));
        scene.Tasks(TaskPhase.Stopping).Count.ShouldBe(2);
        EndStopping();
        scene.RunAll();
        scene.Wait(TimeSpan.FromSeconds(41));
        Rollout().Status.ShouldBe(DaemonDeploymentStatus.InProgress);
        scene.Wait(TimeSpan.FromMinutes(10));
        Rollout().Status.ShouldBe(DaemonDeploymentStatus.Successful);
        Rollout().Batches.ShouldBe(2);
        Tasks(2).Count.ShouldBe(4);
        scene.State.TaskDefinitions.ShouldContainKey(Define(2).Arn);
    }

    [Fact]
    public void Goes_back_when_its_new_tasks_fail()
    {
        Instance();
        Create();
        scene.Steady();
        Update(2);
        EndStopping();

        for (var failures = 0; failures < 3; failures++)
        {
            Rollout().Status.ShouldBe(DaemonDeploymentStatus.InProgress);
            scene.Report(Tasks(2).ShouldHaveSingleItem(), EcsTaskStatus.Stopped, "CannotPullContainerError: no");
            scene.Wait(TimeSpan.FromSeconds(5));
        }

        Rollout().Status.ShouldBe(DaemonDeploymentStatus.RollbackInProgress);
        Rollout().FailedTasks.ShouldBe(Rollout().FailureThreshold);
        Tasks(1).ShouldHaveSingleItem();
        scene.Steady();
        Rollout().Status.ShouldBe(DaemonDeploymentStatus.RollbackSuccessful);
        Tasks(1).ShouldHaveSingleItem();
        scene.State.Daemons["watch"].Current.TaskDefinitionArn.ShouldBe(Define(1).Arn);
        Instance();
        Tasks(1).Count.ShouldBe(2);
    }

    [Fact]
    public void Has_failed_to_go_back_when_its_old_tasks_fail_as_well()
    {
        Instance();
        Create();
        scene.Steady();
        Update(2);
        EndStopping();

        for (var failures = 0; failures < 6; failures++)
        {
            scene.Report(Tasks().ShouldHaveSingleItem(), EcsTaskStatus.Stopped);
            scene.Wait(TimeSpan.FromSeconds(5));
        }

        Rollout().Status.ShouldBe(DaemonDeploymentStatus.RollbackFailed);
        scene.Wait(TimeSpan.FromHours(1));
        Tasks().ShouldBeEmpty();
    }

    [Fact]
    public void Stops_its_first_rollout_when_there_is_nothing_to_go_back_to()
    {
        Instance();
        Create();

        for (var failures = 0; failures < 3; failures++)
        {
            scene.Report(Tasks().ShouldHaveSingleItem(), EcsTaskStatus.Stopped);
            scene.Wait(TimeSpan.FromSeconds(5));
        }

        Rollout().Status.ShouldBe(DaemonDeploymentStatus.Stopped);
        Rollout().StoppedAt.ShouldNotBeNull();
        Tasks().ShouldBeEmpty();
        Update(2);
        Tasks(2).ShouldHaveSingleItem();
    }

    [Fact]
    public void Replaces_a_task_that_ends_later_and_later()
    {
        Instance();
        Create();
        scene.Steady();
        var delays = new List<double>();

        for (var failures = 0; failures < 4; failures++)
        {
            scene.RunAll();
            var died = scene.Now;
            scene.Report(Tasks().ShouldHaveSingleItem(), EcsTaskStatus.Stopped);
            while (Tasks().Count == 0)
            {
                scene.Wait(TimeSpan.FromSeconds(1));
            }

            delays.Add((scene.Now - died).TotalSeconds);
        }

        delays.ShouldBe([1, 2, 4, 8]);
        scene.Steady();
        scene.State.Daemons["watch"].BackOff.StartFailures.ShouldBe(0);
        Rollout().Status.ShouldBe(DaemonDeploymentStatus.Successful);
    }

    [Fact]
    public void Waits_for_room()
    {
        Instance(cpu: 100);
        scene.Service(desired: 1);
        Create();
        Tasks().ShouldBeEmpty();

        scene.Do(new UpdateServiceCommand("web", new() { DesiredCount = 0 }));
        EndStopping();

        Tasks().ShouldHaveSingleItem();
    }

    [Fact]
    public void Leaves_a_draining_instance_last()
    {
        var first = Instance();
        scene.Service(desired: 1);
        Create();
        scene.Steady();
        Instance();
        scene.Do(new UpdateContainerInstancesStateCommand([first], ContainerInstanceStatus.Draining));
        OnFirst().ShouldBe(["watch", "web"]);

        scene.RunAll();
        scene.Wait(TimeSpan.FromSeconds(41));
        OnFirst().ShouldBe(["watch"]);
        EndStopping();

        OnFirst().ShouldBeEmpty();

        IEnumerable<string> OnFirst() => scene.Tasks().Where(task => task.ContainerInstanceId == first).Select(task => task.DaemonName ?? task.ServiceName!).Order();
    }

    [Fact]
    public void Leaves_an_instance_that_leaves_its_capacity_provider()
    {
        var first = Instance();
        Instance();
        Create();
        scene.Steady();

        scene.Do(new PutAttributesCommand(first, [new(AttributeNames.CapacityProvider, "other")]));

        scene.Tasks(TaskPhase.Stopping).ShouldHaveSingleItem().ContainerInstanceId.ShouldBe(first);
        Tasks().ShouldHaveSingleItem();
    }

    [Fact]
    public void Is_gone_with_its_last_task()
    {
        Instance();
        Create();
        scene.Steady();

        scene.Do(new DeleteDaemonCommand("watch"));

        scene.State.Daemons["watch"].IsTold.ShouldBeTrue();
        Rollout().Status.ShouldBe(DaemonDeploymentStatus.InProgress);
        Should.Throw<RefusedException>(() => Create()).Message.ShouldContain("still being deleted");
        EndStopping();
        scene.State.Daemons["watch"].IsTold.ShouldBeFalse();
        Rollout().Status.ShouldBe(DaemonDeploymentStatus.Successful);
        scene.Wait(TimeSpan.FromHours(2));
        scene.State.TaskDefinitions.ShouldBeEmpty();
        Create();
        Tasks().ShouldHaveSingleItem();
    }

    [Fact]
    public void Tells_the_digests_of_its_images_once_a_task_has_told_them()
    {
        Instance();
        Create();

        scene.Do(new SubmitTaskStateChangeCommand(Tasks().Single().Id)
        {
            Status = EcsTaskStatus.Running,
            Containers = [new("web") { Status = ContainerStatus.Running, ImageDigest = "sha256:1" }],
        });

        scene.State.Daemons["watch"].Current.Images.ShouldBe([new("web", "web", "sha256:1")]);
    }

    [Fact]
    public void Goes_on_after_a_restart()
    {
        Instance();
        Create(new() { BakeMinutes = 10 });
        scene.RunAll();
        scene.Wait(TimeSpan.FromSeconds(41));

        var restarted = new ClusterAggregate("000000000000", "us-east-1", "default", new());
        restarted.Restore(scene.State);

        restarted.NextDeadline.ShouldNotBeNull();
        restarted.Settle(new(scene.Now + TimeSpan.FromMinutes(10), new NoIds()));
        restarted.State.Daemons["watch"].Rollout.Status.ShouldBe(DaemonDeploymentStatus.Successful);
    }

    private static TaskDefinition Define(int revision) => ClusterScene.Define(revision) with
    {
        Arn = $"arn:aws:ecs:us-east-1:000000000000:daemon-task-definition/watch:{revision}",
        Family = "watch",
    };

    private string Instance(string provider = "managed", int cpu = 1000)
    {
        var id = scene.Do(new RegisterContainerInstanceCommand(
            null, null, "127.0.0.1", new(cpu, 1000, [], []), [new(AttributeNames.CapacityProvider, provider)], [], null)).Id;
        scene.Do(new ConnectAgentCommand(id, new("1", "berth", "20")));
        return id;
    }

    private void Create(DaemonDeploymentConfiguration? configuration = null) => scene.Do(new CreateDaemonCommand(
        "watch",
        new()
        {
            Id = "",
            TaskDefinitionArn = Define(1).Arn,
            CapacityProviders = ["managed"],
            Images = [new("web", "web", null)],
            PropagateTags = "DAEMON",
            EnableEcsManagedTags = true,
        },
        Define(1),
        configuration ?? Usual,
        [new("team", "x")],
        null,
        null));

    private void Update(int revision) => scene.Do(new UpdateDaemonCommand("watch", Define(revision), ["managed"], [new("web", "web", null)], new(null, null, null, null)));

    private void EndStopping()
    {
        foreach (var task in scene.Tasks(TaskPhase.Stopping))
        {
            scene.Report(task, EcsTaskStatus.Stopped);
        }
    }

    private DaemonDeployment Rollout() => scene.State.Daemons["watch"].Rollout;

    private List<EcsTask> Tasks() => [.. scene.Tasks().Where(task => task.DaemonName == "watch")];

    private List<EcsTask> Tasks(int revision) => [.. Tasks().Where(task => task.TaskDefinitionArn == Define(revision).Arn)];

    private sealed class NoIds : IIdSource
    {
        public string NextHexId() => throw new NotSupportedException();

        public string NextUuid() => throw new NotSupportedException();

        public string NextDigits19() => throw new NotSupportedException();

        public int NextIndex(int exclusiveMax) => throw new NotSupportedException();
    }
}
