using Berth.Domain;

namespace Berth.Api;

/// <summary>A rollout of a service as the API tells it.</summary>
internal static class ServiceDeploymentAnswer
{
    public static ServiceDeploymentShape Of(ClusterState state, Service service, ServiceDeployment rollout)
    {
        var breaker = rollout.Configuration.CircuitBreaker;
        return new()
        {
            ServiceDeploymentArn = state.ServiceDeploymentArn(service.Name, rollout.Id),
            ServiceArn = state.ServiceArn(service.Name),
            ClusterArn = state.Arn,
            CreatedAt = rollout.CreatedAt,
            StartedAt = rollout.StartedAt,
            FinishedAt = rollout.FinishedAt,
            StoppedAt = rollout.StoppedAt,
            UpdatedAt = rollout.UpdatedAt,
            SourceServiceRevisions = [.. rollout.SourceRevisionIds.Select(id => Summary(state, service, rollout, id))],
            TargetServiceRevision = Summary(state, service, rollout, rollout.TargetRevisionId),
            Status = WireName<ServiceDeploymentStatus>.Of(rollout.Status),
            StatusReason = rollout.StatusReason,
            LifecycleStage = rollout.Stage is { } stage && rollout.IsOpen ? WireName<LifecycleStage>.Of(stage) : null,
            LifecycleHookDetails = rollout.Hooks.IsEmpty ? null : [.. rollout.Hooks.Select(Hook)],
            DeploymentConfiguration = DeploymentConfigurationRules.Show(rollout.Configuration),
            Rollback = rollout.Rollback is { } back
                ? new() { Reason = back.Reason, StartedAt = back.StartedAt, ServiceRevisionArn = back.RevisionId is { } id ? state.ServiceRevisionArn(service.Name, id) : null }
                : null,
            DeploymentCircuitBreaker = new()
            {
                Status = WireName<RollbackMonitorStatus>.Of(rollout.CircuitBreaker),
                FailureCount = rollout is { IsOpen: true, Rollback: null }
                    ? service.Deployments.FirstOrDefault(deployment => deployment.Id == rollout.DeploymentId)?.FailedTasks ?? rollout.FailureCount
                    : rollout.FailureCount,
                Threshold = breaker.ThresholdFor(service.Settings.DesiredCount),
            },
            Alarms = new()
            {
                Status = WireName<RollbackMonitorStatus>.Of(rollout.Alarms),
                AlarmNames = [.. rollout.Configuration.Alarms?.AlarmNames ?? []],
                TriggeredAlarmNames = [.. rollout.TriggeredAlarms],
            },
        };
    }

    public static ServiceDeploymentBriefShape Brief(ClusterState state, Service service, ServiceDeployment rollout) => new()
    {
        ServiceDeploymentArn = state.ServiceDeploymentArn(service.Name, rollout.Id),
        ServiceArn = state.ServiceArn(service.Name),
        ClusterArn = state.Arn,
        StartedAt = rollout.StartedAt,
        CreatedAt = rollout.CreatedAt,
        FinishedAt = rollout.FinishedAt,
        TargetServiceRevisionArn = state.ServiceRevisionArn(service.Name, rollout.TargetRevisionId),
        Status = WireName<ServiceDeploymentStatus>.Of(rollout.Status),
        StatusReason = rollout.StatusReason,
    };

    private static ServiceRevisionSummaryShape Summary(ClusterState state, Service service, ServiceDeployment rollout, string revisionId)
    {
        var deployment = service.Deployments.FirstOrDefault(entry => entry.RevisionId == revisionId);
        var (running, pending) = deployment is null ? (0, 0) : ServiceAnswer.Count(state, service, deployment.Id);
        var isTarget = revisionId == rollout.TargetRevisionId;
        return new()
        {
            Arn = state.ServiceRevisionArn(service.Name, revisionId),
            RequestedTaskCount = deployment is null ? 0 : ServiceAnswer.Wanted(service, deployment, running, pending),
            RunningTaskCount = running,
            PendingTaskCount = pending,
            RequestedProductionTrafficWeight = rollout.Stage is null ? null : isTarget ? rollout.ProductionPercent : 100 - rollout.ProductionPercent,
            RequestedTestTrafficWeight = rollout.Stage is null ? null : isTarget ? rollout.TestPercent : 100 - rollout.TestPercent,
        };
    }

    private static DeploymentLifecycleHookDetailShape Hook(LifecycleHookDetail hook) => new()
    {
        HookId = hook.Id,
        TargetType = WireName<LifecycleHookTargetType>.Of(hook.TargetType),
        TargetArn = hook.TargetArn,
        Status = WireName<LifecycleHookStatus>.Of(hook.Status),
        ExpiresAt = hook.ExpiresAt,
        TimeoutAction = WireName<LifecycleHookAction>.Of(hook.TimeoutAction),
    };
}
