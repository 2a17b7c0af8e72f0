namespace Berth.Domain;

/// <summary>
/// Keeps each task set of a service at its computed number, whatever the others do. Source: developer guide,
/// "Deploy Amazon ECS services using a third-party controller".
/// </summary>
internal static class TaskSetScheduler
{
    // A service whose deployments somebody else makes has ECS's default bounds; they matter when instances drain.
    private static readonly DeploymentConfiguration Bounds = new();

    public static bool Reconcile(ClusterAggregate cluster, Service service, DecisionContext context)
    {
        var changed = false;
        var steady = service.Status == ServiceStatus.Active;
        var leaving = false;
        foreach (var set in service.TaskSets)
        {
            var ends = set.Status == TaskSetStatus.Draining || service.Status != ServiceStatus.Active;
            var cohort = Cohort.OfPart(
                cluster, service, set.Id, set.Workload, $"{service.Name}, taskSet {set.Id}", ends ? 0 : set.ComputedDesiredCount, Bounds, mayStart: !ends, context.Now);
            var moved = Look(cluster, cohort, context);
            changed |= moved;
            leaving |= cohort.AnyLeaving;
            if (moved)
            {
                continue;
            }

            if (set.Status == TaskSetStatus.Draining && !cohort.AnyLeaving)
            {
                cluster.Record(new ClusterEvent.TaskSetRemoved(service.Name, set.Id));
                changed = true;
                continue;
            }

            var isSteady = ReplicaRules.IsSteady(cohort);
            steady &= isSteady;
            if (set.IsSteady != isSteady)
            {
                cluster.Record(new ClusterEvent.TaskSetChanged(service.Name, set with { IsSteady = isSteady, StabilityStatusAt = context.Now, UpdatedAt = context.Now }));
                changed = true;
            }
        }

        if (changed)
        {
            return true;
        }

        if (service.Status == ServiceStatus.Draining)
        {
            if (!leaving)
            {
                cluster.Record(new ClusterEvent.ServiceInactive(service.Name, context.Now));
            }

            return !leaving;
        }

        return steady && !service.TaskSets.IsEmpty && DeploymentClosing.TellSteady(cluster, service.Name, context);
    }

    private static bool Look(ClusterAggregate cluster, Cohort cohort, DecisionContext context)
    {
        if (ServiceScheduler.Stop(cluster, cohort, ReplicaRules.PendingReplaced(cohort), context))
        {
            return true;
        }

        var (started, blocked) = ServiceScheduler.StartMissing(cluster, cohort, context);
        return started
            | (ServiceScheduler.StopSurplus(cluster, cohort, context)
                || ServiceScheduler.Stop(cluster, cohort, ReplicaRules.Replaced(cohort, blocked), context));
    }
}
