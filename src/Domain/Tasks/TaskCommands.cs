using System.Collections.Immutable;
using System.Text.Json;

namespace Berth.Domain;

/// <summary>Tasks that were placed, and why others were not.</summary>
public sealed record PlacedTasks(ImmutableArray<EcsTask> Tasks, ImmutableArray<PlacementFailure> Failures)
{
    /// <summary>Ids of tasks that the call had started when it came first, and that are no longer kept.</summary>
    public ImmutableArray<string> Forgotten { get; init; } = [];
}

/// <summary>What RunTask and StartTask have in common.</summary>
public sealed record TaskLaunch
{
    /// <summary>The revision to run.</summary>
    public required TaskDefinition Definition { get; init; }

    /// <summary>What is given in its place.</summary>
    public TaskOverride Overrides { get; init; } = TaskOverride.None;

    /// <summary>The task group; null for <c>family:FAMILY</c>.</summary>
    public string? Group { get; init; }

    /// <summary>The caller's label.</summary>
    public string? StartedBy { get; init; }

    /// <summary><c>EC2</c>, <c>FARGATE</c> or <c>EXTERNAL</c>; of no meaning where a capacity provider strategy is given.</summary>
    public string LaunchType { get; init; } = "EC2";

    /// <summary>The platform version of FARGATE tasks.</summary>
    public string? PlatformVersion { get; init; }

    /// <summary>The API's <c>NetworkConfiguration</c> as given; null when none was.</summary>
    public JsonElement? NetworkConfiguration { get; init; }

    /// <summary>The subnets in it that EC2's records have.</summary>
    public ImmutableArray<TaskSubnet> Subnets { get; init; } = [];

    /// <summary>The API's list of <c>TaskVolumeConfiguration</c> as given; null when none was.</summary>
    public JsonElement? VolumeConfigurations { get; init; }

    /// <summary>Tags of each task, propagated ones included.</summary>
    public ImmutableArray<ResourceTag> Tags { get; init; } = [];

    /// <summary>Whether ExecuteCommand was asked for.</summary>
    public bool EnableExecuteCommand { get; init; }

    /// <summary>The revision as placement sees it: with what the overrides ask of an instance's agent besides.</summary>
    internal static TaskDefinition ToPlace(TaskDefinition definition, TaskOverride overrides) =>
        overrides.Containers.All(container => container.EnvironmentFiles is null) || definition.RequiresAttributes.Contains(AttributeNames.EnvironmentFiles)
            ? definition
            : definition with { RequiresAttributes = definition.RequiresAttributes.Add(AttributeNames.EnvironmentFiles) };

    internal string GroupOrDefault => Group ?? $"family:{Definition.Family}";

    /// <summary>Brings what the tasks refer to into the cluster's state.</summary>
    internal void Pin(ClusterAggregate cluster)
    {
        TaskFactory.Pin(cluster, Definition);
        TaskSubnet.Pin(cluster, Subnets);
    }

    internal EcsTask Make(ClusterAggregate cluster, TaskDemand demand, ContainerInstance? instance, InstancePool pool, DecisionContext context)
    {
        var task = TaskFactory.Create(cluster.State, Definition, demand, instance, context) with
        {
            Group = GroupOrDefault,
            StartedBy = StartedBy,
            LaunchType = pool.LaunchType,
            CapacityProviderName = pool.CapacityProvider,
            PlatformVersion = pool.LaunchType == "FARGATE" ? PlatformVersion : null,
            NetworkConfiguration = NetworkConfiguration,
            VolumeConfigurations = VolumeConfigurations,
            Overrides = Overrides,
            Tags = Tags,
            EnableExecuteCommand = EnableExecuteCommand,
        };
        return instance is null ? task : task.WithGpus(cluster.State, Definition, instance).WithNetworkInterface(cluster.State, Definition, NetworkConfiguration, Subnets);
    }
}

