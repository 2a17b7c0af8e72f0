using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>How a task that waits for room is to be placed.</summary>
/// <param name="Strategies">Placement strategies in order.</param>
/// <param name="Constraints">All must hold, the definition's among them.</param>
public sealed record PlacementWish(ImmutableArray<PlacementStrategy> Strategies, ImmutableArray<PlacementConstraint> Constraints);

/// <summary>Tasks of capacity providers that found no room: they wait in PROVISIONING, the oldest first.</summary>
internal static class WaitingTasks
{
    /// <summary>Gives those an instance that fit now.</summary>
    public static void Place(ClusterAggregate cluster, IEnumerable<string> ids, DecisionContext context)
    {
        // One that found no room is followed by no other that needs the same: a long queue costs one look a kind.
        var full = new HashSet<(string, int, int, int, string, InstancePool)>();
        foreach (var task in ids.Select(id => cluster.State.Tasks[id]))
        {
            var request = Request(cluster.State, task);
            var kind = (task.TaskDefinitionArn, task.Demand.CpuUnits, task.Demand.MemoryMiB, task.Demand.Gpus, string.Join(',', request.Zones), request.Pool);
            if (full.Contains(kind))
            {
                continue;
            }

            if (Placement.Choose(cluster.Placement, request, context.Ids) is { } instance)
            {
                var placed = task with
                {
                    ContainerInstanceId = instance.Id,
                    AvailabilityZone = instance.AvailabilityZone,
                    LastStatus = EcsTaskStatus.Pending,
                    Wish = null,
                    Version = task.Version + 1,
                };
                cluster.Record(new ClusterEvent.TaskPlaced(placed.WithGpus(cluster.State, request.Definition, instance).WithNetworkInterface(cluster.State, request.Definition, task.NetworkConfiguration, [])));
            }
            else if (request.Constraints.IsEmpty)
            {
                full.Add(kind);
            }
        }
    }

    /// <summary>Stops a task that has waited long enough, and says for what.</summary>
    public static void GiveUp(ClusterAggregate cluster, EcsTask task, DateTimeOffset now)
    {
        var request = Request(cluster.State, task);
        var reason = Placement.Explain(cluster.Placement, request).FirstOrDefault()?.Reason ?? request.Pool.EmptyReason;
        TaskStop.Request(cluster, task, $"TaskFailedToStart: {reason}", TaskStopCode.TaskFailedToStart, now);
    }

    private static PlacementRequest Request(ClusterState state, EcsTask task)
    {
        var definition = state.TaskDefinitions[task.TaskDefinitionArn];
        var wish = task.Wish ?? new([], []);
        return new(TaskLaunch.ToPlace(definition, task.Overrides), task.Demand, task.Group, wish.Strategies, wish.Constraints)
        {
            Pool = new(task.LaunchType, task.CapacityProviderName),
            Zones = TaskSubnet.Zones(state, definition, task.NetworkConfiguration),
        };
    }
}
