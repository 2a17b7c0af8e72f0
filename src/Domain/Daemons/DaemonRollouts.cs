namespace Berth.Domain;

/// <summary>
/// The rollouts of daemons, from their beginning to their end: batch by batch, with a wait after each, and back again when
/// too many tasks failed. Source: developer guide, "Daemon deployments".
/// </summary>
internal static class DaemonRollouts
{
    // What a batch is when the operator did not say; ECS does not tell its own.
    private const double UsualDrainPercent = 25;

    private const string Waiting = "The deployment is about to begin.";
    private const string Going = "Daemon tasks are being started on the container instances.";
    private const string Replaced = "Daemon deployment: the task is replaced by one of another revision";
    private const string Breaker = "ECS deployment circuit breaker: daemon tasks failed to start or stopped.";

    /// <summary>A rollout that brings a revision.</summary>
    public static DaemonDeployment Await(DaemonRevision? source, DaemonRevision target, DaemonDeploymentConfiguration configuration, DecisionContext context) => new()
    {
        Id = context.Ids.NextDigits19(),
        TargetRevisionId = target.Id,
        SourceRevisionId = source?.Id,
        Configuration = configuration,
        Status = DaemonDeploymentStatus.Pending,
        StatusReason = Waiting,
        CreatedAt = context.Now,
    };

    /// <summary>A rollout that takes a daemon away.</summary>
    public static DaemonDeployment Remove(Daemon daemon, DecisionContext context) => new()
    {
        Id = context.Ids.NextDigits19(),
        SourceRevisionId = daemon.Current.Id,
        Configuration = daemon.Rollout.Configuration,
        Status = DaemonDeploymentStatus.InProgress,
        StatusReason = "The daemon was deleted. Its tasks are being stopped.",
        CreatedAt = context.Now,
        StartedAt = context.Now,
    };

    /// <summary>The rollout begins: from now on its tasks are started.</summary>
    public static void Begin(ClusterAggregate cluster, DaemonCohort cohort, DecisionContext context) => Record(cluster, cohort.Daemon, cohort.Daemon.Rollout with
    {
        Status = DaemonDeploymentStatus.InProgress,
        StatusReason = Going,
        StartedAt = context.Now,
        FailureThreshold = CircuitBreakerThreshold.Usual.For(cohort.Instances.Count),
    });

    /// <summary>Takes the next step of a rollout, if it is time for it: notes that a batch is healthy, begins the next, or ends.</summary>
    public static bool Advance(ClusterAggregate cluster, DaemonCohort cohort, DecisionContext context)
    {
        var daemon = cohort.Daemon;
        if (daemon.Rollout is not { IsOpen: true } rollout)
        {
            return false;
        }

        if (!cohort.IsSettled)
        {
            return rollout.HealthySince is not null && Record(cluster, daemon, rollout with { HealthySince = null });
        }

        var isFirst = rollout.Batches == 0 && cohort.Outdated.Count > 0;
        if (rollout.HealthySince is null && !isFirst && cohort.Instances.Count > 0)
        {
            return Record(cluster, daemon, rollout with { HealthySince = context.Now });
        }

        return !isFirst && NextLook(rollout) > context.Now ? false
            : cohort.Outdated.Count > 0 ? BeginBatch(cluster, cohort, rollout, context)
            : Finish(cluster, daemon, rollout, context);
    }

    /// <summary>When the wait after a batch is over; null while there is none.</summary>
    public static DateTimeOffset? NextLook(DaemonDeployment rollout) =>
        rollout is not { IsOpen: true, HealthySince: { } since } ? null
        : rollout.Rollback is not null ? since    // Nobody waits on the way back.
        : since + TimeSpan.FromMinutes(rollout.Configuration.BakeMinutes);

    /// <summary>Counts a task of the wanted revision that failed, and gives the rollout up when it is one too many.</summary>
    public static void Count(ClusterAggregate cluster, Daemon daemon, DecisionContext context)
    {
        if (daemon.Rollout is not { IsOpen: true, FailureThreshold: > 0 } rollout)
        {
            return;
        }

        if (rollout.Rollback is { } back)
        {
            back = back with { FailedTasks = back.FailedTasks + 1 };
            Record(cluster, daemon, back.FailedTasks < rollout.FailureThreshold ? rollout with { Rollback = back } : rollout with
            {
                Rollback = back,
                Status = DaemonDeploymentStatus.RollbackFailed,
                StatusReason = Breaker,
                FinishedAt = context.Now,
            });
            return;
        }

        rollout = rollout with { FailedTasks = rollout.FailedTasks + 1 };
        if (rollout.FailedTasks < rollout.FailureThreshold)
        {
            Record(cluster, daemon, rollout);
        }
        else if (daemon.Revision(rollout.SourceRevisionId) is { } source)
        {
            Record(cluster, daemon, rollout with
            {
                Status = DaemonDeploymentStatus.RollbackInProgress,
                StatusReason = Breaker,
                Rollback = new(source.Id, Breaker, context.Now, 0),
                Batches = 0,
                HealthySince = null,
            });
            cluster.Record(new ClusterEvent.DaemonBackOffChanged(daemon.Name, ServiceBackOff.None));
        }
        else
        {
            Record(cluster, daemon, rollout with
            {
                Status = DaemonDeploymentStatus.Stopped,
                StatusReason = Breaker,
                StoppedAt = context.Now,
                FinishedAt = context.Now,
            });
        }
    }

    /// <summary>Ends the rollout that takes a daemon away, once no task of it is left.</summary>
    public static bool FinishRemoval(ClusterAggregate cluster, Daemon daemon, DecisionContext context) =>
        daemon.Rollout.IsOpen
        && cluster.State.TaskIndex.Of(TaskFilter.Daemon, daemon.Name, TaskPhase.Stopping).IsEmpty
        && Record(cluster, daemon, daemon.Rollout with
        {
            Status = DaemonDeploymentStatus.Successful,
            StatusReason = "The daemon was deleted. No task of it is left.",
            FinishedAt = context.Now,
        });

    private static bool BeginBatch(ClusterAggregate cluster, DaemonCohort cohort, DaemonDeployment rollout, DecisionContext context)
    {
        Record(cluster, cohort.Daemon, rollout with { Batches = rollout.Batches + 1, HealthySince = null });
        var size = Math.Max(1, (int)(cohort.Instances.Count * (rollout.Configuration.DrainPercent ?? UsualDrainPercent) / 100));
        foreach (var task in cohort.Outdated.Take(size))
        {
            TaskStop.Request(cluster, task, Replaced, TaskStopCode.ServiceSchedulerInitiated, context.Now);
        }

        return true;
    }

    private static bool Finish(ClusterAggregate cluster, Daemon daemon, DaemonDeployment rollout, DecisionContext context) => Record(cluster, daemon, rollout with
    {
        Status = rollout.Rollback is null ? DaemonDeploymentStatus.Successful : DaemonDeploymentStatus.RollbackSuccessful,
        StatusReason = rollout.Rollback is null
            ? "All container instances run the target daemon revision."
            : "The deployment failed. All container instances run the daemon revision before it.",
        FinishedAt = context.Now,
    });

    private static bool Record(ClusterAggregate cluster, Daemon daemon, DaemonDeployment rollout)
    {
        cluster.Record(new ClusterEvent.DaemonDeploymentChanged(daemon.Name, rollout));
        return true;
    }
}