/// <summary>Places <paramref name="Count"/> tasks, each on its own; what finds no room is a failure, not an error.</summary>
/// <param name="Launch">What to run.</param>
/// <param name="Count">1 to 10.</param>
/// <param name="Strategies">Placement strategies in order.</param>
/// <param name="Constraints">Placement constraints of the call; the definition's are added.</param>
/// <param name="ClientToken">Makes a repeated call answer what the first did; null for none.</param>
/// <param name="Fingerprint">Tells whether a repeated call has the same arguments.</param>
public sealed record RunTaskCommand(
    TaskLaunch Launch,
    int Count,
    ImmutableArray<PlacementStrategy> Strategies,
    ImmutableArray<PlacementConstraint> Constraints,
    string? ClientToken,
    string Fingerprint) : Command<ClusterAggregate, PlacedTasks>
{
    /// <summary>
    /// Instances of which an answer tells why they could not take the task, in the order of their ids. ECS tells all; in a
    /// large cluster that would be megabytes of the same.
    /// </summary>
    public const int MostFailures = 100;

    /// <summary>Shares the tasks out among capacity providers; empty: all are launched as the launch says.</summary>
    public ImmutableArray<CapacityProviderStrategyItem> Strategy { get; init; } = [];

    /// <inheritdoc/>
    public override PlacedTasks Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        aggregate.RequireActive();
        if (Repeat(aggregate.State, ClientToken, Fingerprint) is { } repeat)
        {
            return repeat;
        }

        ImmutableArray<InstancePool> pools = Strategy.IsEmpty
            ? [new InstancePool(Launch.LaunchType, null)]
            : [.. Strategy.Select(item => Pool(aggregate.State, item.CapacityProvider))];
        if (Strategy.IsEmpty && Launch.LaunchType != "FARGATE" && aggregate.State.Counts.ContainerInstances == 0)
        {
            throw RefusedException.InvalidParameter("No Container Instances were found in your cluster.");
        }

        var demand = TaskDemand.Of(Launch.Definition, Launch.Overrides);
        var request = PlacementRequest.Of(TaskLaunch.ToPlace(Launch.Definition, Launch.Overrides), demand, Launch.GroupOrDefault, Strategies, Constraints) with
        {
            Zones = TaskSubnet.Zones(aggregate.State, Launch.Definition, Launch.NetworkConfiguration, Launch.Subnets),
        };
        var requests = pools.Select(pool => request with { Pool = pool }).ToArray();
        var placed = ImmutableArray.CreateBuilder<EcsTask>();
        var shares = new int[pools.Length];
        var full = new SortedSet<int>();
        for (var wanted = Count; wanted > 0; wanted--)
        {
            var share = pools.Length == 1 ? 0 : CapacityProviderStrategy.Next(Strategy, shares);
            shares[share]++;
            var instance = full.Contains(share) ? null : Placement.Choose(aggregate.Placement, requests[share], context.Ids);
            if (instance is null)
            {
                full.Add(share);
                if (!pools[share].CanGrow)
                {
                    continue;
                }
            }

            var task = Launch.Make(aggregate, demand, instance, pools[share], context);
            if (instance is null)
            {
                Queue(aggregate, task with { Wish = new(Strategies, request.Constraints) }, isFirst: placed.Count == 0);
            }
            else
            {
                Launch.Pin(aggregate);
                aggregate.Record(new ClusterEvent.TaskPlaced(task));
            }

            placed.Add(aggregate.State.Tasks[task.Id]);
        }

        if (ClientToken is not null && placed.Count > 0)
        {
            aggregate.Record(new ClusterEvent.ClientTokenUsed(ClientToken, new(Fingerprint, [.. placed.Select(task => task.Id)], context.Now)));
        }

        return new(
            placed.ToImmutable(),
            [.. full.Where(share => !pools[share].CanGrow).SelectMany(share => Explain(aggregate, requests[share])).Take(MostFailures)]);
    }

    /// <summary>What a call whose token is known is answered, whatever has become of all that it names; null for any other call.</summary>
    /// <exception cref="RefusedException">The token came with other arguments.</exception>
    public static PlacedTasks? Repeat(ClusterState state, string? clientToken, string fingerprint)
    {
        if (clientToken is null || !state.ClientTokens.TryGetValue(clientToken, out var used))
        {
            return null;
        }

        return used.Fingerprint == fingerprint
            ? new([.. used.TaskIds.Where(state.Tasks.ContainsKey).Select(id => state.Tasks[id])], []) { Forgotten = [.. used.TaskIds.Where(id => !state.Tasks.ContainsKey(id))] }
            : throw new RefusedException(
                "ConflictException",
                "The RunTask request could not be processed due to conflicts. The provided clientToken is already in use with a different RunTask request. The resourceIds are the existing task ARNs which are already associated with the clientToken.")
            {
                ResourceIds = [.. used.TaskIds.Select(state.TaskArn)],
            };
    }

    /// <summary>Lets a task wait for room. Refuses when too many do, unless something of the call is done already.</summary>
    private void Queue(ClusterAggregate cluster, EcsTask task, bool isFirst)
    {
        if (isFirst && cluster.Waiting + Count > cluster.Limits.Quotas.ProvisioningTasksPerCluster)
        {
            throw RefusedException.Client($"You have reached the limit of {cluster.Limits.Quotas.ProvisioningTasksPerCluster} tasks in PROVISIONING state in a cluster.");
        }

        Launch.Pin(cluster);
        cluster.Record(new ClusterEvent.TaskQueued(task with { LastStatus = EcsTaskStatus.Provisioning }));
    }

    private static InstancePool Pool(ClusterState state, string provider) =>
        state.CapacityProviders.FirstOrDefault(known => known.Name == provider) is { } known
            ? new(known.LaunchType, known.Name)
            : throw RefusedException.InvalidParameter($"The capacity provider {provider} is not associated with the cluster. Associate the capacity provider with the cluster and try again.");

    private static IEnumerable<PlacementFailure> Explain(ClusterAggregate cluster, PlacementRequest request) =>
        Placement.Explain(cluster.Placement, request).DefaultIfEmpty(new PlacementFailure("", request.Pool.EmptyReason));
}

