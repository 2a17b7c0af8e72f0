namespace Berth.Domain;

/// <summary>
/// Empties the cluster: services and daemons are gone at once, tasks stop and are gone when they have stopped. Container instances
/// whose agents are connected stay: they are machines, not something the account made. Those that are away are gone with
/// their tasks, whose end nobody would report. Answers whether any instance is left, and with it the cluster.
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

        foreach (var daemon in state.Daemons.Keys)
        {
            aggregate.Record(new ClusterEvent.DaemonForgotten(daemon));
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
            if (!instance.AgentConnected)
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
        var isWatched = cluster.State.ContainerInstances.GetValueOrDefault(task.ContainerInstanceId) is { AgentConnected: true };
        if (isWatched && task.Phase != TaskPhase.Stopped)
        {
            cluster.Record(new ClusterEvent.TaskDiscarded(task.Id));
        }

        var end = isWatched ? EcsTaskStatus.Stopping : EcsTaskStatus.Stopped;
        if (task.Phase == TaskPhase.Live)
        {
            cluster.Record(new ClusterEvent.TaskStopRequested(task.Id, end, "The account was reset", TaskStopCode.UserInitiated, context.Now));
        }
        else if (task.LastStatus < end)
        {
            cluster.Record(new ClusterEvent.TaskAdvanced(task.Id, end, context.Now));
        }

        if (cluster.State.Tasks[task.Id].Phase == TaskPhase.Stopped)
        {
            cluster.Record(new ClusterEvent.TaskForgotten(task.Id));
        }
    }
}
