namespace Berth.Domain;

/// <summary>
/// One ECS cluster: its state, what placement scans, which services need looking at, and the moments at which time
/// itself changes something. Everything besides the state is derived from it.
/// </summary>
public sealed class ClusterAggregate : Aggregate<ClusterState, ClusterEvent>
{
    // A reconcile that still finds something to do after this many rounds is a defect, not a busy service.
    private const int MostRounds = 16;

    // A look at a service costs as much as it has tasks. One with more than so many is not looked at again before a time
    // that is long against the look: what changed meanwhile is dealt with at once, so a rollout costs as much a task in a
    // large service as in a small one.
    private const int LargeService = 1_000;
    private static readonly TimeSpan PauseATask = TimeSpan.FromMicroseconds(10);

    private readonly SortedSet<(bool IsNoDaemon, string Service)> unsettled = new(Comparer<(bool IsNoDaemon, string Service)>.Create(
        (a, b) => a.IsNoDaemon != b.IsNoDaemon ? a.IsNoDaemon.CompareTo(b.IsNoDaemon) : string.CompareOrdinal(a.Service, b.Service)));
    private readonly SortedSet<string> unsettledDaemons = new(StringComparer.Ordinal);
    private readonly SortedSet<string> daemonsWaitingForRoom = new(StringComparer.Ordinal);
    private readonly DaemonInstances daemons = new();
    private readonly ZoneCounts zones = new();
    private readonly SortedSet<string> balanced = new(StringComparer.Ordinal);
    private readonly SortedSet<string> waitingForRoom = new(StringComparer.Ordinal);
    private readonly SortedSet<(DateTimeOffset Since, string Id)> waiting = [];
    private readonly DeadlineQueue<Deadline> deadlines = new();
    private readonly Dictionary<string, string> instanceIdsByToken = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> taskDefinitionUses = new(StringComparer.Ordinal);
    private readonly Dictionary<(TaskFilter Owner, string Name), (DateTimeOffset At, bool Again)> looks = [];
    private DateTimeOffset latest = DateTimeOffset.MinValue;
    private bool hasRoomChanged;
    private readonly SortedSet<string> unused = new(StringComparer.Ordinal);

    /// <summary>A cluster without any fact.</summary>
    public ClusterAggregate(string account, string region, string name, ClusterLimits limits)
        : base(new ClusterState { Account = account, Region = region, Name = name }) => Limits = limits;

    private enum DeadlineKind
    {
        Task,
        Protection,
        Provisioning,
        Service,
        ServiceDeployment,
        ContainerInstance,
        ClientToken,
        Reconcile,
        Daemon,
    }

    /// <summary>How many tasks wait for a capacity provider to bring an instance.</summary>
    public int Waiting => waiting.Count;

    /// <summary>How long things are kept and how fast they go.</summary>
    public ClusterLimits Limits { get; }

    /// <summary>What is free where.</summary>
    public PlacementIndex Placement { get; private set; } = new();

    /// <inheritdoc/>
    public override DateTimeOffset? NextDeadline => deadlines.TryPeek(out _, out var at) ? at : null;

    /// <inheritdoc/>
    public override void Apply(ClusterEvent fact)
    {
        var before = State;
        State = State.Apply(fact, Limits);
        Derive(fact, before);
    }

    /// <inheritdoc/>
    /// <remarks>Indexes and all else that is derived are made once, from where the facts have led.</remarks>
    public override void BeginReplay(ClusterState? snapshot) => State = (snapshot ?? State).WithoutTaskIndex();

    /// <inheritdoc/>
    public override void Replay(ClusterEvent fact) => State = State.Apply(fact, Limits);

    /// <inheritdoc/>
    public override void EndReplay() => Restore(State);