/// <summary>Places one task on each named instance, if it fits there.</summary>
public sealed record StartTaskCommand(TaskLaunch Launch, ImmutableArray<string> ContainerInstanceIds) : Command<ClusterAggregate, PlacedTasks>
{
    /// <inheritdoc/>
    public override PlacedTasks Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        aggregate.RequireActive();
        var demand = TaskDemand.Of(Launch.Definition, Launch.Overrides);
        var request = PlacementRequest.Of(TaskLaunch.ToPlace(Launch.Definition, Launch.Overrides), demand, Launch.GroupOrDefault, [], []) with
        {
            Zones = TaskSubnet.Zones(aggregate.State, Launch.Definition, Launch.NetworkConfiguration, Launch.Subnets),
        };
        var placed = ImmutableArray.CreateBuilder<EcsTask>();
        var failures = ImmutableArray.CreateBuilder<PlacementFailure>();
        foreach (var id in ContainerInstanceIds)
        {
            var instance = aggregate.State.ContainerInstances.GetValueOrDefault(id);
            var failure = instance switch
            {
                null => new PlacementFailure(id, "MISSING"),
                { Status: not ContainerInstanceStatus.Active } => new PlacementFailure(id, "INACTIVE"),
                _ => Placement.ExplainOne(aggregate.Placement, request = request with { Pool = instance.IsExternal ? InstancePool.External : InstancePool.Ec2 }, instance),
            };
            if (failure is not null)
            {
                failures.Add(failure);
                continue;
            }

            Launch.Pin(aggregate);
            var task = Launch.Make(aggregate, demand, instance!, request.Pool, context);
            aggregate.Record(new ClusterEvent.TaskPlaced(task));
            placed.Add(task);
        }

        return new(placed.ToImmutable(), failures.ToImmutable());
    }
}

/// <summary>Asks a task to stop; asked again, the answer is the same.</summary>
public sealed record StopTaskCommand(string TaskId, string? Reason) : Command<ClusterAggregate, EcsTask>
{
    /// <inheritdoc/>
    public override EcsTask Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        aggregate.RequireActive();
        if (!aggregate.State.Tasks.TryGetValue(TaskId, out var task))
        {
            throw RefusedException.InvalidParameter("The referenced task was not found.");
        }

        if (task.Phase == TaskPhase.Live)
        {
            TaskStop.Request(aggregate, task, string.IsNullOrEmpty(Reason) ? "Task stopped by user" : Reason, TaskStopCode.UserInitiated, context.Now);
        }

