using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>
/// Brings one service closer to what its operator wants, within its minimum healthy and maximum percent: the facts that
/// one look at the state calls for. Source: developer guide, "Amazon ECS services" and "Rolling update".
/// </summary>
/// <remarks>
/// A look takes these steps: (1) sort the live tasks into those to keep and those to be replaced; (2) start what is
/// missing, as far as the maximum and the instances allow; (3) stop what is too many; (4) stop what is replaced, as far
/// as the minimum allows; (5) close deployments that are over.
/// </remarks>
internal static class ServiceScheduler
{
    // Failures in a row after which the operator is told that tasks cannot be started.
    private const int TellAfterFailures = 3;

    /// <summary>One look; true when it recorded anything, so that another look may find more.</summary>
    public static bool Reconcile(ClusterAggregate cluster, string name, DecisionContext context)
    {
        if (!cluster.State.Services.TryGetValue(name, out var service) || service.Primary is not { } primary)
        {
            return false;
        }

        var view = View.Of(cluster, service, primary, context.Now);
        var changed = StopPendingReplaced(cluster, service, view, context);
        if (changed)
        {
            return true;
        }

        changed |= Start(cluster, service, primary, view, context, out var blocked);
        changed |= StopSurplus(cluster, service, primary, view, context);
        changed |= StopReplaced(cluster, service, primary, view, blocked, context);
        changed |= TellBlocked(cluster, service, view, blocked && !changed, context);
        changed |= Close(cluster, service, primary, view, changed, context);
        return changed;
    }

    /// <summary>Counts a task that ended without having run against its deployment and holds the next one back.</summary>
    public static void TaskFailedToStart(ClusterAggregate cluster, EcsTask task, DecisionContext context)
    {
        if (Owner(cluster, task) is not { } service)
        {
            return;
        }

        CountFailure(cluster, service, task, context);
        var failures = service.BackOff.StartFailures + 1;
        var delay = TimeSpan.FromTicks(Math.Min(
            cluster.Limits.StartBackOffMost.Ticks,
            cluster.Limits.StartBackOffFirst.Ticks << Math.Min(failures - 1, 30)));
        cluster.Record(new ClusterEvent.ServiceBackOffChanged(service.Name, service.BackOff with
        {
            StartFailures = failures,
            NoStartBefore = context.Now + delay,
        }));
        if (failures >= TellAfterFailures)
        {
            Tell(cluster, service.Name, ServiceMessages.CannotStart(service.Name), context, unlessTold: true);
        }
    }

    /// <summary>A task that runs ends the holding back.</summary>
    public static void TaskStarted(ClusterAggregate cluster, EcsTask task)
    {
        if (Owner(cluster, task) is { BackOff: { StartFailures: > 0 } backOff } service)
        {
            cluster.Record(new ClusterEvent.ServiceBackOffChanged(service.Name, backOff with { StartFailures = 0, NoStartBefore = null }));
        }
    }

    /// <summary>Adds a line to the service's history.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="service">The service's name.</param>
    /// <param name="message">The line.</param>
    /// <param name="context">The moment.</param>
    /// <param name="unlessTold">Leaves it out when the same line was added within the repeat time.</param>
    public static bool Tell(ClusterAggregate cluster, string service, string message, DecisionContext context, bool unlessTold = false)
    {
        var told = unlessTold && cluster.State.Services[service].Events.Any(line =>
            line.Message == message && line.CreatedAt + cluster.Limits.EventRepeat > context.Now);
        if (!told)
        {
            cluster.Record(new ClusterEvent.ServiceEventAdded(service, new(context.Ids.NextUuid(), context.Now, message)));
        }

        return !told;
    }

    private static Service? Owner(ClusterAggregate cluster, EcsTask task) =>
        task.ServiceName is { } name && cluster.State.Services.TryGetValue(name, out var service)
        && service.Deployments.Any(deployment => deployment.Id == task.StartedBy)
            ? service
            : null;