    /// <inheritdoc/>
    public override void Restore(ClusterState snapshot)
    {
        var tasks = ClusterEvolution.TasksById(snapshot);
        Parallel.Invoke(() => State = snapshot.WithIndex(tasks), () => Placement = PlacementIndex.Of(snapshot, tasks));    // A start waits for both.
        unsettled.Clear();
        looks.Clear();
        unsettledDaemons.Clear();
        daemonsWaitingForRoom.Clear();
        waitingForRoom.Clear();
        waiting.Clear();
        hasRoomChanged = true;
        deadlines.Clear();
        instanceIdsByToken.Clear();
        taskDefinitionUses.Clear();
        unused.Clear();
        daemons.Clear();
        zones.Clear();
        balanced.Clear();
        foreach (var instance in State.ContainerInstances.Values)
        {
            zones.Move(null, instance);
            Await(instance);
            NoteToken(instance);
        }

        foreach (var task in tasks)
        {
            Use(task.TaskDefinitionArn, 1);
            if (task.Phase != TaskPhase.Stopped)
            {
                Enqueue(task);
            }

            Await(task);
            AwaitProtection(task);
        }

        foreach (var service in State.Services.Values)
        {
            ServiceChanged(service.Name, null, service);
            foreach (var rollout in service.ServiceDeployments.Skip(1))
            {
                AwaitEndOf(service.Name, rollout);
            }
        }

        foreach (var daemon in State.Daemons.Values)
        {
            DaemonChanged(daemon.Name, null, daemon);
        }

        foreach (var (token, use) in State.ClientTokens)
        {
            deadlines.Enqueue(new(DeadlineKind.ClientToken, token), use.At + Limits.ClientTokenLife);
        }
    }

    /// <inheritdoc/>
    public override void Settle(DecisionContext context)
    {
        while (deadlines.TryPeek(out var deadline, out var at) && at <= context.Now)
        {
            deadlines.Dequeue();
            Meet(deadline, context.Now);
        }

        if (context.Now < latest)
        {
            Restore(State);    // The clock was set back: deadlines that were met before it lie ahead again.
        }

        latest = context.Now;
        SettleDaemons(context);    // First: a managed daemon's task is on an instance before others.
        if (hasRoomChanged)
        {
            hasRoomChanged = false;
            if (waiting.Count > 0)
            {
                WaitingTasks.Place(this, [.. waiting.Select(entry => entry.Id)], context);
            }
        }

        while (unsettled.Count > 0)
        {
            var next = unsettled.Min;
            if (!IsPostponed(TaskFilter.Service, next.Service, context.Now))
            {
                for (var round = 0; round < MostRounds && ServiceScheduler.Reconcile(this, next.Service, context); round++)
                {
                }
            }

            unsettled.Remove(next);
        }

        SettleDaemons(context);    // What services stopped may have been the last that a daemon served on a draining instance.
        while (unused.Min is { } arn)
        {
            unused.Remove(arn);
            if (!taskDefinitionUses.ContainsKey(arn) && State.TaskDefinitions.ContainsKey(arn))
            {
                Record(new ClusterEvent.TaskDefinitionUnpinned(arn));
            }
        }
    }

    /// <summary>Whether a large service or daemon was looked at just now; then it is again as soon as its pause is over.</summary>
    private bool IsPostponed(TaskFilter owner, string name, DateTimeOffset now)
    {
        var tasks = State.TaskIndex.Of(owner, name, TaskPhase.Live).Count + State.TaskIndex.Of(owner, name, TaskPhase.Stopping).Count;
        if (tasks <= LargeService)
        {
            looks.Remove((owner, name));
            return false;
        }

        if (looks.TryGetValue((owner, name), out var last) && last.At <= now && now < last.At + (PauseATask * tasks))
        {
            if (!last.Again)
            {
                deadlines.Enqueue(new(owner == TaskFilter.Daemon ? DeadlineKind.Daemon : DeadlineKind.Reconcile, name), last.At + (PauseATask * tasks));
                looks[(owner, name)] = (last.At, Again: true);
            }

            return true;
        }

        looks[(owner, name)] = (now, Again: false);
        return false;
    }

    private void SettleDaemons(DecisionContext context)
    {
        while (unsettledDaemons.Min is { } daemon)
        {
            if (!IsPostponed(TaskFilter.Daemon, daemon, context.Now))
            {
                for (var round = 0; round < MostRounds && DaemonScheduler.Reconcile(this, daemon, context); round++)
                {
                }
            }

            unsettledDaemons.Remove(daemon);
        }
    }

    /// <summary>The instances a daemon service is for, in the order of their ids.</summary>
    internal IReadOnlyCollection<string> InstancesOf(Service daemon) => daemons.Of(daemon.Name);

    /// <summary>The container instance that was registered with a client token and is there still; null when there is none.</summary>
    internal ContainerInstance? RegisteredWith(string clientToken) =>
        instanceIdsByToken.TryGetValue(clientToken, out var id) ? State.ContainerInstances.GetValueOrDefault(id) : null;

    /// <summary>The zones that have an active instance.</summary>
    internal IReadOnlyCollection<string> Zones => zones.Names;