        return aggregate.State.Tasks[TaskId];
    }
}

/// <summary>What an agent reports of a task. Unknown, late and repeated reports change nothing and are no error.</summary>
public sealed record SubmitTaskStateChangeCommand(string TaskId) : Command<ClusterAggregate, bool>
{
    /// <summary>PENDING, RUNNING or STOPPED; null when only containers or attachments are reported.</summary>
    public EcsTaskStatus? Status { get; init; }

    /// <summary>The agent's words about the task; usually empty.</summary>
    public string? Reason { get; init; }

    /// <summary>Changes of its containers, in order.</summary>
    public ImmutableArray<ContainerReport> Containers { get; init; } = [];

    /// <summary>What became of its attachments.</summary>
    public ImmutableArray<AttachmentReport> Attachments { get; init; } = [];

    /// <summary>When the first pull began.</summary>
    public DateTimeOffset? PullStartedAt { get; init; }

    /// <summary>When the last pull ended.</summary>
    public DateTimeOffset? PullStoppedAt { get; init; }

    /// <summary>When the first essential container ended.</summary>
    public DateTimeOffset? ExecutionStoppedAt { get; init; }

    /// <summary>True when the report told something new.</summary>
    public override bool Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        if (!aggregate.State.Tasks.TryGetValue(TaskId, out var task) || task.LastStatus is EcsTaskStatus.Stopped or EcsTaskStatus.Provisioning)
        {
            return false;
        }

        var attached = Attach(aggregate, task);
        var stopped = Status == EcsTaskStatus.Stopped;
        var running = Status == EcsTaskStatus.Running && task.LastStatus < EcsTaskStatus.Running;
        var news = Containers.Where(entry => IsNews(task, entry)).Select(entry => AsOf(context.Now, task, entry)).ToImmutableArray();
        if (!stopped && !running && news.IsEmpty)
        {
            return attached;
        }

        var failedToStart = stopped && task.StartedAt is null;
        aggregate.Record(new ClusterEvent.TaskReported(
            TaskId,
            stopped ? EcsTaskStatus.Stopped : running ? EcsTaskStatus.Running : task.LastStatus,
            stopped ? [.. Containers.Select(entry => AsOf(context.Now, task, entry))] : news,
            context.Now)
        {
            PullStartedAt = PullStartedAt,
            PullStoppedAt = PullStoppedAt,
            ExecutionStoppedAt = ExecutionStoppedAt,
            StopCode = !stopped ? null : failedToStart ? TaskStopCode.TaskFailedToStart : TaskStopCode.EssentialContainerExited,
            StoppedReason = !stopped ? null : WhyStopped(failedToStart),
        });
        if (stopped && task is { DesiredStatus: EcsTaskStatus.Running, DaemonName: not null })
        {
            DaemonScheduler.TaskFailed(aggregate, task, context);
        }
        else if (failedToStart && task.DesiredStatus == EcsTaskStatus.Running)
        {
            ServiceScheduler.TaskFailedToStart(aggregate, task, context);
        }
        else if (running)
        {
            ServiceScheduler.TaskStarted(aggregate, task);
            DaemonScheduler.TaskStarted(aggregate, task);
        }

