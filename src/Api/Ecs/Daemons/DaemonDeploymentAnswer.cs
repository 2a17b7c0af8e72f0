using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>A rollout of a daemon as the API tells it. Nothing here raises alarms, so none watch it; the circuit breaker always does.</summary>
internal static class DaemonDeploymentAnswer
{
    private const string Unwatched = "DISABLED";

    public static DaemonDeploymentShape Of(ClusterState state, Daemon daemon, DaemonDeployment rollout, RequestContext caller) => new()
    {
        DaemonDeploymentArn = state.DaemonDeploymentArn(daemon.Name, rollout.Id),
        ClusterArn = state.Arn,
        Status = WireName<DaemonDeploymentStatus>.Of(rollout.Status),
        StatusReason = rollout.StatusReason,
        TargetDaemonRevision = Revision(state, daemon, rollout.TargetRevisionId, caller),
        SourceDaemonRevisions = Revision(state, daemon, rollout.SourceRevisionId, caller) is { } source ? [source] : [],
        CircuitBreaker = new() { FailureCount = rollout.FailedTasks, Status = Breaker(rollout), Threshold = rollout.FailureThreshold },
        Alarms = new() { Status = Unwatched, AlarmNames = [.. rollout.Configuration.AlarmNames ?? []], TriggeredAlarmNames = [] },
        Rollback = rollout.Rollback is not { } back ? null : new()
        {
            Reason = back.Reason,
            StartedAt = back.StartedAt,
            RollbackTargetDaemonRevisionArn = state.DaemonRevisionArn(daemon.Name, back.RevisionId),
            RollbackCapacityProviders = [.. (daemon.Revision(back.RevisionId)?.CapacityProviders ?? []).Select(name => CapacityProviderAnswer.Arn(name, caller))],
        },
        DeploymentConfiguration = new()
        {
            DrainPercent = rollout.Configuration.DrainPercent,
            Alarms = rollout.Configuration.AlarmNames is { } names ? new() { AlarmNames = [.. names], Enable = false } : null,
            BakeTimeInMinutes = rollout.Configuration.BakeMinutes,
        },
        CreatedAt = rollout.CreatedAt,
        StartedAt = rollout.StartedAt,
        StoppedAt = rollout.StoppedAt,
        FinishedAt = rollout.FinishedAt,
    };

    public static DaemonDeploymentSummaryShape Summary(ClusterState state, Daemon daemon, DaemonDeployment rollout) => new()
    {
        DaemonDeploymentArn = state.DaemonDeploymentArn(daemon.Name, rollout.Id),
        DaemonArn = state.DaemonArn(daemon.Name),
        ClusterArn = state.Arn,
        Status = WireName<DaemonDeploymentStatus>.Of(rollout.Status),
        StatusReason = rollout.StatusReason,
        TargetDaemonRevisionArn = rollout.TargetRevisionId is { } id ? state.DaemonRevisionArn(daemon.Name, id) : null,
        CreatedAt = rollout.CreatedAt,
        StartedAt = rollout.StartedAt,
        StoppedAt = rollout.StoppedAt,
        FinishedAt = rollout.FinishedAt,
    };

    private static string Breaker(DaemonDeployment rollout) => rollout switch
    {
        { FailureThreshold: 0 } => Unwatched,
        _ when rollout.FailedTasks >= rollout.FailureThreshold => "TRIGGERED",
        { IsOpen: true } => "MONITORING",
        _ => "MONITORING_COMPLETE",
    };

    private static DaemonDeploymentRevisionDetailShape? Revision(ClusterState state, Daemon daemon, string? id, RequestContext caller)
    {
        if (daemon.Revision(id) is not { } found)
        {
            return null;
        }

        var counts = DaemonCounts.Of(state, daemon);
        return new()
        {
            Arn = state.DaemonRevisionArn(daemon.Name, found.Id),
            CapacityProviders = [.. found.CapacityProviders.Select(name => new DaemonDeploymentCapacityProviderShape
            {
                Arn = CapacityProviderAnswer.Arn(name, caller),
                RunningInstanceCount = counts.Running(found, name),
                DrainingInstanceCount = counts.Stopping(found, name),
            })],
            TotalRunningInstanceCount = found.CapacityProviders.Sum(name => counts.Running(found, name)),
            TotalDrainingInstanceCount = found.CapacityProviders.Sum(name => counts.Stopping(found, name)),
        };
    }
}