    private static void CountFailure(ClusterAggregate cluster, Service service, EcsTask task, DecisionContext context)
    {
        if (service.Deployments.FirstOrDefault(entry => entry.Id == task.StartedBy) is { } deployment)
        {
            cluster.Record(new ClusterEvent.DeploymentChanged(service.Name, deployment with
            {
                FailedTasks = deployment.FailedTasks + 1,
                UpdatedAt = context.Now,
            }));
        }
    }

    private static bool StopPendingReplaced(ClusterAggregate cluster, Service service, View view, DecisionContext context)
    {
        var pending = view.Outgoing.Where(task => task.LastStatus < EcsTaskStatus.Running).ToList();
        return StopAll(cluster, service, pending, _ => ScalingReason(service), context);
    }

    private static bool Start(ClusterAggregate cluster, Service service, Deployment primary, View view, DecisionContext context, out bool blocked)
    {
        var missing = view.Desired - view.Keep.Count;
        blocked = false;
        if (missing <= 0 || service.Status != ServiceStatus.Active || primary.RolloutState == RolloutState.Failed)
        {
            return false;
        }

        if (service.BackOff.NoStartBefore > context.Now)
        {
            return false;
        }

        var room = Math.Max(0, view.Upper - view.Total);
        var wanted = Math.Min(missing, room);
        blocked = wanted < missing;
        var definition = cluster.State.TaskDefinitions[primary.TaskDefinitionArn];
        var demand = TaskDemand.Of(definition, TaskOverride.None);
        var request = PlacementRequest.Of(definition, demand, service.Group, service.Settings.PlacementStrategy, service.Settings.PlacementConstraints);
        var started = new List<string>();
        while (started.Count < wanted && Placement.Choose(cluster.Placement, request, context.Ids) is { } instance)
        {
            var task = TaskFactory.Create(cluster.State, definition, demand, instance, context) with
            {
                Group = service.Group,
                ServiceName = service.Name,
                StartedBy = primary.Id,
                LaunchType = service.Settings.LaunchType,
                EnableExecuteCommand = service.Settings.EnableExecuteCommand,
                Tags = TagsOf(cluster.State, service),
            };
            cluster.Record(new ClusterEvent.TaskPlaced(task));
            started.Add(task.Id);
        }

        var unplaced = started.Count < wanted;
        var told = false;
        if (unplaced)
        {
            blocked = true;
            var closest = Placement.Closest(cluster.Placement, request)?.ToFailure();
            told = Tell(cluster, service.Name, ServiceMessages.CannotPlace(service.Name, closest), context, unlessTold: true);
        }

        if (unplaced != service.BackOff.Unplaced && (unplaced || started.Count > 0))
        {
            cluster.Record(new ClusterEvent.ServiceBackOffChanged(service.Name, cluster.State.Services[service.Name].BackOff with { Unplaced = unplaced }));
        }

        if (started.Count > 0)
        {
            Tell(cluster, service.Name, ServiceMessages.Started(service.Name, started), context);
        }

        return started.Count > 0 || told;
    }

    private static bool StopSurplus(ClusterAggregate cluster, Service service, Deployment primary, View view, DecisionContext context)
    {
        var surplus = view.Keep.Count - view.Desired;
        return surplus > 0
            && StopAll(cluster, service, ScaleIn.Choose(view.Keep, surplus), _ => ScalingReason(service), context);
    }

