namespace Berth.Domain;

/// <summary>How a service's task counts. Source: developer guide, "Amazon ECS services", health of a task.</summary>
internal static class ServiceHealth
{
    /// <summary>Running, and every load balancer and health check that judges it says so; without a judge, running long enough.</summary>
    public static bool IsHealthy(EcsTask task, Service service, TaskDefinition definition, ClusterLimits limits, DateTimeOffset now)
    {
        if (task is not { LastStatus: EcsTaskStatus.Running, DesiredStatus: EcsTaskStatus.Running })
        {
            return false;
        }

        var judged = false;
        foreach (var balancer in service.Settings.LoadBalancers)
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

        return judged || task.StartedAt + limits.HealthyAfter <= now;
    }

    /// <summary>Why a running task must be replaced, in the words of its stopped reason; null while nothing speaks against it.</summary>
    public static string? Complaint(EcsTask task, Service service, TaskDefinition definition, DateTimeOffset now)
    {
        if (task is not { LastStatus: EcsTaskStatus.Running, DesiredStatus: EcsTaskStatus.Running }
            || task.StartedAt + service.Settings.HealthCheckGracePeriod > now)
        {
            return null;
        }

        var failing = task.Targets.FirstOrDefault(target => target.State == TaskTargetState.Unhealthy);
        return failing is not null ? $"Task failed ELB health checks in (target-group {failing.TargetGroupArn})"
            : task.HealthIn(definition) == HealthStatus.Unhealthy ? "Task failed container health checks"
            : null;
    }
}