    /// <summary>The service is looked at in the next settling, daemons before the others: their tasks start first.</summary>
    internal void Unsettle(string service) => unsettled.Add((State.Services.GetValueOrDefault(service) is not { IsDaemon: true }, service));

    private void Unsettle(SortedSet<string> services)
    {
        foreach (var service in services)
        {
            Unsettle(service);
        }
    }

    private void Derive(ClusterEvent fact, ClusterState before)
    {
        switch (fact)
        {
            case ClusterEvent.InstanceRegistered { Instance: var registered }:
                NoteToken(registered);
                InstanceChanged(before, registered.Id);
                break;
            case ClusterEvent.InstanceReregistered { Id: var id }:
                NoteToken(State.ContainerInstances[id]);
                InstanceChanged(before, id);
                break;
            case ClusterEvent.InstanceConnected { Id: var id }:
                InstanceChanged(before, id);
                break;
            case ClusterEvent.InstanceDisconnected { Id: var id }:
                InstanceChanged(before, id);
                break;
            case ClusterEvent.InstanceAttributesChanged { Id: var id }:
                InstanceChanged(before, id);
                break;
            case ClusterEvent.InstanceStatusChanged { Id: var id }:
                InstanceChanged(before, id);
                UnsettleServicesOn(id);
                break;
            case ClusterEvent.InstanceDeregistered { Id: var id }:
                ForgetToken(State.ContainerInstances.GetValueOrDefault(id));
                InstanceChanged(before, id);
                UnsettleServicesOn(id);
                break;
            case ClusterEvent.InstanceForgotten { Id: var id }:
                ForgetToken(before.ContainerInstances.GetValueOrDefault(id));
                Placement.Remove(id);
                daemons.Forget(id);
                zones.Move(before.ContainerInstances.GetValueOrDefault(id), null);
                break;
            case ClusterEvent.TaskQueued { Task: var task }:
                Use(task.TaskDefinitionArn, 1);
                Enqueue(task);
                break;
            case ClusterEvent.TaskPlaced { Task: var task } when before.Tasks.ContainsKey(task.Id):
                waiting.Remove((task.CreatedAt, task.Id));
                Placement.Take(task);
                break;
            case ClusterEvent.TaskPlaced { Task: var task }:
                Placement.Take(task);
                Use(task.TaskDefinitionArn, 1);
                TaskChanged(null, State.Tasks[task.Id]);
                break;
            case ClusterEvent.TaskStopRequested { Id: var id }:
                TaskChanged(before, id);
                break;
            case ClusterEvent.TaskAdvanced { Id: var id }:
                TaskChanged(before, id);
                break;
            case ClusterEvent.TaskReported { Id: var id }:
                TaskChanged(before, id);
                break;
            case ClusterEvent.TaskHealthChanged { Id: var id }:
                TaskChanged(before, id);
                break;
            case ClusterEvent.TaskTargetChanged { Id: var id }:
                TaskChanged(before, id);
                break;
            case ClusterEvent.TaskProtectionChanged { Id: var id }:
                AwaitProtection(State.Tasks.GetValueOrDefault(id));
                TaskChanged(before, id);
                break;
            case ClusterEvent.TaskForgotten { Id: var id }:
                if (before.Tasks.TryGetValue(id, out var forgotten))
                {
                    Use(forgotten.TaskDefinitionArn, -1);
                }

                break;
            case ClusterEvent.ClientTokenUsed used:
                deadlines.Enqueue(new(DeadlineKind.ClientToken, used.Token), used.Use.At + Limits.ClientTokenLife);
                break;
            case ClusterEvent.CapacityProvidersChanged:
                unsettledDaemons.UnionWith(State.Daemons.Keys);
                break;
            default:
                if (DaemonOf(fact) is { } daemon)
                {
                    DaemonChanged(daemon, before.Daemons.GetValueOrDefault(daemon), State.Daemons.GetValueOrDefault(daemon));
                }
                else if (ServiceOf(fact) is { } name)
                {
                    ServiceChanged(name, before.Services.GetValueOrDefault(name), State.Services.GetValueOrDefault(name));
                }

                break;
        }
    }