        return true;
    }

    /// <summary>The interface comes first: what a RUNNING task leads to may need its address.</summary>
    private bool Attach(ClusterAggregate cluster, EcsTask task)
    {
        if (task.NetworkInterface is not { } known
            || Attachments.FirstOrDefault(entry => entry.Status == "ATTACHED" && entry.AttachmentId == TaskNetworkInterface.AttachmentIdOf(TaskId)) is not { } report
            || (known.Attached && (report.PrivateIpv4Address ?? known.PrivateIpv4Address) == known.PrivateIpv4Address))
        {
            return false;
        }

        cluster.Record(new ClusterEvent.TaskAttached(TaskId, report.PrivateIpv4Address));
        return true;
    }

    /// <summary>An agent that came to run did so now.</summary>
    private static ContainerReport AsOf(DateTimeOffset now, EcsTask task, ContainerReport entry) => entry.ExecuteCommandAgent is not { } agent ? entry : entry with
    {
        ExecuteCommandAgent = agent with
        {
            StartedAt = agent.Status == "RUNNING" ? now : task.Containers.FirstOrDefault(known => known.Name == entry.Name)?.ExecuteCommandAgent?.StartedAt,
        },
    };

    private static bool IsNews(EcsTask task, ContainerReport entry) =>
        task.Containers.FirstOrDefault(container => container.Name == entry.Name) is { } known
        && ((entry.Status is { } status && status > known.LastStatus)
            || (entry.RuntimeId is { } runtime && runtime != known.RuntimeId)
            || (entry.ExitCode is { } code && code != known.ExitCode)
            || (entry.Reason is { Length: > 0 } reason && reason != known.Reason)
            || (entry.ImageDigest is { } digest && digest != known.ImageDigest)
            || (entry.ExecuteCommandAgent is { } agent && (agent.Status, agent.Reason) != (known.ExecuteCommandAgent?.Status, known.ExecuteCommandAgent?.Reason))
            || (entry.NetworkBindings is { } bindings && !bindings.SequenceEqual(known.NetworkBindings)));

    private string WhyStopped(bool failedToStart) =>
        !string.IsNullOrEmpty(Reason) ? Reason
        : !failedToStart ? "Essential container in task exited"
        : Containers.Select(entry => entry.Reason).FirstOrDefault(reason => !string.IsNullOrEmpty(reason)) ?? "Task failed to start";
}

/// <summary>Verdicts of the health checks of a task's containers, by container name.</summary>
public sealed record ReportTaskHealthCommand(string TaskId, ImmutableDictionary<string, HealthStatus> Containers) : Command<ClusterAggregate, bool>
{
    /// <summary>True when a verdict is new.</summary>
    public override bool Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        if (!aggregate.State.Tasks.TryGetValue(TaskId, out var task)
            || task.LastStatus == EcsTaskStatus.Stopped
            || task.Containers.All(container => Containers.GetValueOrDefault(container.Name, container.HealthStatus) == container.HealthStatus))
        {
            return false;
        }

        aggregate.Record(new ClusterEvent.TaskHealthChanged(TaskId, Containers));
        return true;
    }
}

/// <summary>
/// Where a task stands in a target group now. A task that was waiting to leave its last target group goes on to STOPPING.
/// </summary>
public sealed record ReportTaskTargetCommand(string TaskId, TaskTarget Target) : Command<ClusterAggregate, bool>
{
    /// <summary>True when that is new.</summary>
    public override bool Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        if (!aggregate.State.Tasks.TryGetValue(TaskId, out var task))
        {
            return false;
        }

        var known = task.Targets.FirstOrDefault(target => target.TargetGroupArn == Target.TargetGroupArn);
        if (known == Target)
        {
            return false;
        }

        aggregate.Record(new ClusterEvent.TaskTargetChanged(TaskId, Target));
        Tell(aggregate, task, known?.State ?? TaskTargetState.Absent, context);
        var now = aggregate.State.Tasks[TaskId];
        if (now.LastStatus == EcsTaskStatus.Deactivating && now.Targets.All(target => target.State is TaskTargetState.Absent or TaskTargetState.Gone))
        {
            aggregate.Record(new ClusterEvent.TaskAdvanced(TaskId, EcsTaskStatus.Stopping, context.Now));
        }

        return true;
    }

    private void Tell(ClusterAggregate cluster, EcsTask task, TaskTargetState before, DecisionContext context)
    {
        if (task.ServiceName is not { } service || !cluster.State.Services.ContainsKey(service))
        {
            return;
        }

        var wasIn = before is TaskTargetState.Initial or TaskTargetState.Healthy or TaskTargetState.Unhealthy;
        var isIn = Target.State is TaskTargetState.Initial or TaskTargetState.Healthy or TaskTargetState.Unhealthy;
        if (isIn && !wasIn)
        {
            ServiceScheduler.Tell(cluster, service, ServiceMessages.Registered(service, Target.TargetGroupArn), context);
        }
        else if (wasIn && !isIn)
        {
            ServiceScheduler.Tell(cluster, service, ServiceMessages.Deregistered(service, Target.TargetGroupArn), context);
        }
    }
}
