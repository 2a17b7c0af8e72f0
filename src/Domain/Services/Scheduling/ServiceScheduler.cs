namespace Berth.Domain;

/// <summary>
/// Brings one service closer to what its operator wants: the facts that one look at the state calls for. The rules say
/// what to do (<see cref="ReplicaRules"/>, <see cref="DaemonRules"/>, <see cref="ZoneBalance"/>); here it is done.
/// Source: developer guide, "Amazon ECS services" and "Rolling update".
/// </summary>
internal static class ServiceScheduler
{
    // Failures in a row after which the operator is told that tasks cannot be started.
    private const int TellAfterFailures = 3;

    /// <summary>One look; true when it recorded anything, so that another look may find more.</summary>
    public static bool Reconcile(ClusterAggregate cluster, string name, DecisionContext context)
    {
        if (!cluster.State.Services.TryGetValue(name, out var service) || service.Status == ServiceStatus.Inactive)
        {
            return false;
        }

        return service.Settings.DeploymentController == DeploymentController.External ? TaskSetScheduler.Reconcile(cluster, service, context)
            : service.Primary is not { } primary ? false
            : service.IsDaemon ? Daemon(cluster, service, primary, context)
            : service is { Status: ServiceStatus.Active, Rollout.Stage: not null } ? TrafficShift.Reconcile(cluster, service, context)
            : Replica(cluster, service, primary, context);
    }

    /// <summary>Counts a task that ended without having run against its deployment and holds the next one back.</summary>
    public static void TaskFailedToStart(ClusterAggregate cluster, EcsTask task, DecisionContext context)
    {
        if (Owner(cluster, task) is not { Name: var name })
        {
            return;
        }

        CircuitBreaker.Count(cluster, name, task.StartedBy, TaskFailure.Start, context);
        var backOff = cluster.State.Services[name].BackOff;
        var failures = backOff.StartFailures + 1;
        var delay = TimeSpan.FromTicks(Math.Min(
            cluster.Limits.StartBackOffMost.Ticks,
            cluster.Limits.StartBackOffFirst.Ticks << Math.Min(failures - 1, 30)));
        if (cluster.State.Services[name].Primary is { } primary && primary.Id != task.StartedBy)
        {
            return;    // What is being replaced, or was just given up, does not hold its successor back.
        }

        cluster.Record(new ClusterEvent.ServiceBackOffChanged(name, backOff with { StartFailures = failures, NoStartBefore = context.Now + delay }));
        if (failures >= TellAfterFailures)
        {
            Tell(cluster, name, ServiceMessages.CannotStart(name), context, unlessTold: true, ServiceAction.TaskStartImpaired);
        }
    }

    /// <summary>A task that runs ends the holding back, and tells what its images are.</summary>
    public static void TaskStarted(ClusterAggregate cluster, EcsTask task)
    {
        if (Owner(cluster, task) is not { } service)
        {
            return;
        }

        if (service.BackOff.StartFailures > 0)
        {
            cluster.Record(new ClusterEvent.ServiceBackOffChanged(service.Name, service.BackOff with { StartFailures = 0, NoStartBefore = null }));
        }

        var deployment = service.Deployments.FirstOrDefault(entry => entry.Id == task.StartedBy);
        if (service.Revision(deployment?.RevisionId) is { } revision && revision.Images.Any(image => image.Digest is null))
        {
            var images = revision.Images.Select(image =>
                image.Digest is null && cluster.State.Tasks[task.Id].Containers.FirstOrDefault(container => container.Name == image.ContainerName)?.ImageDigest is { } digest
                    ? image with { Digest = digest }
                    : image);
            System.Collections.Immutable.ImmutableArray<RevisionImage> resolved = [.. images];
            if (!resolved.SequenceEqual(revision.Images))
            {
                cluster.Record(new ClusterEvent.ServiceRevisionResolved(service.Name, revision.Id, resolved));
            }
        }
    }

    /// <summary>Adds a line to the service's history.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="service">The service's name.</param>
    /// <param name="message">The line.</param>
    /// <param name="context">The moment.</param>
    /// <param name="unlessTold">Leaves it out when the same line was added within the repeat time.</param>
    /// <param name="action">The same for machines; null where ECS has no event for it.</param>
    public static bool Tell(
        ClusterAggregate cluster, string service, string message, DecisionContext context, bool unlessTold = false, ServiceAction? action = null)
    {
        var told = unlessTold && cluster.State.Services[service].Events.Any(line =>
            line.Message == message && line.CreatedAt + cluster.Limits.EventRepeat > context.Now);
        if (!told)
        {
            cluster.Record(new ClusterEvent.ServiceEventAdded(service, new(context.Ids.NextUuid(), context.Now, message) { Action = action }));
        }

        return !told;
    }

    /// <summary>Starts what is missing of a cohort; whether anything started, and whether something that is missing could not.</summary>
    public static (bool Started, bool Blocked) StartMissing(ClusterAggregate cluster, Cohort cohort, DecisionContext context)
    {
        var (missing, wanted) = ReplicaRules.Starts(cohort);
        if (missing == 0)
        {
            return (false, false);
        }

        var unplaced = wanted == 0 ? 0 : TaskStarts.Anywhere(cluster, cohort, wanted, context);
        NoteRoom(cluster, cohort.Service.Name, unplaced > 0, tried: wanted > 0);
        return (wanted > unplaced, wanted < missing || unplaced > 0);
    }

