using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>Tasks that were placed, and why others were not.</summary>
public sealed record PlacedTasks(ImmutableArray<EcsTask> Tasks, ImmutableArray<PlacementFailure> Failures);

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

    /// <summary><c>EC2</c> or <c>EXTERNAL</c>.</summary>
    public string LaunchType { get; init; } = "EC2";

    /// <summary>Tags of each task, propagated ones included.</summary>
    public ImmutableArray<ResourceTag> Tags { get; init; } = [];

    /// <summary>Whether ExecuteCommand was asked for.</summary>
    public bool EnableExecuteCommand { get; init; }

    internal string GroupOrDefault => Group ?? $"family:{Definition.Family}";

    internal EcsTask Make(ClusterAggregate cluster, TaskDemand demand, ContainerInstance instance, DecisionContext context) =>
        TaskFactory.Create(cluster.State, Definition, demand, instance, context) with
        {
            Group = GroupOrDefault,
            StartedBy = StartedBy,
            LaunchType = LaunchType,
            Overrides = Overrides,
            Tags = Tags,
            EnableExecuteCommand = EnableExecuteCommand,
        };
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

    /// <inheritdoc/>
    public override PlacedTasks Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        aggregate.RequireActive();
        if (ClientToken is not null && aggregate.State.ClientTokens.TryGetValue(ClientToken, out var used))
        {
            return used.Fingerprint == Fingerprint
                ? new([.. used.TaskIds.Where(aggregate.State.Tasks.ContainsKey).Select(id => aggregate.State.Tasks[id])], [])
                : throw new RefusedException("ConflictException", "The client token was used with other arguments. Use a new token, or repeat the same call.");
        }

        if (aggregate.State.ContainerInstances.Values.All(instance => instance.Status == ContainerInstanceStatus.Inactive))
        {
            throw RefusedException.InvalidParameter("No Container Instances were found in your cluster.");
        }

        var demand = TaskDemand.Of(Launch.Definition, Launch.Overrides);
        var request = PlacementRequest.Of(Launch.Definition, demand, Launch.GroupOrDefault, Strategies, Constraints);
        var placed = ImmutableArray.CreateBuilder<EcsTask>();
        while (placed.Count < Count && Placement.Choose(aggregate.Placement, request, context.Ids) is { } instance)
        {
            TaskFactory.Pin(aggregate, Launch.Definition);
            var task = Launch.Make(aggregate, demand, instance, context);
            aggregate.Record(new ClusterEvent.TaskPlaced(task));
            placed.Add(task);
        }

        if (ClientToken is not null && placed.Count > 0)
        {
            aggregate.Record(new ClusterEvent.ClientTokenUsed(ClientToken, new(Fingerprint, [.. placed.Select(task => task.Id)], context.Now)));
        }

        return new(
            placed.ToImmutable(),
            placed.Count == Count ? [] : [.. Placement.Explain(aggregate.Placement, request).Take(MostFailures)]);
    }
}

/// <summary>Places one task on each named instance, if it fits there.</summary>
public sealed record StartTaskCommand(TaskLaunch Launch, ImmutableArray<string> ContainerInstanceIds) : Command<ClusterAggregate, PlacedTasks>
{
    /// <inheritdoc/>
    public override PlacedTasks Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        aggregate.RequireActive();
        var demand = TaskDemand.Of(Launch.Definition, Launch.Overrides);
        var request = new PlacementRequest(Launch.Definition, demand, Launch.GroupOrDefault, [], []);
        var placed = ImmutableArray.CreateBuilder<EcsTask>();
        var failures = ImmutableArray.CreateBuilder<PlacementFailure>();
        foreach (var id in ContainerInstanceIds)
        {
            var instance = aggregate.State.ContainerInstances.GetValueOrDefault(id);
            var failure = instance switch
            {
                null => new PlacementFailure(id, "MISSING"),
                { Status: not ContainerInstanceStatus.Active } => new PlacementFailure(id, "INACTIVE"),
                _ => Placement.ExplainOne(aggregate.Placement, request, instance),
            };
            if (failure is not null)
            {
                failures.Add(failure);
                continue;
            }

            TaskFactory.Pin(aggregate, Launch.Definition);
            var task = Launch.Make(aggregate, demand, instance!, context);
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

    /// <summary>When the first pull began.</summary>
    public DateTimeOffset? PullStartedAt { get; init; }

    /// <summary>When the last pull ended.</summary>
    public DateTimeOffset? PullStoppedAt { get; init; }

    /// <summary>When the first essential container ended.</summary>
    public DateTimeOffset? ExecutionStoppedAt { get; init; }

    /// <summary>True when the report told something new.</summary>
    public override bool Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        if (!aggregate.State.Tasks.TryGetValue(TaskId, out var task) || task.LastStatus == EcsTaskStatus.Stopped)
        {
            return false;
        }

        var stopped = Status == EcsTaskStatus.Stopped;
        var running = Status == EcsTaskStatus.Running && task.LastStatus < EcsTaskStatus.Running;
        var news = Containers.Where(entry => IsNews(task, entry)).ToImmutableArray();
        if (!stopped && !running && news.IsEmpty)
        {
            return false;
        }

        var failedToStart = stopped && task.StartedAt is null;
        aggregate.Record(new ClusterEvent.TaskReported(
            TaskId,
            stopped ? EcsTaskStatus.Stopped : running ? EcsTaskStatus.Running : task.LastStatus,
            stopped ? Containers : news,
            context.Now)
        {
            PullStartedAt = PullStartedAt,
            PullStoppedAt = PullStoppedAt,
            ExecutionStoppedAt = ExecutionStoppedAt,
            StopCode = !stopped ? null : failedToStart ? TaskStopCode.TaskFailedToStart : TaskStopCode.EssentialContainerExited,
            StoppedReason = !stopped ? null : WhyStopped(failedToStart),
        });
        if (failedToStart && task.DesiredStatus == EcsTaskStatus.Running)
        {
            ServiceScheduler.TaskFailedToStart(aggregate, task, context);
        }
        else if (running)
        {
            ServiceScheduler.TaskStarted(aggregate, task);
        }

        return true;
    }

    private static bool IsNews(EcsTask task, ContainerReport entry) =>
        task.Containers.FirstOrDefault(container => container.Name == entry.Name) is { } known
        && ((entry.Status is { } status && status > known.LastStatus)
            || (entry.RuntimeId is { } runtime && runtime != known.RuntimeId)
            || (entry.ExitCode is { } code && code != known.ExitCode)
            || (entry.Reason is { Length: > 0 } reason && reason != known.Reason)
            || (entry.ImageDigest is { } digest && digest != known.ImageDigest)
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