    private static bool StopReplaced(ClusterAggregate cluster, Service service, Deployment primary, View view, bool blocked, DecisionContext context)
    {
        // While new tasks can still be started, the service keeps its full strength; the minimum is for when they cannot.
        var floor = blocked ? view.Lower : Math.Max(view.Lower, view.Desired);
        var serving = view.Outgoing.Where(task => task.LastStatus == EcsTaskStatus.Running && !view.Complaints.ContainsKey(task.Id)).ToList();
        var strength = view.KeepHealthy + serving.Count;
        var stop = serving.Take(Math.Max(0, strength - floor)).ToList();

        // An unhealthy task adds no strength. It goes once its replacement is healthy; where none can be started beside
        // it, they go one by one.
        var unhealthy = view.Outgoing.Where(task => view.Complaints.ContainsKey(task.Id)).ToList();
        if (strength - stop.Count >= floor)
        {
            stop.AddRange(unhealthy);
        }
        else if (blocked && view.Stopping == 0 && unhealthy.Count > 0)
        {
            stop.Add(unhealthy[0]);
        }

        foreach (var task in stop.Where(task => view.Complaints.ContainsKey(task.Id)))
        {
            CountFailure(cluster, cluster.State.Services[service.Name], task, context);
            var failing = task.Targets.FirstOrDefault(target => target.State == TaskTargetState.Unhealthy);
            Tell(cluster, service.Name, failing is null
                ? ServiceMessages.FailedContainerHealthChecks(service.Name, task.Id)
                : ServiceMessages.UnhealthyTarget(service.Name, failing), context);
        }

        return StopAll(cluster, service, stop, task => view.Complaints.GetValueOrDefault(task.Id, ScalingReason(service)), context);
    }

    /// <summary>Nothing can be started before something stops, and nothing may stop: only the operator can help.</summary>
    private static bool TellBlocked(ClusterAggregate cluster, Service service, View view, bool blocked, DecisionContext context) =>
        blocked
        && view.Stopping == 0
        && view.Outgoing.Count > 0
        && view.Upper <= view.Desired
        && view.Lower >= view.Desired
        && Tell(cluster, service.Name, ServiceMessages.Blocked(service.Name), context, unlessTold: true);

    private static bool Close(ClusterAggregate cluster, Service service, Deployment primary, View view, bool changed, DecisionContext context)
    {
        var closed = false;
        foreach (var deployment in service.Deployments.Skip(1).Where(deployment => !view.InUse.Contains(deployment.Id)))
        {
            cluster.Record(new ClusterEvent.DeploymentRemoved(service.Name, deployment.Id));
            closed = true;
        }

        if (closed || changed)
        {
            return closed;
        }

        if (service.Status == ServiceStatus.Draining)
        {
            if (!view.AnyLeaving)
            {
                cluster.Record(new ClusterEvent.ServiceInactive(service.Name, context.Now));
                return true;
            }

            return false;
        }

        var steady = view.Outgoing.Count == 0 && view.Keep.Count == view.Desired && view.KeepHealthy == view.Desired && service.Deployments.Length == 1;
        if (!steady)
        {
            return false;
        }

        if (primary.RolloutState == RolloutState.InProgress)
        {
            cluster.Record(new ClusterEvent.DeploymentChanged(service.Name, primary with
            {
                RolloutState = RolloutState.Completed,
                RolloutStateReason = $"ECS deployment {primary.Id} completed.",
                FailedTasks = 0,
                UpdatedAt = context.Now,
            }));
            Tell(cluster, service.Name, ServiceMessages.Completed(service.Name, primary.Id), context);
            closed = true;
        }

        var message = ServiceMessages.SteadyState(service.Name);
        if (cluster.State.Services[service.Name].Events is not [var newest, ..] || newest.Message != message)
        {
            closed |= Tell(cluster, service.Name, message, context);
        }

        return closed;
    }

    private static bool StopAll(ClusterAggregate cluster, Service service, IReadOnlyCollection<EcsTask> tasks, Func<EcsTask, string> reason, DecisionContext context)
    {
        if (tasks.Count == 0)
        {
            return false;
        }

        foreach (var task in tasks)
        {
            TaskStop.Request(cluster, task, reason(task), TaskStopCode.ServiceSchedulerInitiated, context.Now);
        }

        var draining = tasks.Count(task => cluster.State.Tasks[task.Id].LastStatus == EcsTaskStatus.Deactivating);
        if (draining > 0)
        {
            Tell(cluster, service.Name, ServiceMessages.Draining(service.Name, draining), context);
        }

        Tell(cluster, service.Name, ServiceMessages.Stopped(service.Name, [.. tasks.Select(task => task.Id)]), context);
        return true;
    }

    private static string ScalingReason(Service service) => $"Scaling activity initiated by (deployment {service.Primary!.Id})";

