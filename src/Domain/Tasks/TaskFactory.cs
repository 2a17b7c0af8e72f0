namespace Berth.Domain;

/// <summary>Makes the record of a task, with the instance it was given or, while it waits for one, without.</summary>
internal static class TaskFactory
{
    /// <summary>A PENDING task with fresh ids; the caller adds whose it is.</summary>
    public static EcsTask Create(ClusterState state, TaskDefinition definition, TaskDemand demand, ContainerInstance? instance, DecisionContext context) => new()
    {
        Id = context.Ids.NextHexId(),
        TaskDefinitionArn = definition.Arn,
        Family = definition.Family,
        ContainerInstanceId = instance?.Id ?? "",
        AvailabilityZone = instance?.AvailabilityZone,
        LaunchType = "EC2",
        Group = $"family:{definition.Family}",
        Demand = demand,
        CreatedAt = context.Now,
        Containers = [.. definition.Containers.Select(container => new TaskContainer
        {
            Id = context.Ids.NextUuid(),
            Name = container.Name,
            Image = container.Image,
        })],
    };

    /// <summary>Brings a revision into the cluster's state, unless it is there.</summary>
    public static void Pin(ClusterAggregate cluster, TaskDefinition definition)
    {
        if (!cluster.State.TaskDefinitions.ContainsKey(definition.Arn))
        {
            cluster.Record(new ClusterEvent.TaskDefinitionPinned(definition));
        }
    }
}
