namespace Berth.Domain;

/// <summary>
/// One look at a managed daemon: the instances it is for, and its tasks sorted by what has to happen to them. Reads the
/// state and changes nothing.
/// </summary>
internal sealed class DaemonCohort
{
    private static readonly TaskDemand NoDemand = new(0, 0, [], []);

    private DaemonCohort(Daemon daemon, DaemonRevision wanted) => (Daemon, Wanted) = (daemon, wanted);

    /// <summary>The daemon.</summary>
    public Daemon Daemon { get; }

    /// <summary>What its tasks are to be made of.</summary>
    public DaemonRevision Wanted { get; }

    /// <summary>How its tasks are placed, by the id of each instance it is for, in the order of the ids.</summary>
    public SortedDictionary<string, PlacementRequest> Instances { get; } = new(StringComparer.Ordinal);

    /// <summary>Instances on which no task of it is.</summary>
    public List<string> Missing { get; } = [];

    /// <summary>Tasks of the wanted revision that are not healthy yet.</summary>
    public List<EcsTask> Awaited { get; } = [];

    /// <summary>Tasks of the wanted revision that are healthy for the first time.</summary>
    public List<EcsTask> NewlyHealthy { get; } = [];

    /// <summary>Tasks of other revisions, to be replaced, in the order of their instances.</summary>
    public List<EcsTask> Outdated { get; } = [];

    /// <summary>Tasks whose health checks fail.</summary>
    public List<EcsTask> Unhealthy { get; } = [];

    /// <summary>Tasks where none should be.</summary>
    public List<EcsTask> Displaced { get; } = [];

    /// <summary>Instances it is for, on which a task of it is stopping.</summary>
    public int Stopping { get; private set; }

    /// <summary>Whether everything that was begun is done.</summary>
    public bool IsSettled => Missing.Count + Awaited.Count + Unhealthy.Count + Stopping == 0;

    /// <summary>The look at a daemon; null when its definition is of a time before daemons were carried out.</summary>
    public static DaemonCohort? Of(ClusterAggregate cluster, Daemon daemon, DateTimeOffset now)
    {
        var cohort = new DaemonCohort(daemon, daemon.Current);
        if (!cluster.State.TaskDefinitions.TryGetValue(cohort.Wanted.TaskDefinitionArn, out var definition))
        {
            return null;
        }

        var live = new Dictionary<string, List<EcsTask>>(StringComparer.Ordinal);
        foreach (var task in cluster.State.TasksOf(daemon, TaskPhase.Live))
        {
            if (!live.TryGetValue(task.ContainerInstanceId, out var there))
            {
                live.Add(task.ContainerInstanceId, there = []);
            }

            there.Add(task);
        }

        cohort.FindInstances(cluster, definition, live);
        cohort.Sort(cluster, live, cluster.State.TasksOf(daemon, TaskPhase.Stopping).Select(task => task.ContainerInstanceId).ToHashSet(StringComparer.Ordinal), now);
        return cohort;
    }

    /// <summary>
    /// The active instances of its capacity providers that can run it at all, whatever is free there. One whose agent is
    /// away counts as long as a task of it is there: none could be started.
    /// </summary>
    private void FindInstances(ClusterAggregate cluster, TaskDefinition definition, Dictionary<string, List<EcsTask>> live)
    {
        var demand = TaskDemand.Of(definition, TaskOverride.None);
        foreach (var name in Wanted.CapacityProviders)
        {
            if (cluster.State.CapacityProviders.FirstOrDefault(known => known.Name == name) is not { } provider)
            {
                continue;    // It has left the cluster, and its instances with it.
            }

            var pool = new InstancePool(provider.LaunchType, provider.Name);
            var request = new PlacementRequest(definition, demand, Daemon.Group, [], []) { Pool = pool };
            var eligible = request with { Demand = NoDemand };
            foreach (var instance in cluster.State.ContainerInstances.Values)
            {
                if (instance.Status == ContainerInstanceStatus.Active
                    && (instance.AgentConnected || live.ContainsKey(instance.Id))
                    && !Instances.ContainsKey(instance.Id)
                    && Placement.IsInPool(cluster.Placement, eligible, instance.Id)
                    && Placement.IsEligible(cluster.Placement, eligible, instance.Id))
                {
                    Instances.Add(instance.Id, request);
                }
            }
        }
    }

    private void Sort(ClusterAggregate cluster, Dictionary<string, List<EcsTask>> live, HashSet<string> stoppingOn, DateTimeOffset now)
    {
        foreach (var id in Instances.Keys)
        {
            if (stoppingOn.Contains(id))
            {
                Stopping++;
            }
            else if (!live.ContainsKey(id))
            {
                Missing.Add(id);
            }
        }

        foreach (var task in live.OrderBy(entry => entry.Key, StringComparer.Ordinal).SelectMany(entry => entry.Value))
        {
            var definition = cluster.State.TaskDefinitions[task.TaskDefinitionArn];
            if (!Instances.ContainsKey(task.ContainerInstanceId))
            {
                Displaced.Add(task);
            }
            else if (task.LastStatus == EcsTaskStatus.Running && task.HealthIn(definition) == HealthStatus.Unhealthy)
            {
                Unhealthy.Add(task);
            }
            else if (task.StartedBy != Wanted.StartedBy)
            {
                Outdated.Add(task);
            }
            else if (!ServiceHealth.IsHealthy(task, [], definition, cluster.Limits, now))
            {
                Awaited.Add(task);
            }
            else if (task.HealthyAt is null)
            {
                NewlyHealthy.Add(task);
            }
        }
    }
}