    private static ImmutableArray<ResourceTag> TagsOf(ClusterState state, Service service)
    {
        var tags = service.Settings.PropagateTags == "SERVICE" ? service.Tags : [];
        return service.Settings.EnableEcsManagedTags
            ? [.. tags, new("aws:ecs:clusterName", state.Name), new("aws:ecs:serviceName", service.Name)]
            : tags;
    }

    /// <summary>A service's tasks, sorted for one look.</summary>
    private sealed record View
    {
        public required int Desired { get; init; }

        /// <summary>Fewest healthy tasks.</summary>
        public required int Lower { get; init; }

        /// <summary>Most tasks, stopping ones among them.</summary>
        public required int Upper { get; init; }

        /// <summary>Live tasks of the newest deployment that are where they should be.</summary>
        public required List<EcsTask> Keep { get; init; }

        public required int KeepHealthy { get; init; }

        /// <summary>Live tasks to be replaced: of an older deployment, on an instance that drains, or unhealthy. Oldest deployment first.</summary>
        public required List<EcsTask> Outgoing { get; init; }

        /// <summary>Why an unhealthy task is so, by task id.</summary>
        public required Dictionary<string, string> Complaints { get; init; }

        public required int Stopping { get; init; }

        /// <summary>Whether any task has not got as far as STOPPING.</summary>
        public required bool AnyLeaving { get; init; }

        /// <summary>Deployments that still have a task.</summary>
        public required HashSet<string> InUse { get; init; }

        public int Total => Keep.Count + Outgoing.Count + Stopping;

        public static View Of(ClusterAggregate cluster, Service service, Deployment primary, DateTimeOffset now)
        {
            var state = cluster.State;
            var keep = new List<EcsTask>();
            var outgoing = new List<EcsTask>();
            var complaints = new Dictionary<string, string>(StringComparer.Ordinal);
            var inUse = new HashSet<string>(StringComparer.Ordinal);
            var healthy = 0;
            foreach (var task in state.TasksOf(service, TaskPhase.Live))
            {
                inUse.Add(task.StartedBy!);
                var definition = state.TaskDefinitions[task.TaskDefinitionArn];
                var complaint = ServiceHealth.Complaint(task, service, definition, now);
                if (complaint is not null)
                {
                    complaints.Add(task.Id, complaint);
                }

                if (complaint is not null
                    || task.StartedBy != primary.Id
                    || state.ContainerInstances[task.ContainerInstanceId].Status != ContainerInstanceStatus.Active)
                {
                    outgoing.Add(task);
                    continue;
                }

                keep.Add(task);
                healthy += ServiceHealth.IsHealthy(task, service, definition, cluster.Limits, now) ? 1 : 0;
            }

            var stopping = 0;
            var leaving = keep.Count + outgoing.Count > 0;
            foreach (var task in state.TasksOf(service, TaskPhase.Stopping))
            {
                inUse.Add(task.StartedBy!);
                stopping++;
                leaving |= task.LastStatus < EcsTaskStatus.Stopping;
            }

            var order = service.Deployments.Select((deployment, at) => (deployment.Id, at)).ToDictionary(pair => pair.Id, pair => pair.at, StringComparer.Ordinal);
            outgoing.Sort((a, b) => (-order.GetValueOrDefault(a.StartedBy!, int.MaxValue), a.Id).CompareTo((-order.GetValueOrDefault(b.StartedBy!, int.MaxValue), b.Id)));
            var desired = service.Settings.DesiredCount;
            var bounds = service.Settings.DeploymentConfiguration;
            return new View
            {
                Desired = desired,
                Lower = (int)Math.Min(int.MaxValue, ((long)desired * bounds.MinimumHealthyPercent + 99) / 100),
                Upper = (int)Math.Min(int.MaxValue, (long)desired * bounds.MaximumPercent / 100),
                Keep = keep,
                KeepHealthy = healthy,
                Outgoing = outgoing,
                Complaints = complaints,
                Stopping = stopping,
                AnyLeaving = leaving,
                InUse = inUse,
            };
        }
    }
}