    private static string? ServiceOf(ClusterEvent fact) => fact switch
    {
        ClusterEvent.ServiceCreated { Service.Name: var name } => name,
        ClusterEvent.ServiceUpdated { Name: var name } => name,
        ClusterEvent.ServiceDesiredCountComputed { Name: var name } => name,
        ClusterEvent.ServiceRebalancingChanged { Service: var name } => name,
        ClusterEvent.ServiceBackOffChanged { Service: var name } => name,
        ClusterEvent.ServiceDraining { Name: var name } => name,
        ClusterEvent.ServiceInactive { Name: var name } => name,
        ClusterEvent.ServiceForgotten { Name: var name } => name,
        ClusterEvent.DeploymentStarted { Service: var name } => name,
        ClusterEvent.DeploymentChanged { Service: var name } => name,
        ClusterEvent.DeploymentResumed { Service: var name } => name,
        ClusterEvent.DeploymentRemoved { Service: var name } => name,
        ClusterEvent.ServiceDeploymentChanged { Service: var name } => name,
        ClusterEvent.TaskSetCreated { Service: var name } => name,
        ClusterEvent.TaskSetChanged { Service: var name } => name,
        ClusterEvent.TaskSetRemoved { Service: var name } => name,
        _ => null,
    };

    private static string? DaemonOf(ClusterEvent fact) => fact switch
    {
        ClusterEvent.DaemonCreated { Daemon.Name: var name } => name,
        ClusterEvent.DaemonUpdated { Name: var name } => name,
        ClusterEvent.DaemonDeleted { Name: var name } => name,
        ClusterEvent.DaemonDeploymentChanged { Daemon: var name } => name,
        ClusterEvent.DaemonBackOffChanged { Daemon: var name } => name,
        ClusterEvent.DaemonForgotten { Name: var name } => name,
        _ => null,
    };

    private void InstanceChanged(ClusterState before, string id)
    {
        if (State.ContainerInstances.TryGetValue(id, out var instance))
        {
            Placement.Put(instance);
            Await(instance);
            hasRoomChanged = true;
            unsettledDaemons.UnionWith(State.Daemons.Keys);
            Unsettle(waitingForRoom);
            foreach (var service in daemons.Look(this, instance))
            {
                Unsettle(service);
            }

            if (zones.Move(before.ContainerInstances.GetValueOrDefault(id), instance))
            {
                Unsettle(balanced);
            }
        }
    }

    private void NoteToken(ContainerInstance instance)
    {
        if (instance is { ClientToken: { } token, Status: not ContainerInstanceStatus.Inactive })
        {
            instanceIdsByToken[token] = instance.Id;
        }
    }

    private void ForgetToken(ContainerInstance? instance)
    {
        if (instance?.ClientToken is { } token && instanceIdsByToken.GetValueOrDefault(token) == instance.Id)
        {
            instanceIdsByToken.Remove(token);
        }
    }

    private void UnsettleServicesOn(string instanceId)
    {
        foreach (var task in State.TasksOn(instanceId, TaskPhase.Live))
        {
            if (task.ServiceName is { } service)
            {
                Unsettle(service);
            }
        }
    }

    private void TaskChanged(ClusterState before, string id)
    {
        if (before.Tasks.TryGetValue(id, out var was) && State.Tasks.TryGetValue(id, out var now))
        {
            TaskChanged(was, now);
        }
    }

    private void TaskChanged(EcsTask? was, EcsTask now)
    {
        if (was is not null)
        {
            Placement.Follow(was, now);
        }

        if (was is { Phase: not TaskPhase.Stopped } && now.Phase == TaskPhase.Stopped)
        {
            waiting.Remove((now.CreatedAt, now.Id));
            hasRoomChanged = true;
            unsettledDaemons.UnionWith(daemonsWaitingForRoom);
            Unsettle(waitingForRoom);
        }

        if (was is { Phase: TaskPhase.Live } && now.Phase != TaskPhase.Live && State.ContainerInstances.GetValueOrDefault(now.ContainerInstanceId) is { } instance)
        {
            // What a daemon serves on a draining instance leaves first; then the daemon's own task may go.
            if (instance.Status == ContainerInstanceStatus.Draining)
            {
                UnsettleServicesOn(instance.Id);
            }

            // An instance whose agent is away counts for a daemon as long as the daemon's task is on it.
            if (!instance.AgentConnected)
            {
                foreach (var daemon in daemons.Look(this, instance))
                {
                    Unsettle(daemon);
                }
            }
        }

        if (was is not null && was.Phase != now.Phase && State.ContainerInstances.GetValueOrDefault(now.ContainerInstanceId) is { Status: ContainerInstanceStatus.Draining })
        {
            unsettledDaemons.UnionWith(State.Daemons.Keys);
        }

        if (was?.LastStatus != now.LastStatus)
        {
            Await(now);
        }

        if (now.ServiceName is { } service)
        {
            Unsettle(service);
        }
        else if (now.DaemonName is { } daemon)
        {
            unsettledDaemons.Add(daemon);
        }
    }