    /// <summary>Notes whether a service waits for room, so that it is looked at again when there is some.</summary>
    public static void NoteRoom(ClusterAggregate cluster, string service, bool waits, bool tried)
    {
        var backOff = cluster.State.Services[service].BackOff;
        if (tried && backOff.Unplaced != waits)
        {
            cluster.Record(new ClusterEvent.ServiceBackOffChanged(service, backOff with { Unplaced = waits }));
        }
    }

    /// <summary>Stops what is too many of a cohort.</summary>
    public static bool StopSurplus(ClusterAggregate cluster, Cohort cohort, DecisionContext context)
    {
        var (count, candidates) = ReplicaRules.Surplus(cohort);
        if (count <= 0)
        {
            return false;
        }

        if (candidates.Count < count)
        {
            Tell(cluster, cohort.Service.Name, ServiceMessages.CannotScaleIn(cohort.Service.Name, cohort.Id), context, unlessTold: true, ServiceAction.ScaleInFailure(cohort.Id));
        }

        var victims = ReplicaRules.WithinMinimum(cohort, ScaleIn.Choose(cluster, candidates, cohort.Keep, count, cohort.Service.Settings.PlacementStrategy));
        return cohort.Service.RebalancingTaskIds.IsEmpty
            ? Stop(cluster, cohort, [.. victims.Select(task => new StopOrder(task, ReplicaRules.ScalingReason(cohort.Id)))], context)
            : ZoneBalance.Stop(cluster, cohort, victims, context);
    }

    /// <summary>Asks tasks to stop, counts those that failed a check, and tells of both.</summary>
    public static bool Stop(ClusterAggregate cluster, Cohort cohort, List<StopOrder> orders, DecisionContext context)
    {
        if (orders.Count == 0)
        {
            return false;
        }

        var service = cohort.Service.Name;
        foreach (var (task, _) in orders)
        {
            if (cohort.Complaints.TryGetValue(task.Id, out var complaint))
            {
                Tell(cluster, service, complaint.Target is { } target
                    ? ServiceMessages.UnhealthyTarget(cohort.Name, target)
                    : ServiceMessages.FailedContainerHealthChecks(cohort.Name, task.Id), context);
                CircuitBreaker.Count(cluster, service, task.StartedBy, complaint.Kind, context);
            }
        }

        foreach (var (task, reason) in orders)
        {
            TaskStop.Request(cluster, task, reason, TaskStopCode.ServiceSchedulerInitiated, context.Now);
        }

        var draining = orders.Count(order => cluster.State.Tasks[order.Task.Id].LastStatus == EcsTaskStatus.Deactivating);
        if (draining > 0)
        {
            Tell(cluster, service, ServiceMessages.Draining(cohort.Name, draining), context);
        }

        var stopped = orders.ConvertAll(order => order.Task.Id);
        Tell(cluster, service, ServiceMessages.Stopped(cohort.Name, stopped), context, action: ServiceAction.TasksStopped(stopped));
        return true;
    }

    private static bool Replica(ClusterAggregate cluster, Service service, Deployment primary, DecisionContext context)
    {
        var cohort = Cohort.Of(cluster, service, primary, context.Now);
        if (Stop(cluster, cohort, ReplicaRules.PendingReplaced(cohort), context))
        {
            return true;
        }

        var changed = CircuitBreaker.Reset(cluster, cohort, context);
        var (started, blocked) = StartMissing(cluster, cohort, context);
        changed |= started;

        // What is too many and what is replaced draw on the same minimum: one at a look.
        changed |= StopSurplus(cluster, cohort, context) || Stop(cluster, cohort, ReplicaRules.Replaced(cohort, blocked), context);
        if (!changed && ReplicaRules.IsStuck(cohort, blocked))
        {
            changed = Tell(cluster, service.Name, ServiceMessages.Blocked(service.Name), context, unlessTold: true);
        }

        changed |= DeploymentClosing.Close(cluster, cohort, changed, context);
        return changed || ZoneBalance.Step(cluster, cohort, context);
    }

    private static bool Daemon(ClusterAggregate cluster, Service service, Deployment primary, DecisionContext context)
    {
        var instances = cluster.InstancesOf(service);
        if (service.Status == ServiceStatus.Active && service.Settings.DesiredCount != instances.Count)
        {
            cluster.Record(new ClusterEvent.ServiceDesiredCountComputed(service.Name, instances.Count));
            service = cluster.State.Services[service.Name];
        }

        var cohort = Cohort.Of(cluster, service, primary, context.Now);
        var changed = CircuitBreaker.Reset(cluster, cohort, context);
        changed |= Stop(cluster, cohort, DaemonRules.Stops(cluster.State, cohort, instances), context);
        var starts = DaemonRules.Starts(cohort, instances);
        var refused = starts.Count == 0 ? 0 : TaskStarts.On(cluster, cohort, starts, context);
        NoteRoom(cluster, service.Name, refused > 0, tried: true);
        changed |= starts.Count > refused;
        return changed | DeploymentClosing.Close(cluster, cohort, changed, context);
    }

    private static Service? Owner(ClusterAggregate cluster, EcsTask task) =>
        task.ServiceName is { } name && cluster.State.Services.TryGetValue(name, out var service)
        && (service.Deployments.Any(deployment => deployment.Id == task.StartedBy) || service.TaskSets.Any(set => set.Id == task.StartedBy))
            ? service
            : null;
}
