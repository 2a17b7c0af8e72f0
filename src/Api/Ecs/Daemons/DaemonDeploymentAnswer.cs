using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>A rollout of a daemon as the API tells it. Neither alarms nor a circuit breaker watch what starts nothing.</summary>
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
        CircuitBreaker = new() { FailureCount = 0, Status = Unwatched, Threshold = 0 },
        Alarms = new() { Status = Unwatched, AlarmNames = [.. rollout.Configuration.AlarmNames ?? []], TriggeredAlarmNames = [] },
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

    private static DaemonDeploymentRevisionDetailShape? Revision(ClusterState state, Daemon daemon, string? id, RequestContext caller) =>
        daemon.Revisions.FirstOrDefault(revision => revision.Id == id) is not { } found ? null : new()
        {
            Arn = state.DaemonRevisionArn(daemon.Name, found.Id),
            CapacityProviders = [.. found.CapacityProviders.Select(name => new DaemonDeploymentCapacityProviderShape
            {
                Arn = CapacityProviderAnswer.Arn(name, caller),
                RunningInstanceCount = 0,
                DrainingInstanceCount = 0,
            })],
            TotalRunningInstanceCount = 0,
            TotalDrainingInstanceCount = 0,
        };
}
