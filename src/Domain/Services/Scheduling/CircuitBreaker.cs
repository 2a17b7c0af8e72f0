namespace Berth.Domain;

/// <summary>
/// Counts a deployment's failures and gives it up when they are too many. Source: developer guide, "Amazon ECS
/// deployment circuit breaker".
/// </summary>
internal static class CircuitBreaker
{
    /// <summary>Counts a task that failed against its deployment.</summary>
    public static void Count(ClusterAggregate cluster, string serviceName, string? deploymentId, TaskFailure failure, DecisionContext context)
    {
        var service = cluster.State.Services[serviceName];
        if (service.Deployments.FirstOrDefault(entry => entry.Id == deploymentId) is not { } deployment)
        {
            return;
        }

        var counted = deployment with { FailedTasks = deployment.FailedTasks + 1, UpdatedAt = context.Now };
        cluster.Record(new ClusterEvent.DeploymentChanged(serviceName, counted));
        if (IsTripped(service, counted))
        {
            Rollback.Fail(cluster, serviceName, new(
                $"ECS deployment circuit breaker: {Words(failure)}.",
                Words(failure),
                "ECS deployment circuit breaker",
                service.Settings.DeploymentConfiguration.CircuitBreaker.Rollback), context, breaker: true);
        }
    }

    /// <summary>Tasks that became healthy set the count to 0, unless that was turned off.</summary>
    public static bool Reset(ClusterAggregate cluster, Cohort cohort, DecisionContext context)
    {
        if (cohort.NewlyHealthy.Count == 0 || cohort.Service.Deployments.FirstOrDefault(entry => entry.Id == cohort.Id) is not { RolloutState: RolloutState.InProgress } deployment)
        {
            return false;
        }

        foreach (var task in cohort.NewlyHealthy)
        {
            cluster.Record(new ClusterEvent.TaskHealthy(task.Id, context.Now));
        }

        if (deployment.FailedTasks > 0 && cohort.Service.Settings.DeploymentConfiguration.CircuitBreaker.ResetOnHealthyTask != false)
        {
            cluster.Record(new ClusterEvent.DeploymentChanged(cohort.Service.Name, deployment with { FailedTasks = 0, UpdatedAt = context.Now }));
        }

        return true;
    }

    /// <summary>Whether the breaker watches a deployment, and has seen enough. The way back is not watched: there is nothing behind it.</summary>
    private static bool IsTripped(Service service, Deployment deployment) =>
        service.Settings.DeploymentConfiguration.CircuitBreaker is { Enable: true } breaker
        && service.Primary?.Id == deployment.Id
        && deployment.RolloutState == RolloutState.InProgress
        && service.Rollout is { Rollback: null }
        && deployment.FailedTasks >= breaker.ThresholdFor(service.Settings.DesiredCount);

    private static string Words(TaskFailure failure) => failure switch
    {
        TaskFailure.Start => "tasks failed to start",
        TaskFailure.ContainerHealth => "tasks failed container health checks",
        TaskFailure.TargetHealth => "tasks failed ELB health checks",
    };
}
