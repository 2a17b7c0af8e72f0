namespace Berth.Domain;

/// <summary>How a task is asked to stop, whoever asks.</summary>
internal static class TaskStop
{
    /// <summary>
    /// Records that a live task is to stop. A task that is a target leaves its target groups first; one whose instance
    /// has left the cluster has nobody to stop it and is STOPPED at once.
    /// </summary>
    public static void Request(ClusterAggregate cluster, EcsTask task, string reason, TaskStopCode code, DateTimeOffset now)
    {
        var orphaned = cluster.State.ContainerInstances.GetValueOrDefault(task.ContainerInstanceId) is not { Status: not ContainerInstanceStatus.Inactive };
        var isTarget = task.Targets.Any(target => target.State is not (TaskTargetState.Absent or TaskTargetState.Gone));
        var status = orphaned ? EcsTaskStatus.Stopped
            : isTarget ? EcsTaskStatus.Deactivating
            : EcsTaskStatus.Stopping;
        cluster.Record(new ClusterEvent.TaskStopRequested(task.Id, status, reason, code, now));
    }
}