    private void DaemonChanged(string name, Daemon? was, Daemon? now)
    {
        foreach (var arn in now?.TaskDefinitionArns() ?? [])
        {
            Use(arn, 1);
        }

        foreach (var arn in was?.TaskDefinitionArns() ?? [])
        {
            Use(arn, -1);
        }

        if (now is null)
        {
            daemonsWaitingForRoom.Remove(name);
            unsettledDaemons.Remove(name);
            return;
        }

        unsettledDaemons.Add(name);
        _ = now is { BackOff.Unplaced: true, IsActive: true } ? daemonsWaitingForRoom.Add(name) : daemonsWaitingForRoom.Remove(name);
        if (now.BackOff.NoStartBefore is { } start)
        {
            deadlines.Enqueue(new(DeadlineKind.Daemon, name), start);
        }

        if (DaemonRollouts.NextLook(now.Rollout) is { } look)
        {
            deadlines.Enqueue(new(DeadlineKind.Daemon, name), look);
        }
    }

    private void ServiceChanged(string name, Service? was, Service? now)
    {
        if (was is null || now is null || was.Deployments != now.Deployments || was.TaskSets != now.TaskSets || was.LastCompleted != now.LastCompleted
            || was.Settings.TaskDefinitionArn != now.Settings.TaskDefinitionArn || was.Status != now.Status)
        {
            foreach (var arn in now?.TaskDefinitionArns() ?? [])
            {
                Use(arn, 1);
            }

            foreach (var arn in was?.TaskDefinitionArns() ?? [])
            {
                Use(arn, -1);
            }
        }

        daemons.Look(this, name, was, now);
        if (now is null)
        {
            waitingForRoom.Remove(name);
            balanced.Remove(name);
            return;
        }

        Unsettle(name);
        Await(now);
        if (now.ServiceDeployments is [var newest, ..] && (was is null || was.ServiceDeployments is not [var known, ..] || known.Id != newest.Id))
        {
            AwaitEndOf(name, newest);
        }

        if (now.Rollout is { } rollout && TrafficShift.NextLook(rollout) is { } look)
        {
            deadlines.Enqueue(new(DeadlineKind.Reconcile, name), look);
        }
    }

    private void AwaitEndOf(string service, ServiceDeployment rollout) =>
        deadlines.Enqueue(new(DeadlineKind.ServiceDeployment, $"{service}/{rollout.Id}"), rollout.CreatedAt + Limits.ServiceDeploymentLife);

    private void Use(string taskDefinitionArn, int change)
    {
        var uses = taskDefinitionUses.GetValueOrDefault(taskDefinitionArn) + change;
        if (uses == 0)
        {
            taskDefinitionUses.Remove(taskDefinitionArn);
            unused.Add(taskDefinitionArn);
        }
        else
        {
            taskDefinitionUses[taskDefinitionArn] = uses;
        }
    }

    private void Await(ContainerInstance instance)
    {
        if (instance.DeregisteredAt is { } at)
        {
            deadlines.Enqueue(new(DeadlineKind.ContainerInstance, instance.Id), at + Limits.InactiveLife);
        }
    }

    private void Await(EcsTask task)
    {
        if (task.StoppedAt is { } stopped)
        {
            if (LifeOf(task) is { } life)
            {
                deadlines.Enqueue(new(DeadlineKind.Task, task.Id), stopped + life);
            }
        }
        else if (task is { LastStatus: EcsTaskStatus.Running, ServiceName: { } name, StartedAt: { } started }
            && State.Services.TryGetValue(name, out var service))
        {
            deadlines.Enqueue(new(DeadlineKind.Reconcile, name), started + Limits.HealthyAfter);
            if (service.Settings.HealthCheckGracePeriod > TimeSpan.Zero)
            {
                deadlines.Enqueue(new(DeadlineKind.Reconcile, name), started + service.Settings.HealthCheckGracePeriod);
            }
        }
        else if (task is { LastStatus: EcsTaskStatus.Running, HealthyAt: null, DaemonName: { } daemon, StartedAt: { } begun })
        {
            deadlines.Enqueue(new(DeadlineKind.Daemon, daemon), begun + Limits.HealthyAfter);
        }
    }

