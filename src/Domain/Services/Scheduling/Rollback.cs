namespace Berth.Domain;

/// <summary>Why a rollout is given up.</summary>
/// <param name="Reason">What its deployment says of it.</param>
/// <param name="Event">The same for the service's history.</param>
/// <param name="By">Who gave it up, as the way back begins its words.</param>
/// <param name="GoesBack">Whether the last completed deployment is to come back.</param>
internal sealed record RolloutFailure(string Reason, string Event, string By, bool GoesBack);

/// <summary>
/// Gives a rollout up: its deployment starts no more tasks and, where wanted, the last completed one becomes PRIMARY
/// again within the same rollout.
/// </summary>
internal static class Rollback
{
    public static void Fail(ClusterAggregate cluster, string serviceName, RolloutFailure failure, DecisionContext context, bool breaker = false)
    {
        var service = cluster.State.Services[serviceName];
        var failed = service.Primary! with { RolloutState = RolloutState.Failed, RolloutStateReason = failure.Reason, UpdatedAt = context.Now };
        cluster.Record(new ClusterEvent.DeploymentChanged(serviceName, failed));
        ServiceScheduler.Tell(cluster, serviceName, ServiceMessages.Failed(serviceName, failed.Id, failure.Event), context);
        if (service.Rollout is not { } rollout)
        {
            return;
        }

        rollout = rollout with
        {
            FailureCount = failed.FailedTasks,
            CircuitBreaker = breaker ? RollbackMonitorStatus.Triggered : Ended(rollout.CircuitBreaker),
            Alarms = Ended(rollout.Alarms),
            StatusReason = failure.Reason,
            UpdatedAt = context.Now,
        };

        // Where traffic shifts, the old tasks have it until the new ones are there: staying half-way is no end.
        if (!failure.GoesBack && rollout.Stage is null)
        {
            Change(cluster, serviceName, rollout with { Status = ServiceDeploymentStatus.Stopped, StoppedAt = context.Now, FinishedAt = context.Now });
        }
        else if (TargetOf(service) is not { } target)
        {
            Change(cluster, serviceName, rollout with
            {
                Status = ServiceDeploymentStatus.RollbackFailed,
                StatusReason = $"{failure.Reason} There is no completed deployment to roll back to.",
                FinishedAt = context.Now,
            });
        }
        else
        {
            Return(cluster, service, target, rollout, failure, context);
        }
    }

    /// <summary>The deployment a rollback would go to; null when none ever completed.</summary>
    public static Deployment? TargetOf(Service service) =>
        service.Deployments.Skip(1).FirstOrDefault(deployment => deployment.RolloutState == RolloutState.Completed) ?? service.LastCompleted;

    /// <summary>What a watch says once there is nothing left to watch.</summary>
    public static RollbackMonitorStatus Ended(RollbackMonitorStatus status) =>
        status == RollbackMonitorStatus.Monitoring ? RollbackMonitorStatus.MonitoringComplete : status;

    private static void Return(ClusterAggregate cluster, Service service, Deployment target, ServiceDeployment rollout, RolloutFailure failure, DecisionContext context)
    {
        cluster.Record(new ClusterEvent.ServiceUpdated(service.Name, service.Settings.With(service.WorkloadOf(target))));
        cluster.Record(new ClusterEvent.DeploymentResumed(service.Name, target with
        {
            RolloutState = RolloutState.InProgress,
            RolloutStateReason = $"{failure.By}: rolling back to deploymentId {target.Id}.",
            FailedTasks = 0,
            UpdatedAt = context.Now,
        }));
        Change(cluster, service.Name, rollout with
        {
            Status = ServiceDeploymentStatus.RollbackInProgress,
            Rollback = new(failure.Reason, context.Now, target.RevisionId),
            Stage = rollout.Stage is null ? null : LifecycleStage.ProductionTrafficShift,
            StageStartedAt = rollout.Stage is null ? null : context.Now,
            ProductionPercent = 0,
            TestPercent = 0,
            Hooks = [.. rollout.Hooks.Select(hook => hook.Status != LifecycleHookStatus.AwaitingAction ? hook : hook with
            {
                Status = hook.ExpiresAt <= context.Now ? LifecycleHookStatus.TimedOut : LifecycleHookStatus.Failed,
            })],
        });
        ServiceScheduler.Tell(cluster, service.Name, ServiceMessages.RollingBack(service.Name, target.Id), context);
        if (service.BackOff != ServiceBackOff.None)
        {
            cluster.Record(new ClusterEvent.ServiceBackOffChanged(service.Name, ServiceBackOff.None));
        }
    }

    private static void Change(ClusterAggregate cluster, string service, ServiceDeployment rollout) =>
        cluster.Record(new ClusterEvent.ServiceDeploymentChanged(service, rollout));
}
