using System.Collections.Immutable;
using System.Text.Json;
using Berth.Domain;

namespace Berth.Journal.Tests;

using E = ClusterEvent;

public sealed class ClusterFacts() : StreamFacts<ClusterAggregate, ClusterState, E>(Catalog, () => new("000000000000", "us-east-1", "default", new()))
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly EventCatalog<ClusterState, ClusterEvent> Catalog = ClusterCatalog.Create();

    /// <summary>Services of journals from before there were revisions, daemons and task sets.</summary>
    [Fact]
    public void May_lack_what_was_added_since()
    {
        const string Old = """
            {"service":{"name":"web","status":"Active","settings":{"taskDefinitionArn":"arn:web:7","desiredCount":2,"launchType":"EC2","deploymentConfiguration":{"maximumPercent":150,"minimumHealthyPercent":50},
            "placementStrategy":[],"placementConstraints":[],"loadBalancers":[{"targetGroupArn":"arn:tg","containerName":"app","containerPort":80}],"healthCheckGracePeriod":"00:00:30","hasHealthCheckGracePeriod":true,
            "propagateTags":"NONE","enableEcsManagedTags":false,"enableExecuteCommand":false,"availabilityZoneRebalancing":"DISABLED"},
            "deployments":[{"id":"ecs-svc/1","taskDefinitionArn":"arn:web:7","rolloutState":"InProgress","rolloutStateReason":"r","failedTasks":0,"createdAt":"2026-03-01T12:00:00+00:00","updatedAt":"2026-03-01T12:00:00+00:00"}],
            "events":[],"backOff":{"startFailures":0,"unplaced":false},"tags":[],"createdAt":"2026-03-01T12:00:00+00:00","createdBy":"me","clientToken":"token"}}
            """;

        var service = ((E.ServiceCreated)Catalog.Decode("service.created", Old)).Service;

        service.Revisions.ShouldBeEmpty();
        service.ServiceDeployments.ShouldBeEmpty();
        service.TaskSets.ShouldBeEmpty();
        service.RebalancingTaskIds.ShouldBeEmpty();
        service.Rollout.ShouldBeNull();
        service.IsDaemon.ShouldBeFalse();
        service.Settings.DeploymentConfiguration.CircuitBreaker.ShouldBe(DeploymentCircuitBreaker.Off);
        service.Settings.DeploymentConfiguration.LifecycleHooks.ShouldBeEmpty();
        service.Settings.Workload.DeploysTo(service.WorkloadOf(service.Primary!)).ShouldBeFalse();
        service.LoadBalancersOf("ecs-svc/1").Single().TargetGroupArn.ShouldBe("arn:tg");
    }

    /// <summary>Goal: a large state, whose tasks are read apart from the rest, is read as any other. Method: many tasks with names that look like members.</summary>
    [Fact]
    public void Lead_to_a_large_state_that_reads_back_the_same()
    {
        var aggregate = new ClusterAggregate("000000000000", "us-east-1", "default", new());
        aggregate.Apply(new E.Created([new("tasks", "{}")], JsonElement.Parse("""{"tasks":{"a":{"id":"a"}}}"""), null, [new("}", "\"tasks\":{")]));
        var example = Examples().OfType<E.TaskPlaced>().Single().Task;
        for (var number = 0; number < 3_000; number++)
        {
            aggregate.Apply(new E.TaskPlaced(example with { Id = $"\"{number}é", Group = "}{", StartedBy = null, ServiceName = number % 2 == 0 ? "web" : null }));
        }

        var text = Catalog.EncodeText(aggregate.State);
        var read = Catalog.DecodeText(text);

        read.Tasks.Count.ShouldBe(3_000);
        var restored = new ClusterAggregate("000000000000", "us-east-1", "default", new());
        restored.Restore(read);
        restored.State.TaskIndex.Of(TaskFilter.Service, "web", TaskPhase.Live).ShouldBe(aggregate.State.TaskIndex.Of(TaskFilter.Service, "web", TaskPhase.Live));
        restored.State.Tasks.Values.Select(task => Catalog.Encode(new E.TaskPlaced(task)).Payload).Order().ShouldBe(
            aggregate.State.Tasks.Values.Select(task => Catalog.Encode(new E.TaskPlaced(task)).Payload).Order());
        Catalog.EncodeText(read with { Tasks = [] }).ShouldBe(Catalog.EncodeText(aggregate.State with { Tasks = [] }));
    }

    /// <summary>Goal: the fast reader leaves nothing out. Method: a task with every member set, and the same with none that may be missing.</summary>
    [Fact]
    public void Of_tasks_are_read_whole()
    {
        var task = Examples().OfType<E.TaskPlaced>().Single().Task;
        var full = task with
        {
            Wish = new([new("binpack", "MEMORY")], [new("distinctInstance", null)]),
            PlatformVersion = "LATEST",
            LastStatus = EcsTaskStatus.Stopped,
            DesiredStatus = EcsTaskStatus.Stopped,
            Version = 1L << 40,
            EnableExecuteCommand = true,
            Demand = new(64, 128, [8080, 443], [53]) { Gpus = 1, NetworkInterfaces = 1 },
            NetworkInterface = new("subnet-1", "10.0.0.0/24") { PrivateIpv4Address = "10.0.0.7", Attached = true },
            Targets = [new("arn:tg", "i-1", 80, TaskTargetState.Unhealthy) { Reason = "é\"" }],
            Containers =
            [
                task.Containers[0] with
                {
                    LastStatus = ContainerStatus.Stopped, RuntimeId = "abc", ImageDigest = "sha256:0", ExitCode = -1, Reason = "OutOfMemoryError: \\ é",
                    HealthStatus = HealthStatus.Unhealthy, ExecuteCommandAgent = new("RUNNING", "é", Noon), GpuIds = ["GPU-1"], NetworkBindings = [new("::", 80, 8080, "udp") { ContainerPortRange = "1-2", HostPortRange = "3-4" }, new("0.0.0.0", 1, 2, "tcp")],
                },
                task.Containers[0] with { Name = "second" },
            ],
            PullStartedAt = Noon.AddTicks(1),
            PullStoppedAt = Noon,
            StartedAt = Noon.ToOffset(TimeSpan.FromHours(5.5)),
            StoppingAt = Noon,
            ExecutionStoppedAt = Noon,
            StoppedAt = Noon,
            StoppedReason = "Essential container in task exited",
            StopCode = TaskStopCode.EssentialContainerExited,
            Protection = new(Noon),
            HealthyAt = Noon,
            Discarded = true,
        };
        foreach (var part in (object[])[full, full.Containers[0], full.Demand, full.Containers[0].NetworkBindings[0]])
        {
            part.GetType().GetProperties().Where(member => member.CanWrite && Equals(member.GetValue(part), member.PropertyType.IsValueType ? Activator.CreateInstance(member.PropertyType) : null))
                .ShouldBeEmpty("every member is set");
        }

        foreach (var example in (EcsTask[])[full, task, Examples().OfType<E.TaskQueued>().Single().Task])
        {
            var (type, payload) = Catalog.Encode(new E.TaskPlaced(example));
            Catalog.Encode(Catalog.Decode(type, payload)).Payload.ShouldBe(payload);
            Catalog.Decode(type, payload.Replace("{\"task\":{", "{\"later\":[{}],\"task\":{\"later\":{\"a\":[1]},", StringComparison.Ordinal)).ShouldBeOfType<E.TaskPlaced>().Task.Id.ShouldBe(example.Id);
        }
    }

    protected override IEnumerable<E> Examples()
    {
        var definition = new TaskDefinition
        {
            Arn = "arn:aws:ecs:us-east-1:000000000000:task-definition/web:7",
            Family = "web",
            Revision = 7,
            Document = JsonElement.Parse("""{"family":"web","containerDefinitions":[{"name":"app","image":"app","memory":128}]}"""),
            NetworkMode = "bridge",
            Containers = [new ContainerDefinition { Name = "app", Image = "app", CpuUnits = 64, MemoryMiB = 128, PortMappings = [new(80, 8080, "tcp")] }],
            RequiresAttributes = ["ecs.capability.container-ordering"],
            Compatibilities = ["EC2"],
            TaskRoleArn = "arn:aws:iam::000000000000:role/app",
        };
        var deployment = new Deployment
        {
            Id = "ecs-svc/1234567890123456789",
            TaskDefinitionArn = definition.Arn,
            RolloutStateReason = "ECS deployment ecs-svc/1234567890123456789 in progress.",
            CreatedAt = Noon,
            UpdatedAt = Noon,
        };
        var settings = new ServiceSettings
        {
            TaskDefinitionArn = definition.Arn,
            DesiredCount = 2,
            PlacementStrategy = [new("spread", "instanceId")],
            PlacementConstraints = [new("distinctInstance", null)],
            LoadBalancers = [new("arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/web/1", "app", 80)],
            HealthCheckGracePeriod = TimeSpan.FromSeconds(30),
            HasHealthCheckGracePeriod = true,
        };
        var workload = settings.Workload with
        {
            LaunchType = null,
            CapacityProviderStrategy = [new("spot", 1, 2)],
            PlatformVersion = "LATEST",
            ServiceRegistries = [new("arn:aws:servicediscovery:us-east-1:000000000000:service/srv-1", null, "app", 80)],
            NetworkConfiguration = JsonElement.Parse("""{"awsvpcConfiguration":{"subnets":["subnet-1"]}}"""),
            LoadBalancers =
            [
                new("arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/web/1", "app", 80)
                {
                    Advanced = new("arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/web/2", "rule-1", "rule-2", "arn:aws:iam::000000000000:role/ecs"),
                },
            ],
        };
        var revision = new ServiceRevision
        {
            Id = "3234567890123456789",
            Workload = workload,
            Images = [new("app", "app", null)],
            ResolvedTargetGroups = ["arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/web/2"],
            CreatedAt = Noon,
        };
        var rollout = new ServiceDeployment
        {
            Id = "AAAAAAAAAAAAAAAAAAAAAA",
            Status = ServiceDeploymentStatus.RollbackInProgress,
            StatusReason = "ECS deployment circuit breaker: tasks failed to start.",
            TargetRevisionId = revision.Id,
            SourceRevisionIds = ["2234567890123456788"],
            DeploymentId = "ecs-svc/2234567890123456789",
            Configuration = new(200, 50)
            {
                Strategy = DeploymentStrategy.Canary,
                CircuitBreaker = new(true, true) { ResetOnHealthyTask = false, Threshold = new(ThresholdType.Count, 4) },
                Alarms = new(["high-latency"], false, false),
                BakeMinutes = 5,
                LifecycleHooks = [new() { TargetType = LifecycleHookTargetType.Pause, Stages = [LifecycleStage.PostScaleUp], TimeoutInMinutes = 10, TimeoutAction = LifecycleHookAction.Continue, Details = JsonElement.Parse("""{"a":1}""") }],
                Canary = new(5, 10),
                Linear = new(10, 6),
            },
            Stage = LifecycleStage.ProductionTrafficShift,
            StageStartedAt = Noon,
            Steps = 1,
            ProductionPercent = 5,
            TestPercent = 100,
            Rollback = new("ECS deployment circuit breaker: tasks failed to start.", Noon, "2234567890123456788"),
            CircuitBreaker = RollbackMonitorStatus.Triggered,
            FailureCount = 4,
            Hooks = [new() { Id = "ecs-pause-1", Stage = LifecycleStage.PostScaleUp, TargetType = LifecycleHookTargetType.Pause, Status = LifecycleHookStatus.Succeeded, ExpiresAt = Noon }],
            CreatedAt = Noon,
            StartedAt = Noon,
            UpdatedAt = Noon,
        };
        var set = new TaskSet
        {
            Id = "ecs-svc/4234567890123456789",
            ExternalId = "blue",
            Workload = workload,
            ScalePercent = 50,
            ComputedDesiredCount = 2,
            StabilityStatusAt = Noon,
            Tags = [new("team", "x")],
            CreatedAt = Noon,
            UpdatedAt = Noon,
        };
        yield return new E.Created([new("containerInsights", "disabled")], null, null, [new("team", "x")]);
        yield return new E.Updated([new("containerInsights", "enabled")], JsonElement.Parse("""{"executeCommandConfiguration":{"logging":"NONE"}}"""), null);
        yield return new E.CapacityProvidersChanged([new("FARGATE", "FARGATE"), new("spare", "EC2")], [new("spare", 1, 2)]);
        yield return new E.TaskDefinitionPinned(definition);
        yield return new E.InstanceRegistered(new ContainerInstance
        {
            Id = "instance-1",
            Ec2InstanceId = "i-0123456789abcdef0",
            Address = "127.0.0.1",
            Resources = new(2048, 4096, [22], []),
            Attributes = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create("ecs.availability-zone", new EcsAttribute("ecs.availability-zone", "us-east-1a"))]),
            RegisteredAt = Noon,
            ClientToken = "token",
        });
        yield return new E.InstanceReregistered("instance-1", "i-0123456789abcdef0", "127.0.0.1", new(2048, 4096, [22], [53]), [new("ecs.availability-zone", "us-east-1a"), new("stack", "dev")]);
        yield return new E.InstanceConnected("instance-1", new("1.86.3", "berth", "20.10.24")) { At = Noon };
        yield return new E.InstanceDisconnected("instance-1") { At = Noon.AddHours(1) };
        yield return new E.InstanceStatusChanged("instance-1", ContainerInstanceStatus.Draining);
        yield return new E.InstanceAttributesChanged("instance-1", [new("stack", "prod"), new("flag", null)]);
        yield return new E.ServiceCreated(new Service { Name = "web", Settings = settings, Deployments = [deployment], CreatedAt = Noon, CreatedBy = "arn:aws:iam::000000000000:root", ClientToken = "token" });
        yield return new E.ServiceUpdated("web", settings with { DesiredCount = 3 });
        yield return new E.DeploymentStarted("web", deployment with { Id = "ecs-svc/2234567890123456789" });
        yield return new E.DeploymentChanged("web", deployment with { RolloutState = RolloutState.Completed, FailedTasks = 1 });
        yield return new E.DeploymentRemoved("web", deployment.Id);
        yield return new E.DeploymentResumed("web", deployment with { RolloutStateReason = "ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1234567890123456789." });
        yield return new E.ServiceRevisionCreated("web", revision);
        yield return new E.ServiceRevisionResolved("web", revision.Id, [new("app", "app", "sha256:0")]);
        yield return new E.ServiceDeploymentChanged("web", rollout);
        yield return new E.ServiceDeploymentForgotten("web", "unknown");
        yield return new E.TaskSetCreated("web", set);
        yield return new E.TaskSetChanged("web", set with { Status = TaskSetStatus.Primary, IsSteady = true });
        yield return new E.TaskSetRemoved("web", "ecs-svc/unknown");
        yield return new E.ServiceDesiredCountComputed("web", 4);
        yield return new E.ServiceRebalancingChanged("web", ["task-1"]);
        yield return new E.ServiceEventAdded("web", new("5d3f1c9e-0000-0000-0000-000000000000", Noon, "(service web) has started 1 tasks: (task task-1).")
        {
            Action = new(ServiceActionType.Error, "SERVICE_TASK_PLACEMENT_FAILURE") { Reason = "RESOURCE:CPU", TaskIds = ["task-1"], ContainerInstanceIds = ["instance-1"], TaskSetId = "ecs-svc/2" },
        });
        yield return new E.ServiceBackOffChanged("web", new(3, Noon.AddSeconds(4), true));
        yield return new E.TaskQueued(new EcsTask
        {
            Id = "task-2",
            TaskDefinitionArn = definition.Arn,
            Family = "web",
            ContainerInstanceId = "",
            Wish = new([new("binpack", "MEMORY")], [new("distinctInstance", null)]),
            LaunchType = "EC2",
            CapacityProviderName = "spare",
            Group = "family:web",
            LastStatus = EcsTaskStatus.Provisioning,
            Demand = new(64, 128, [], []),
            Containers = [new TaskContainer { Id = "7d3f1c9e-0000-0000-0000-000000000000", Name = "app", Image = "app", GpuIds = ["gpu-0"] }],
            CreatedAt = Noon,
        });
        yield return new E.TaskPlaced(new EcsTask
        {
            Id = "task-1",
            TaskDefinitionArn = definition.Arn,
            Family = "web",
            ContainerInstanceId = "instance-1",
            AvailabilityZone = "us-east-1a",
            LaunchType = "EC2",
            CapacityProviderName = "spare",
            NetworkConfiguration = JsonElement.Parse("""{"awsvpcConfiguration":{"subnets":["subnet-1"]}}"""),
            VolumeConfigurations = JsonElement.Parse("""[{"name":"data"}]"""),
            Group = "service:web",
            ServiceName = "web",
            StartedBy = deployment.Id,
            Demand = new(64, 128, [8080], []),
            Overrides = new() { Containers = [new() { Name = "app", Command = ["run"], Environment = [new("A", "b")], CpuUnits = 32 }], TaskRoleArn = "arn:aws:iam::000000000000:role/other" },
            Containers = [new TaskContainer { Id = "6d3f1c9e-0000-0000-0000-000000000000", Name = "app", Image = "app" }],
            Tags = [new("a", "b")],
            CreatedAt = Noon,
        });
        yield return new E.SubnetPinned(new("subnet-1", "10.0.0.0/24", "us-east-1a"));
        yield return new E.TaskAttached("task-1", "10.0.0.7");
        yield return new E.TaskReported("task-1", EcsTaskStatus.Running,
            [new("app") { Status = ContainerStatus.Running, RuntimeId = "abc", ImageDigest = "sha256:0", NetworkBindings = [new("0.0.0.0", 80, 8080, "tcp")], ExecuteCommandAgent = new("RUNNING", "r", Noon) }], Noon)
        {
            PullStartedAt = Noon,
            PullStoppedAt = Noon.AddSeconds(1),
            ExecutionStoppedAt = Noon.AddSeconds(9),
            StoppedReason = "Essential container in task exited",
            StopCode = TaskStopCode.EssentialContainerExited,
        };
        yield return new E.TaskHealthChanged("task-1", ImmutableDictionary<string, HealthStatus>.Empty.Add("app", HealthStatus.Healthy));
        yield return new E.TaskTargetChanged("task-1", new("arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/web/1", "i-0123456789abcdef0", 8080, TaskTargetState.Unhealthy) { Reason = "Request timed out" });
        yield return new E.TaskProtectionChanged("task-1", new(Noon.AddHours(2)));
        yield return new E.TaskHealthy("task-1", Noon.AddSeconds(40));
        yield return new E.TaskStopRequested("task-1", EcsTaskStatus.Deactivating, "Task stopped by user", TaskStopCode.UserInitiated, Noon);
        yield return new E.TaskAdvanced("task-1", EcsTaskStatus.Stopping, Noon);
        yield return new E.TaskDiscarded("task-1");
        yield return new E.TaskForgotten("task-1");
        yield return new E.ClientTokenUsed("token", new("fingerprint", ["task-1"], Noon));
        yield return new E.ClientTokenForgotten("token");
        yield return new E.TagsChanged(TaggedKind.Service, "web", [new("team", "y")]);
        var daemonRevision = new DaemonRevision
        {
            Id = "4234567890123456789",
            TaskDefinitionArn = "arn:aws:ecs:us-east-1:000000000000:daemon-task-definition/watch:3",
            CapacityProviders = ["managed"],
            Images = [new("agent", "watch", null)],
            PropagateTags = "DAEMON",
            EnableEcsManagedTags = true,
            EnableExecuteCommand = true,
            CreatedAt = Noon,
        };
        var daemonDeployment = new DaemonDeployment
        {
            Id = "5234567890123456789",
            TargetRevisionId = daemonRevision.Id,
            Configuration = new() { DrainPercent = 12.5, AlarmNames = ["errors"], BakeMinutes = 5 },
            StatusReason = "r",
            CreatedAt = Noon,
        };
        yield return new E.DaemonCreated(new Daemon
        {
            Name = "watch",
            Revisions = [daemonRevision],
            Deployments = [daemonDeployment],
            Tags = [new("a", "b")],
            CreatedAt = Noon,
            UpdatedAt = Noon,
            ClientToken = "token",
            Fingerprint = "fingerprint",
        });
        yield return new E.DaemonUpdated(
            "watch",
            daemonRevision with { Id = "4234567890123456790", CreatedAt = Noon.AddMinutes(1) },
            daemonDeployment with { Id = "5234567890123456790", TargetRevisionId = "4234567890123456790", SourceRevisionId = daemonRevision.Id, CreatedAt = Noon.AddMinutes(1) });
        yield return new E.DaemonDeleted("watch", daemonDeployment with
        {
            Id = "5234567890123456791",
            TargetRevisionId = null,
            SourceRevisionId = "4234567890123456790",
            Status = DaemonDeploymentStatus.Successful,
            StartedAt = Noon,
            StoppedAt = Noon,
            FinishedAt = Noon,
        });
        yield return new E.DaemonDeploymentChanged("watch", daemonDeployment with
        {
            Id = "5234567890123456790",
            TargetRevisionId = "4234567890123456790",
            SourceRevisionId = daemonRevision.Id,
            Status = DaemonDeploymentStatus.RollbackInProgress,
            CreatedAt = Noon.AddMinutes(1),
            StartedAt = Noon.AddMinutes(1),
            FailedTasks = 3,
            FailureThreshold = 3,
            Batches = 2,
            HealthySince = Noon.AddMinutes(2),
            Rollback = new(daemonRevision.Id, "r", Noon.AddMinutes(2), 1),
        });
        yield return new E.DaemonBackOffChanged("watch", new(2, Noon.AddMinutes(3), true));
        yield return new E.DaemonRevisionResolved("watch", "4234567890123456790", [new("agent", "watch", "sha256:1")]);
        yield return new E.DaemonForgotten("watch");
        yield return new E.ServiceDraining("web");
        yield return new E.ServiceInactive("web", Noon);
        yield return new E.ServiceForgotten("web");
        yield return new E.TaskDefinitionUnpinned(definition.Arn);
        yield return new E.InstanceDeregistered("instance-1", Noon);
        yield return new E.InstanceForgotten("instance-1");
        yield return new E.Deleted();
    }

    /// <summary>A second task, too: a state tells its tasks in no certain order.</summary>
    protected override bool TakesAway(E fact) => fact is E.Deleted or E.TaskForgotten or E.ServiceForgotten or E.DaemonForgotten or E.InstanceForgotten or E.InstanceDeregistered
        or E.ServiceInactive or E.DeploymentRemoved or E.TaskDefinitionUnpinned
        or E.TaskQueued;

    protected override void CheckDerived(ClusterAggregate original, ClusterAggregate restored)
    {
        restored.Placement.Left("instance-1").ShouldBe(original.Placement.Left("instance-1"));
        restored.State.TaskIndex.Of(TaskFilter.Service, "web", TaskPhase.Stopping).ShouldBe(["task-1"]);
    }
}
