namespace Berth.Domain;

/// <summary>
/// The instances each daemon service is for: active, with the attributes its task definition needs, within its
/// constraints. Derived from the state and owned by its one writer, so that a change of one instance costs one look.
/// </summary>
internal sealed class DaemonInstances
{
    private static readonly TaskDemand NoDemand = new(0, 0, [], []);

    private readonly SortedDictionary<string, SortedSet<string>> byService = new(StringComparer.Ordinal);

    public void Clear() => byService.Clear();

    /// <summary>The ids of a service's instances, in their order.</summary>
    public IReadOnlyCollection<string> Of(string service) => byService.TryGetValue(service, out var ids) ? ids : [];

    /// <summary>Looks at one instance for every daemon service; the services for which it now matters differently.</summary>
    public List<string> Look(ClusterAggregate cluster, ContainerInstance instance)
    {
        var changed = new List<string>();
        foreach (var (name, ids) in byService)
        {
            var service = cluster.State.Services[name];
            if (RequestOf(cluster, service) is { } request && Matches(cluster, service, request, instance) ? ids.Add(instance.Id) : ids.Remove(instance.Id))
            {
                changed.Add(name);
            }
        }

        return changed;
    }

    /// <summary>Looks at all instances for one service, when what it asks of them may have changed.</summary>
    public void Look(ClusterAggregate cluster, string name, Service? was, Service? now)
    {
        if (now is not { IsDaemon: true, Status: ServiceStatus.Active })
        {
            byService.Remove(name);
        }
        else if (was is null
            || !byService.ContainsKey(name)
            || was.Settings.TaskDefinitionArn != now.Settings.TaskDefinitionArn
            || !TaskSubnet.IdsIn(was.Settings.NetworkConfiguration).SequenceEqual(TaskSubnet.IdsIn(now.Settings.NetworkConfiguration))
            || !was.Settings.PlacementConstraints.SequenceEqual(now.Settings.PlacementConstraints))
        {
            var ids = new SortedSet<string>(StringComparer.Ordinal);
            if (RequestOf(cluster, now) is { } request)
            {
                ids.UnionWith(cluster.State.ContainerInstances.Values.Where(instance => Matches(cluster, now, request, instance)).Select(instance => instance.Id));
            }

            byService[name] = ids;
        }
    }

    /// <summary>Forgets an instance that left.</summary>
    public void Forget(string instanceId)
    {
        foreach (var ids in byService.Values)
        {
            ids.Remove(instanceId);
        }
    }

    private static PlacementRequest? RequestOf(ClusterAggregate cluster, Service service) =>
        cluster.State.TaskDefinitions.TryGetValue(service.Settings.TaskDefinitionArn, out var definition)
            ? new PlacementRequest(definition, NoDemand, service.Group, [], DaemonRules.ConstraintsOf(service.Settings, definition))
            {
                Zones = TaskSubnet.Zones(cluster.State, definition, service.Settings.NetworkConfiguration),
            }
            : null;

    /// <summary>
    /// Whether a service is for an instance, whatever is free there. One whose agent is away counts as long as a task of
    /// the service is on it: none could be started there.
    /// </summary>
    private static bool Matches(ClusterAggregate cluster, Service service, PlacementRequest request, ContainerInstance instance) =>
        instance.Status == ContainerInstanceStatus.Active
        && Placement.IsEligible(cluster.Placement, request, instance.Id)
        && (instance.AgentConnected || cluster.State.TasksOn(instance.Id, TaskPhase.Live).Any(task => task.ServiceName == service.Name));
}
