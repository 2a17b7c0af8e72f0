namespace Berth.Domain;

/// <summary>
/// Brings one managed daemon closer to what its operator wants: one task on every instance of its capacity providers,
/// there before other tasks and gone after them. At AWS an instance whose daemon changes or dies is drained and another
/// machine takes its place. Here there is no other machine: the task is replaced where it is, and what else runs there
/// goes on. Source: developer guide, "Amazon ECS Managed Daemons".
/// </summary>
internal static class DaemonScheduler
{
    private const string NoLongerMatches = "The container instance no longer belongs to a capacity provider of the daemon";
    private const string Drained = "The container instance is draining";
    private const string Deleted = "The daemon was deleted";
    private const string Unhealthy = "Task failed container health checks";

    /// <summary>One look; true when it recorded anything, so that another look may find more.</summary>
    public static bool Reconcile(ClusterAggregate cluster, string name, DecisionContext context)
    {
        if (!cluster.State.Daemons.TryGetValue(name, out var daemon))
        {
            return false;
        }

        if (!daemon.IsActive)
        {
            return Remove(cluster, daemon, context);
        }

        if (DaemonCohort.Of(cluster, daemon, context.Now) is not { } cohort)
        {
            return false;
        }

        if (daemon.Rollout.Status == DaemonDeploymentStatus.Pending)
        {
            DaemonRollouts.Begin(cluster, cohort, context);
            return true;
        }

        var changed = NoteHealth(cluster, cohort, context);
        changed |= StopMisplaced(cluster, cohort, context);
        changed |= Start(cluster, cohort, context);
        return changed || DaemonRollouts.Advance(cluster, cohort, context);
    }

    /// <summary>Tells what a daemon's running task is made of.</summary>
    public static void TaskStarted(ClusterAggregate cluster, EcsTask task)
    {
        if (OwnerOf(cluster, task) is not { } daemon
            || daemon.Revisions.FirstOrDefault(known => known.StartedBy == task.StartedBy) is not { } revision
            || revision.Images.All(image => image.Digest is not null))
        {
            return;
        }

        System.Collections.Immutable.ImmutableArray<RevisionImage> images = [.. revision.Images.Select(image =>
            image.Digest is null && cluster.State.Tasks[task.Id].Containers.FirstOrDefault(container => container.Name == image.ContainerName)?.ImageDigest is { } digest
                ? image with { Digest = digest }
                : image)];
        if (!images.SequenceEqual(revision.Images))
        {
            cluster.Record(new ClusterEvent.DaemonRevisionResolved(daemon.Name, revision.Id, images));
        }
    }

    /// <summary>A task that nobody asked to stop has ended: the next is held back, and the rollout may have failed.</summary>
    public static void TaskFailed(ClusterAggregate cluster, EcsTask task, DecisionContext context)
    {
        if (OwnerOf(cluster, task) is not { IsActive: true } daemon)
        {
            return;
        }

        var failures = daemon.BackOff.StartFailures + 1;
        var delay = TimeSpan.FromTicks(Math.Min(
            cluster.Limits.StartBackOffMost.Ticks,
            cluster.Limits.StartBackOffFirst.Ticks << Math.Min(failures - 1, 30)));
        cluster.Record(new ClusterEvent.DaemonBackOffChanged(daemon.Name, daemon.BackOff with { StartFailures = failures, NoStartBefore = context.Now + delay }));
        if (task.StartedBy == daemon.Current.StartedBy)
        {
            DaemonRollouts.Count(cluster, daemon, context);
        }
    }

    private static Daemon? OwnerOf(ClusterAggregate cluster, EcsTask task) =>
        task.DaemonName is { } name ? cluster.State.Daemons.GetValueOrDefault(name) : null;

    private static bool NoteHealth(ClusterAggregate cluster, DaemonCohort cohort, DecisionContext context)
    {
        foreach (var task in cohort.NewlyHealthy)
        {
            cluster.Record(new ClusterEvent.TaskHealthy(task.Id, context.Now));
        }

        if (cohort.NewlyHealthy.Count > 0 && cohort.Daemon.BackOff.StartFailures > 0)
        {
            cluster.Record(new ClusterEvent.DaemonBackOffChanged(cohort.Daemon.Name, cohort.Daemon.BackOff with { StartFailures = 0, NoStartBefore = null }));
        }

        return cohort.NewlyHealthy.Count > 0;
    }

