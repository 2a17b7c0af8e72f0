namespace Berth.Domain;

/// <summary>
/// One ECS cluster: its state, what placement scans, which services need looking at, and the moments at which time
/// itself changes something. Everything besides the state is derived from it.
/// </summary>
public sealed class ClusterAggregate : Aggregate<ClusterState, ClusterEvent>
{
    // A reconcile that still finds something to do after this many rounds is a defect, not a busy service.
    private const int MostRounds = 16;

    private readonly SortedSet<string> unsettled = new(StringComparer.Ordinal);
    private readonly SortedSet<string> waitingForRoom = new(StringComparer.Ordinal);
    private readonly PriorityQueue<Deadline, DateTimeOffset> deadlines = new();
    private readonly Dictionary<string, int> taskDefinitionUses = new(StringComparer.Ordinal);
    private readonly SortedSet<string> unused = new(StringComparer.Ordinal);

    /// <summary>A cluster without any fact.</summary>
    public ClusterAggregate(string account, string region, string name, ClusterLimits limits)
        : base(new ClusterState { Account = account, Region = region, Name = name }) => Limits = limits;

    private enum DeadlineKind
    {
        Task,
        Service,
        ContainerInstance,
        ClientToken,
        Reconcile,
    }

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
    public override void Restore(ClusterState snapshot)
    {
        State = snapshot.WithIndex();
        Placement = new PlacementIndex();
        unsettled.Clear();
        waitingForRoom.Clear();
        deadlines.Clear();
        taskDefinitionUses.Clear();
        foreach (var instance in State.ContainerInstances.Values)
        {
            Placement.Put(instance);
            Await(instance);
        }

        foreach (var task in State.Tasks.Values.OrderBy(task => task.Id, StringComparer.Ordinal))
        {
            Use(task.TaskDefinitionArn, 1);
            if (task.Phase != TaskPhase.Stopped)
            {
                Placement.Take(task);
            }

            Await(task);
        }

        foreach (var service in State.Services.Values)
        {
            unsettled.Add(service.Name);
            Await(service);
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

        while (unsettled.Min is { } name)
        {
            for (var round = 0; round < MostRounds && ServiceScheduler.Reconcile(this, name, context); round++)
            {
            }

            unsettled.Remove(name);
        }

        while (unused.Min is { } arn)
        {
            unused.Remove(arn);
            if (!taskDefinitionUses.ContainsKey(arn) && State.TaskDefinitions.ContainsKey(arn) && !NamedByService(arn))
            {
                Record(new ClusterEvent.TaskDefinitionUnpinned(arn));
            }
        }
    }

    /// <summary>The service is looked at in the next settling.</summary>
    internal void Unsettle(string service) => unsettled.Add(service);

    private bool NamedByService(string arn) => State.Services.Values.Any(service =>
        service.Settings.TaskDefinitionArn == arn || service.Deployments.Any(deployment => deployment.TaskDefinitionArn == arn));

    private void Derive(ClusterEvent fact, ClusterState before)
    {
        switch (fact)
        {
            case ClusterEvent.InstanceRegistered { Instance.Id: var id }:
                InstanceChanged(id);
                break;
            case ClusterEvent.InstanceReregistered { Id: var id }:
                InstanceChanged(id);
                break;
            case ClusterEvent.InstanceConnected { Id: var id }:
                InstanceChanged(id);
                break;
            case ClusterEvent.InstanceDisconnected { Id: var id }:
                InstanceChanged(id);
                break;
            case ClusterEvent.InstanceAttributesChanged { Id: var id }:
                InstanceChanged(id);
                break;
            case ClusterEvent.InstanceStatusChanged { Id: var id }:
                InstanceChanged(id);
                UnsettleServicesOn(id);
                break;
            case ClusterEvent.InstanceDeregistered { Id: var id }:
                InstanceChanged(id);
                UnsettleServicesOn(id);
                break;
            case ClusterEvent.InstanceForgotten { Id: var id }:
                Placement.Remove(id);
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
            case ClusterEvent.TaskForgotten { Id: var id }:
                if (before.Tasks.TryGetValue(id, out var forgotten))
                {
                    Use(forgotten.TaskDefinitionArn, -1);
                }

                break;
            case ClusterEvent.ClientTokenUsed used:
                deadlines.Enqueue(new(DeadlineKind.ClientToken, used.Token), used.Use.At + Limits.ClientTokenLife);
                break;
            case ClusterEvent.ServiceCreated { Service.Name: var name }:
                ServiceChanged(name);
                break;
            case ClusterEvent.ServiceUpdated { Name: var name }:
                ServiceChanged(name);
                break;
            case ClusterEvent.DeploymentStarted { Service: var name }:
                ServiceChanged(name);
                break;
            case ClusterEvent.DeploymentRemoved { Service: var name } removed:
                ServiceChanged(name);
                if (before.Services[name].Deployments.FirstOrDefault(deployment => deployment.Id == removed.DeploymentId) is { } gone)
                {
                    unused.Add(gone.TaskDefinitionArn);
                }

                break;
            case ClusterEvent.ServiceBackOffChanged { Service: var name }:
                ServiceChanged(name);
                break;
            case ClusterEvent.ServiceDraining { Name: var name }:
                ServiceChanged(name);
                break;
            case ClusterEvent.ServiceInactive { Name: var name }:
                ServiceChanged(name);
                break;
            case ClusterEvent.ServiceForgotten { Name: var name }:
                if (before.Services.TryGetValue(name, out var over))
                {
                    unused.Add(over.Settings.TaskDefinitionArn);
                }

                waitingForRoom.Remove(name);
                break;
        }
    }

    private void InstanceChanged(string id)
    {
        if (State.ContainerInstances.TryGetValue(id, out var instance))
        {
            Placement.Put(instance);
            Await(instance);
            unsettled.UnionWith(waitingForRoom);
        }
    }

    private void UnsettleServicesOn(string instanceId)
    {
        foreach (var task in State.TasksOn(instanceId, TaskPhase.Live))
        {
            if (task.ServiceName is { } service)
            {
                unsettled.Add(service);
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
            unsettled.UnionWith(waitingForRoom);
        }

        if (was?.LastStatus != now.LastStatus)
        {
            Await(now);
        }

        if (now.ServiceName is { } service)
        {
            unsettled.Add(service);
        }
    }

    private void ServiceChanged(string name)
    {
        if (State.Services.TryGetValue(name, out var service))
        {
            unsettled.Add(name);
            Await(service);
        }
    }

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
            deadlines.Enqueue(new(DeadlineKind.Task, task.Id), stopped + LifeOf(task));
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
    }

    private TimeSpan LifeOf(EcsTask stopped) => stopped.Discarded ? TimeSpan.Zero : Limits.StoppedTaskLife;

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
    }

