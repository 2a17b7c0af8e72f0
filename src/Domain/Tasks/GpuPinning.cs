namespace Berth.Domain;

/// <summary>Gives the containers of a placed task whole GPUs of its instance, which no other task there has.</summary>
internal static class GpuPinning
{
    /// <summary>The ids of an instance's GPUs that no task holds, in the order in which they were registered.</summary>
    public static IEnumerable<string> Free(ClusterState state, ContainerInstance instance) =>
        (instance.Resources.GpuIds ?? []).Except(
            state.TasksOn(instance.Id, TaskPhase.Live)
                .Concat(state.TasksOn(instance.Id, TaskPhase.Stopping))
                .SelectMany(task => task.Containers)
                .SelectMany(container => container.GpuIds ?? []),
            StringComparer.Ordinal);

    /// <summary>The task with its GPUs. Placement has seen that there are enough.</summary>
    public static EcsTask WithGpus(this EcsTask task, ClusterState state, TaskDefinition definition, ContainerInstance instance)
    {
        if (task.Demand.Gpus == 0)
        {
            return task;
        }

        var free = new Queue<string>(Free(state, instance));
        return task with
        {
            Containers =
            [
                .. task.Containers.Select(container =>
                {
                    var wanted = task.Overrides.Containers.FirstOrDefault(over => over.Name == container.Name)?.Gpus
                        ?? definition.Containers.FirstOrDefault(known => known.Name == container.Name)?.Gpus
                        ?? 0;
                    return wanted == 0 ? container : container with { GpuIds = [.. Enumerable.Range(0, Math.Min(wanted, free.Count)).Select(_ => free.Dequeue())] };
                }),
            ],
        };
    }
}
