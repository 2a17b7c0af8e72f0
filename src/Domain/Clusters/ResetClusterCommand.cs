namespace Berth.Domain;

/// <summary>
/// Empties the cluster: services are gone at once, tasks stop and are gone when they have stopped. Container instances
/// stay: they are machines, not something the account made. Answers whether any is left, and with it the cluster.
/// </summary>
public sealed record ResetClusterCommand : Command<ClusterAggregate, bool>
{
    /// <inheritdoc/>
    public override bool Decide(ClusterAggregate aggregate, DecisionContext context)
    {
        var state = aggregate.State;
        foreach (var service in state.Services.Keys)
        {
            aggregate.Record(new ClusterEvent.ServiceForgotten(service));
        }

        foreach (var task in state.Tasks.Values.OrderBy(task => task.Id, StringComparer.Ordinal))
        {
            Discard(aggregate, task, context);
        }

        foreach (var token in state.ClientTokens.Keys.Order(StringComparer.Ordinal))
        {
            aggregate.Record(new ClusterEvent.ClientTokenForgotten(token));
        }

        foreach (var instance in state.ContainerInstances.Values)
        {
            if (instance.Status == ContainerInstanceStatus.Inactive)
            {
                aggregate.Record(new ClusterEvent.InstanceForgotten(instance.Id));
            }
            else if (instance.Status == ContainerInstanceStatus.Draining)
            {
                aggregate.Record(new ClusterEvent.InstanceStatusChanged(instance.Id, ContainerInstanceStatus.Active));
            }
        }

        if (aggregate.State.ContainerInstances.IsEmpty)
        {
            return false;
        }

        aggregate.Record(new ClusterEvent.Created([], null, null, []));
        return true;
    }

    private static void Discard(ClusterAggregate cluster, EcsTask task, DecisionContext context)
    {
        if (task.Phase == TaskPhase.Stopped)
        {
            cluster.Record(new ClusterEvent.TaskForgotten(task.Id));
            return;
        }

        cluster.Record(new ClusterEvent.TaskDiscarded(task.Id));
        if (task.Phase == TaskPhase.Live)
        {
            cluster.Record(new ClusterEvent.TaskStopRequested(task.Id, EcsTaskStatus.Stopping, "The account was reset", TaskStopCode.UserInitiated, context.Now));
        }
        else if (task.LastStatus < EcsTaskStatus.Stopping)
        {
            cluster.Record(new ClusterEvent.TaskAdvanced(task.Id, EcsTaskStatus.Stopping, context.Now));
        }
    }
}
