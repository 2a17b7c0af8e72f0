using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>
/// Evens out a steady service's tasks over the zones: first a task starts where there are fewest, then, when it is
/// healthy, one stops where there are most. Source: developer guide, "Balancing an Amazon ECS service across
/// Availability Zones".
/// </summary>
internal static class ZoneBalance
{
    private const string StopReason = "Task stopped due to Availability Zone rebalancing";

    /// <summary>The zones in which a task should start, one entry a task, as far as there is room for more tasks.</summary>
    /// <param name="counts">Tasks by zone, every usable zone among them.</param>
    /// <param name="room">How many tasks more there may be.</param>
    /// <param name="held">Tasks by zone that may not stop: where only such are, nothing can be taken from. Null for none.</param>
    public static List<string> Starts(IReadOnlyDictionary<string, int> counts, int room, IReadOnlyDictionary<string, int>? held = null)
    {
        var left = new SortedDictionary<string, int>(counts.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
        var starts = new List<string>();
        while (left.Count > 1 && starts.Count < room)
        {
            var fewest = left.MinBy(zone => zone.Value);
            var most = left.Where(zone => zone.Value > (held?.GetValueOrDefault(zone.Key) ?? 0)).DefaultIfEmpty(fewest).MaxBy(zone => zone.Value);
            if (most.Value - fewest.Value <= 1)
            {
                break;
            }

            left[fewest.Key]++;
            left[most.Key]--;
            starts.Add(fewest.Key);
        }

        return starts;
    }

    /// <summary>One step of balancing for a service that has nothing else to do.</summary>
    public static bool Step(ClusterAggregate cluster, Cohort cohort, DecisionContext context)
    {
        var service = cluster.State.Services[cohort.Service.Name];
        if (!service.RebalancingTaskIds.IsEmpty)
        {
            return Finish(cluster, cohort, service, context);
        }

        if (service.Settings.AvailabilityZoneRebalancing != "ENABLED"
            || service.Status != ServiceStatus.Active
            || service.Deployments is not [{ RolloutState: RolloutState.Completed }]
            || ZoneRebalancing.Refusal(service.Settings) is not null
            || !ReplicaRules.IsSteady(cohort)
            || cohort.Stopping > 0)
        {
            return false;
        }

        var counts = Counts(cluster, cohort, cohort.Keep);
        var zones = Starts(counts, Math.Max(0, cohort.Upper - cohort.Total), Counts(cluster, cohort, cohort.Keep.Where(cohort.IsProtected)));
        if (zones.Count == 0)
        {
            return false;
        }

        var (started, full) = TaskStarts.InZones(cluster, cohort, zones, context);
        if (full is not null)
        {
            ServiceScheduler.NoteRoom(cluster, service.Name, waits: true, tried: true);
            ServiceScheduler.Tell(cluster, service.Name, ServiceMessages.CannotPlaceInZone(service.Name, full), context, unlessTold: true);
        }

        if (started.Count == 0)
        {
            return false;
        }

        cluster.Record(new ClusterEvent.ServiceRebalancingChanged(service.Name, [.. started.Select(task => task.Id)]));
        ServiceScheduler.Tell(cluster, service.Name, ServiceMessages.NotBalanced(service.Name, counts), context, action: ServiceAction.RebalancingStarted);
        foreach (var zone in started.GroupBy(task => task.AvailabilityZone!, StringComparer.Ordinal))
        {
            ServiceScheduler.Tell(cluster, service.Name, ServiceMessages.StartedToBalance(service.Name, zone.Key, [.. zone.Select(task => task.Id)]), context);
        }

        return true;
    }

    /// <summary>Stops the tasks that are too many now that others are healthy elsewhere.</summary>
    public static bool Stop(ClusterAggregate cluster, Cohort cohort, IReadOnlyCollection<EcsTask> victims, DecisionContext context)
    {
        foreach (var task in victims)
        {
            TaskStop.Request(cluster, task, StopReason, TaskStopCode.ServiceSchedulerInitiated, context.Now);
        }

        foreach (var zone in victims.GroupBy(task => task.AvailabilityZone ?? "", StringComparer.Ordinal))
        {
            ServiceScheduler.Tell(cluster, cohort.Service.Name, ServiceMessages.StoppedToBalance(cohort.Service.Name, zone.Key, [.. zone.Select(task => task.Id)]), context);
        }

        return victims.Count > 0;
    }

    private static bool Finish(ClusterAggregate cluster, Cohort cohort, Service service, DecisionContext context)
    {
        if (service.RebalancingTaskIds.Any(cohort.Awaited.Contains) || (cohort.Keep.Count > cohort.Desired && ReplicaRules.Surplus(cohort).Candidates.Count > 0))
        {
            return false;
        }

        cluster.Record(new ClusterEvent.ServiceRebalancingChanged(service.Name, []));
        var counts = Counts(cluster, cohort, cohort.Keep);
        if (Starts(counts, 1).Count == 0)
        {
            ServiceScheduler.Tell(cluster, service.Name, ServiceMessages.Balanced(service.Name, counts), context, action: ServiceAction.RebalancingCompleted);
        }

        return true;
    }

    /// <summary>Tasks by zone, of the zones the service's tasks may be in.</summary>
    private static ImmutableSortedDictionary<string, int> Counts(ClusterAggregate cluster, Cohort cohort, IEnumerable<EcsTask> tasks)
    {
        var may = cluster.State.TaskDefinitions.TryGetValue(cohort.Workload.TaskDefinitionArn, out var definition)
            ? TaskSubnet.Zones(cluster.State, definition, cohort.Workload.NetworkConfiguration)
            : [];
        var counts = cluster.Zones.Where(zone => may.IsEmpty || may.Contains(zone)).ToImmutableSortedDictionary(zone => zone, _ => 0, StringComparer.Ordinal).ToBuilder();
        foreach (var task in tasks)
        {
            if (task.AvailabilityZone is { } zone && counts.TryGetValue(zone, out var count))
            {
                counts[zone] = count + 1;
            }
        }

        return counts.ToImmutable();
    }
}