    /// <summary>Stops what is where it should not be, on a draining instance after everything else, and what its health checks condemn.</summary>
    private static bool StopMisplaced(ClusterAggregate cluster, DaemonCohort cohort, DecisionContext context)
    {
        var changed = false;
        foreach (var task in cohort.Displaced)
        {
            var isDraining = cluster.State.ContainerInstances.GetValueOrDefault(task.ContainerInstanceId) is { Status: ContainerInstanceStatus.Draining };
            if (!isDraining || !ServesOthers(cluster.State, task))
            {
                TaskStop.Request(cluster, task, isDraining ? Drained : NoLongerMatches, TaskStopCode.ServiceSchedulerInitiated, context.Now);
                changed = true;
            }
        }

        foreach (var task in cohort.Unhealthy)
        {
            TaskStop.Request(cluster, task, Unhealthy, TaskStopCode.ServiceSchedulerInitiated, context.Now);
            TaskFailed(cluster, task, context);
            changed = true;
        }

        return changed;
    }

    /// <summary>Starts a task on each instance that lacks one and has room for it.</summary>
    private static bool Start(ClusterAggregate cluster, DaemonCohort cohort, DecisionContext context)
    {
        var daemon = cluster.State.Daemons[cohort.Daemon.Name];
        if (daemon.Rollout.Status is DaemonDeploymentStatus.Stopped or DaemonDeploymentStatus.RollbackFailed
            || daemon.Rollout.Id != cohort.Daemon.Rollout.Id
            || daemon.Rollout.WantedRevisionId != cohort.Daemon.Rollout.WantedRevisionId
            || daemon.BackOff.HoldsAt(context.Now, cluster.Limits))
        {
            return false;
        }

        var started = 0;
        foreach (var id in cohort.Missing)
        {
            var request = cohort.Instances[id];
            if (Placement.ExplainOne(cluster.Placement, request, cluster.State.ContainerInstances[id]) is null)
            {
                cluster.Record(new ClusterEvent.TaskPlaced(Make(cluster, cohort, request, cluster.State.ContainerInstances[id], context)));
                started++;
            }
        }

        var waits = started < cohort.Missing.Count;
        if (daemon.BackOff.Unplaced != waits)
        {
            cluster.Record(new ClusterEvent.DaemonBackOffChanged(daemon.Name, daemon.BackOff with { Unplaced = waits }));
        }

        return started > 0;
    }

    private static EcsTask Make(ClusterAggregate cluster, DaemonCohort cohort, PlacementRequest request, ContainerInstance instance, DecisionContext context) =>
        TaskFactory.Create(cluster.State, request.Definition, request.Demand, instance, context) with
        {
            Group = cohort.Daemon.Group,
            StartedBy = cohort.Wanted.StartedBy,
            LaunchType = request.Pool.LaunchType,
            CapacityProviderName = request.Pool.CapacityProvider,
            EnableExecuteCommand = cohort.Wanted.EnableExecuteCommand,
            Tags =
            [
                .. cohort.Wanted.PropagateTags == "DAEMON" ? cohort.Daemon.Tags : [],
                .. cohort.Wanted.EnableEcsManagedTags ? new[] { new ResourceTag("aws:ecs:clusterName", cluster.State.Name) } : [],
            ],
        };

    private static bool Remove(ClusterAggregate cluster, Daemon daemon, DecisionContext context)
    {
        var live = cluster.State.TasksOf(daemon, TaskPhase.Live).ToList();
        foreach (var task in live)
        {
            TaskStop.Request(cluster, task, Deleted, TaskStopCode.ServiceSchedulerInitiated, context.Now);
        }

        return live.Count > 0 || DaemonRollouts.FinishRemoval(cluster, daemon, context);
    }

    /// <summary>Whether anything that is not a daemon's is still on a daemon's instance.</summary>
    private static bool ServesOthers(ClusterState state, EcsTask daemon) =>
        state.TasksOn(daemon.ContainerInstanceId, TaskPhase.Live)
            .Concat(state.TasksOn(daemon.ContainerInstanceId, TaskPhase.Stopping))
            .Any(task => task.DaemonName is null);
}
