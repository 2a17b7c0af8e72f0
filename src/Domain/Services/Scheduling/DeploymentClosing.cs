namespace Berth.Domain;

/// <summary>Closes what is over: deployments without tasks, a rollout that is through, a deleted service without tasks.</summary>
internal static class DeploymentClosing
{
    public static bool Close(ClusterAggregate cluster, Cohort cohort, bool changed, DecisionContext context)
    {
        var name = cohort.Service.Name;
        var closed = false;
        foreach (var deployment in cluster.State.Services[name].Deployments.Skip(1).Where(deployment => !cohort.InUse.Contains(deployment.Id)))
        {
            cluster.Record(new ClusterEvent.DeploymentRemoved(name, deployment.Id));
            closed = true;
        }

        var service = cluster.State.Services[name];
        if (closed || changed || service.Primary is not { } primary)
        {
            return closed;
        }

        if (service.Status == ServiceStatus.Draining)
        {
            return GoneIfEmpty(cluster, cohort, context);
        }

        if (service.Deployments.Length > 1 || !ReplicaRules.IsSteady(cohort))
        {
            return false;
        }

        if (primary.RolloutState == RolloutState.InProgress)
        {
            Complete(cluster, service, primary, context);
            closed = true;
        }

        return closed | TellSteady(cluster, name, context);
    }

    /// <summary>A deleted service is gone once its tasks are about to stop.</summary>
    public static bool GoneIfEmpty(ClusterAggregate cluster, Cohort cohort, DecisionContext context)
    {
        if (cohort.AnyLeaving)
        {
            return false;
        }

        cluster.Record(new ClusterEvent.ServiceInactive(cohort.Service.Name, context.Now));
        return true;
    }

    /// <summary>A deployment is through, and with it the rollout, forward or back.</summary>
    public static void Complete(ClusterAggregate cluster, Service service, Deployment primary, DecisionContext context)
    {
        cluster.Record(new ClusterEvent.DeploymentChanged(service.Name, primary with
        {
            RolloutState = RolloutState.Completed,
            RolloutStateReason = $"ECS deployment {primary.Id} completed.",
            FailedTasks = 0,
            UpdatedAt = context.Now,
        }));
        ServiceScheduler.Tell(cluster, service.Name, ServiceMessages.Completed(service.Name, primary.Id), context);
        if (service.Rollout is { } rollout)
        {
            cluster.Record(new ClusterEvent.ServiceDeploymentChanged(service.Name, rollout with
            {
                Status = rollout.Rollback is null ? ServiceDeploymentStatus.Successful : ServiceDeploymentStatus.RollbackSuccessful,
                FailureCount = rollout.Rollback is null ? primary.FailedTasks : rollout.FailureCount,
                CircuitBreaker = Rollback.Ended(rollout.CircuitBreaker),
                Alarms = Rollback.Ended(rollout.Alarms),
                FinishedAt = context.Now,
                UpdatedAt = context.Now,
            }));
        }
    }

    /// <summary>
    /// Says that a steady state was reached, unless that is the last thing said of its tasks: a target that comes or goes
    /// while others serve, or a zone without room, does not end it.
    /// </summary>
    public static bool TellSteady(ClusterAggregate cluster, string service, DecisionContext context)
    {
        var message = ServiceMessages.SteadyState(service);
        var last = cluster.State.Services[service].Events.FirstOrDefault(line => !ServiceMessages.IsAside(line.Message));
        return last?.Message != message && ServiceScheduler.Tell(cluster, service, message, context, action: ServiceAction.SteadyState);
    }
}