    /// <summary>A deadline may be about something that has changed since: what it is about is checked against the state.</summary>
    private void Meet(Deadline deadline, DateTimeOffset now)
    {
        switch (deadline.Kind)
        {
            case DeadlineKind.Task when State.Tasks.TryGetValue(deadline.Id, out var task) && task.StoppedAt + LifeOf(task) <= now:
                Record(new ClusterEvent.TaskForgotten(deadline.Id));
                break;
            case DeadlineKind.Service when State.Services.TryGetValue(deadline.Id, out var service) && service.InactiveAt + Limits.InactiveLife <= now:
                Record(new ClusterEvent.ServiceForgotten(deadline.Id));
                break;
            case DeadlineKind.ContainerInstance when State.ContainerInstances.TryGetValue(deadline.Id, out var instance) && instance.DeregisteredAt + Limits.InactiveLife <= now:
                Record(new ClusterEvent.InstanceForgotten(deadline.Id));
                break;
            case DeadlineKind.ClientToken when State.ClientTokens.TryGetValue(deadline.Id, out var use) && use.At + Limits.ClientTokenLife <= now:
                Record(new ClusterEvent.ClientTokenForgotten(deadline.Id));
                break;
            case DeadlineKind.Reconcile when State.Services.ContainsKey(deadline.Id):
                unsettled.Add(deadline.Id);
                break;
        }
    }

    private readonly record struct Deadline(DeadlineKind Kind, string Id);
}
