using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>How a task failed its deployment, for the words that tell of it.</summary>
internal enum TaskFailure
{
    /// <summary>It ended without having run.</summary>
    Start,

    /// <summary>Its containers' health checks.</summary>
    ContainerHealth,

    /// <summary>A target group's health checks.</summary>
    TargetHealth,
}

/// <summary>Why a running task must be replaced.</summary>
/// <param name="Kind">What failed.</param>
/// <param name="Reason">The same in the words of its stopped reason.</param>
/// <param name="Target">The target that is unhealthy; null when no target is.</param>
internal sealed record TaskComplaint(TaskFailure Kind, string Reason, TaskTarget? Target);

/// <summary>How a service's task counts. Source: developer guide, "Amazon ECS services", health of a task.</summary>
internal static class ServiceHealth
{
    /// <summary>Running, and every load balancer and health check that judges it says so; without a judge, running long enough.</summary>
    public static bool IsHealthy(EcsTask task, ImmutableArray<ServiceLoadBalancer> balancers, TaskDefinition definition, ClusterLimits limits, DateTimeOffset now)
    {
        if (task is not { LastStatus: EcsTaskStatus.Running, DesiredStatus: EcsTaskStatus.Running })
        {
            return false;
        }

        var judged = false;
        foreach (var balancer in balancers)
        {
            judged = true;
            if (!task.Targets.Any(target => target.TargetGroupArn == balancer.TargetGroupArn && target.State == TaskTargetState.Healthy))
            {
                return false;
            }
        }

        if (definition.Containers.Any(container => container is { Essential: true, HasHealthCheck: true }))
        {
            return task.HealthIn(definition) == HealthStatus.Healthy;
        }

        // What has counted once goes on counting, also when somebody sets the clock back.
        return judged || task.HealthyAt is not null || IsOver(task.StartedAt, limits.HealthyAfter, now);
    }

    /// <summary>Why a running task must be replaced; null while nothing speaks against it.</summary>
    public static TaskComplaint? Complaint(EcsTask task, Service service, TaskDefinition definition, DateTimeOffset now)
    {
        if (task is not { LastStatus: EcsTaskStatus.Running, DesiredStatus: EcsTaskStatus.Running }
            || (task.StartedAt is not null && !IsOver(task.StartedAt, service.Settings.HealthCheckGracePeriod, now)))
        {
            return null;
        }

        var failing = task.Targets.FirstOrDefault(target => target.State == TaskTargetState.Unhealthy);
        return failing is not null ? new(TaskFailure.TargetHealth, $"Task failed ELB health checks in (target-group {failing.TargetGroupArn})", failing)
            : task.HealthIn(definition) == HealthStatus.Unhealthy ? new(TaskFailure.ContainerHealth, "Task failed container health checks", null)
            : null;
    }

    /// <summary>
    /// Whether a span since a start is over. A start that lies further ahead than the span is of a clock that was set back
    /// since: nobody waits for that moment to come again.
    /// </summary>
    public static bool IsOver(DateTimeOffset? start, TimeSpan span, DateTimeOffset now) => start + span <= now || start - span > now;
}