    private void Enqueue(EcsTask task)
    {
        if (task.Wish is not null)
        {
            waiting.Add((task.CreatedAt, task.Id));
            deadlines.Enqueue(new(DeadlineKind.Provisioning, task.Id), task.CreatedAt + Limits.ProvisioningLife);
        }
    }

    private void AwaitProtection(EcsTask? task)
    {
        if (task?.Protection is { } protection)
        {
            deadlines.Enqueue(new(DeadlineKind.Protection, task.Id), protection.ExpiresAt);
        }
    }

    /// <summary>How long a stopped task stays; null: for ever.</summary>
    private TimeSpan? LifeOf(EcsTask stopped) => stopped.Discarded ? TimeSpan.Zero
        : Limits.StoppedTaskLife == TimeSpan.MaxValue ? null
        : Limits.StoppedTaskLife;

    private void Await(Service service)
    {
        if (service.InactiveAt is { } inactive)
        {
            deadlines.Enqueue(new(DeadlineKind.Service, service.Name), inactive + Limits.InactiveLife);
        }
        else if (service.BackOff.NoStartBefore is { } at)
        {
            deadlines.Enqueue(new(DeadlineKind.Reconcile, service.Name), at);
        }

        _ = service is { BackOff.Unplaced: true, Status: ServiceStatus.Active } ? waitingForRoom.Add(service.Name) : waitingForRoom.Remove(service.Name);
        _ = service is { Settings.AvailabilityZoneRebalancing: "ENABLED", Status: ServiceStatus.Active } ? balanced.Add(service.Name) : balanced.Remove(service.Name);
    }

    /// <summary>A deadline may be about something that has changed since: what it is about is checked against the state.</summary>
    private void Meet(Deadline deadline, DateTimeOffset now)
    {
        switch (deadline.Kind)
        {
            case DeadlineKind.Task when State.Tasks.TryGetValue(deadline.Id, out var task) && task.StoppedAt + LifeOf(task) <= now:
                Record(new ClusterEvent.TaskForgotten(deadline.Id));
                break;
            case DeadlineKind.Provisioning when State.Tasks.TryGetValue(deadline.Id, out var queued) && queued is { Wish: not null, Phase: TaskPhase.Live }:
                WaitingTasks.GiveUp(this, queued, now);
                break;
            case DeadlineKind.Protection when State.Tasks.TryGetValue(deadline.Id, out var held) && held.Protection?.ExpiresAt <= now:
                Record(new ClusterEvent.TaskProtectionChanged(deadline.Id, null));
                break;
            case DeadlineKind.Service when State.Services.TryGetValue(deadline.Id, out var service) && service.InactiveAt + Limits.InactiveLife <= now:
                Record(new ClusterEvent.ServiceForgotten(deadline.Id));
                break;
            case DeadlineKind.ServiceDeployment:
                Forget(deadline.Id.Split('/'), now);
                break;
            case DeadlineKind.ContainerInstance when State.ContainerInstances.TryGetValue(deadline.Id, out var instance) && instance.DeregisteredAt + Limits.InactiveLife <= now:
                Record(new ClusterEvent.InstanceForgotten(deadline.Id));
                break;
            case DeadlineKind.ClientToken when State.ClientTokens.TryGetValue(deadline.Id, out var use) && use.At + Limits.ClientTokenLife <= now:
                Record(new ClusterEvent.ClientTokenForgotten(deadline.Id));
                break;
            case DeadlineKind.Daemon when State.Daemons.ContainsKey(deadline.Id):
                unsettledDaemons.Add(deadline.Id);
                break;
            case DeadlineKind.Reconcile when State.Services.ContainsKey(deadline.Id):
                Unsettle(deadline.Id);
                break;
        }
    }

    private void Forget(string[] rollout, DateTimeOffset now)
    {
        if (State.Services.TryGetValue(rollout[0], out var service)
            && service.ServiceDeployments.FirstOrDefault(known => known.Id == rollout[1]) is { IsOpen: false } over
            && over.CreatedAt + Limits.ServiceDeploymentLife <= now)
        {
            Record(new ClusterEvent.ServiceDeploymentForgotten(service.Name, over.Id));
        }
    }

    private readonly record struct Deadline(DeadlineKind Kind, string Id) : IComparable<Deadline>
    {
        public int CompareTo(Deadline other) => Kind != other.Kind ? Kind.CompareTo(other.Kind) : string.CompareOrdinal(Id, other.Id);
    }
}
