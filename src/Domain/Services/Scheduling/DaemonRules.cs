using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>
/// What one task on every matching instance calls for. A task is replaced in its place: the old one stops, then the new
/// one starts. Source: developer guide, "Amazon ECS services", daemon.
/// </summary>
internal static class DaemonRules
{
    private const string NoLongerMatches = "Task stopped because its container instance no longer satisfies the placement constraints of the service";

    /// <summary>What an instance has to satisfy. There is one task an instance anyhow, so <c>distinctInstance</c> says nothing.</summary>
    public static ImmutableArray<PlacementConstraint> ConstraintsOf(ServiceSettings settings, TaskDefinition definition) =>
    [
        .. settings.PlacementConstraints.Where(constraint => constraint.Type != "distinctInstance"),
        .. definition.PlacementConstraints.Select(expression => new PlacementConstraint("memberOf", expression)),
    ];

    /// <summary>Matching instances on which no task of the service is, or is stopping.</summary>
    public static List<string> Starts(Cohort cohort, IReadOnlyCollection<string> instances)
    {
        if (!cohort.MayStart)
        {
            return [];
        }

        var taken = cohort.Keep.Concat(cohort.Outgoing).Select(task => task.ContainerInstanceId).ToHashSet(StringComparer.Ordinal);
        return [.. instances.Where(id => !taken.Contains(id) && !cohort.StoppingOn.Contains(id))];
    }

    /// <summary>
    /// Tasks that may go now: those on instances that no longer match, a draining one's last of all; and, as far as the
    /// minimum allows, those to be replaced.
    /// </summary>
    public static List<StopOrder> Stops(ClusterState state, Cohort cohort, IReadOnlyCollection<string> instances)
    {
        var stop = new List<StopOrder>();
        var replaced = new List<EcsTask>();
        foreach (var task in cohort.Outgoing)
        {
            if (instances.Contains(task.ContainerInstanceId))
            {
                replaced.Add(task);
            }
            else if (cohort.Service.Status != ServiceStatus.Active)
            {
                stop.Add(new(task, ReplicaRules.ScalingReason(cohort.Id)));
            }
            else if (state.ContainerInstances[task.ContainerInstanceId].Status == ContainerInstanceStatus.Active)
            {
                stop.Add(new(task, NoLongerMatches));
            }
            else if (!ServesOthers(state, task))
            {
                stop.Add(new(task, ReplicaRules.ScalingReason(cohort.Id)));
            }
        }

        var running = replaced.Where(task => task.LastStatus == EcsTaskStatus.Running && !cohort.Complaints.ContainsKey(task.Id)).ToList();
        stop.AddRange(replaced.Except(running)
            .Where(task => cohort.Complaints.ContainsKey(task.Id) || !cohort.IsProtected(task))
            .Select(task => new StopOrder(task, cohort.Complaints.GetValueOrDefault(task.Id)?.Reason ?? ReplicaRules.ScalingReason(cohort.Id))));

        // Where nothing could start in their place, the old ones go on.
        if (cohort.MayStart)
        {
            stop.AddRange(running
                .Where(task => !cohort.IsProtected(task))
                .Take(Math.Max(0, cohort.KeepHealthy + running.Count - cohort.Lower))
                .Select(task => new StopOrder(task, ReplicaRules.ScalingReason(cohort.Id))));
        }

        return stop;
    }

    /// <summary>Whether tasks of replica services are still on a daemon's instance.</summary>
    private static bool ServesOthers(ClusterState state, EcsTask daemon) =>
        state.TasksOn(daemon.ContainerInstanceId, TaskPhase.Live).Any(task =>
            task.ServiceName is { } name && state.Services.TryGetValue(name, out var service) && !service.IsDaemon);
}
