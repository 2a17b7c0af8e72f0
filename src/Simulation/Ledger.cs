using Berth.Domain;

namespace Berth.Simulation;

/// <summary>A machine as the ledger counts it.</summary>
internal sealed class Machine(ContainerInstance instance)
{
    public string Id => Instance.Id;

    public ContainerInstance Instance { get; set; } = instance;

    public int CpuUnits { get; set; }

    public int MemoryMiB { get; set; }

    public int Gpus { get; set; }

    /// <summary>Ports given to tasks: TCP as they are, UDP negative.</summary>
    public HashSet<int> Ports { get; } = [];

    /// <summary>Tasks by group, those that are stopping among them.</summary>
    public Dictionary<string, int> Groups { get; } = new(StringComparer.Ordinal);

    public bool TakesTasks => Instance is { Status: ContainerInstanceStatus.Active, AgentConnected: true };

    /// <summary>What keeps the machine from a task of this demand; null when nothing does.</summary>
    public string? Lacks(TaskDemand demand)
    {
        var has = Instance.Resources;
        return CpuUnits + demand.CpuUnits > has.CpuUnits ? "CPU"
            : MemoryMiB + demand.MemoryMiB > has.MemoryMiB ? "memory"
            : Gpus + demand.Gpus > (has.GpuIds?.Length ?? 0) ? "GPUs"
            : PortsOf(demand).FirstOrDefault(port => Ports.Contains(port) || (port > 0 ? has.ReservedTcpPorts : has.ReservedUdpPorts).Contains(Math.Abs(port))) is var taken and not 0 ? $"port {taken}"
            : null;
    }

    public void Take(TaskDemand demand, string group, int sign)
    {
        CpuUnits += sign * demand.CpuUnits;
        MemoryMiB += sign * demand.MemoryMiB;
        Gpus += sign * demand.Gpus;
        Groups[group] = Groups.GetValueOrDefault(group) + sign;
        foreach (var port in PortsOf(demand))
        {
            _ = sign > 0 ? Ports.Add(port) : Ports.Remove(port);
        }
    }

    private static IEnumerable<int> PortsOf(TaskDemand demand) =>
        demand.TcpPorts.IsEmpty && demand.UdpPorts.IsEmpty ? [] : demand.TcpPorts.Concat(demand.UdpPorts.Select(port => -port));
}

/// <summary>
/// Who holds what, counted from the facts alone and quite simply: what the control plane's own, faster counting is held
/// against.
/// </summary>
internal sealed class Ledger
{
    private readonly Dictionary<string, Machine> machines = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EcsTask> holders = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Group, string Zone), int> zones = [];

    public IReadOnlyCollection<Machine> Machines => machines.Values;

    public Machine? Find(string containerInstanceId) => machines.GetValueOrDefault(containerInstanceId);

    public int InZone(string group, string? zone) => zones.GetValueOrDefault((group, zone ?? ""));

    /// <summary>Starts over from a state.</summary>
    public void Rebuild(ClusterState state)
    {
        machines.Clear();
        holders.Clear();
        zones.Clear();
        foreach (var instance in state.ContainerInstances.Values)
        {
            machines.Add(instance.Id, new(instance));
        }

        foreach (var task in state.Tasks.Values)
        {
            if (task.Phase != TaskPhase.Stopped && task.ContainerInstanceId.Length > 0)
            {
                Enter(task);
            }
        }
    }

    /// <summary>Follows one fact; <paramref name="after"/> is the state some facts later at most.</summary>
    public void Follow(ClusterEvent fact, ClusterState after)
    {
        switch (fact)
        {
            case ClusterEvent.InstanceRegistered registered:
                machines[registered.Instance.Id] = new(registered.Instance);
                break;
            case ClusterEvent.InstanceReregistered { Id: var id, Resources: var resources }:
                Change(id, instance => instance with
                {
                    Resources = resources,
                    Attributes = after.ContainerInstances[id].Attributes,

                    // An agent that is back brings its machine back, whatever was said of it.
                    Status = instance.Status == ContainerInstanceStatus.Inactive ? ContainerInstanceStatus.Active : instance.Status,
                });
                break;
            case ClusterEvent.InstanceConnected { Id: var id }:
                Change(id, instance => instance with { AgentConnected = true });
                break;
            case ClusterEvent.InstanceDisconnected { Id: var id }:
                Change(id, instance => instance with { AgentConnected = false });
                break;
            case ClusterEvent.InstanceStatusChanged { Id: var id, Status: var status }:
                Change(id, instance => instance with { Status = status });
                break;
            case ClusterEvent.InstanceDeregistered { Id: var id }:
                Change(id, instance => instance with { Status = ContainerInstanceStatus.Inactive, AgentConnected = false });
                break;
            case ClusterEvent.InstanceForgotten { Id: var id }:
                machines.Remove(id);
                break;
            case ClusterEvent.TaskPlaced { Task: var task }:
                Enter(task);
                break;
            case ClusterEvent.TaskStopRequested { Id: var id, Status: EcsTaskStatus.Stopped }:
                Leave(id);
                break;
            case ClusterEvent.TaskAdvanced { Id: var id, Status: EcsTaskStatus.Stopped }:
                Leave(id);
                break;
            case ClusterEvent.TaskReported { Id: var id, Status: EcsTaskStatus.Stopped }:
                Leave(id);
                break;
        }
    }

    /// <summary>Where the ledger and a state differ; null when they agree.</summary>
    public string? DiffersFrom(ClusterState state)
    {
        var held = state.Tasks.Values.Where(task => task.Phase != TaskPhase.Stopped && task.ContainerInstanceId.Length > 0).ToList();
        return held.Count != holders.Count ? $"{held.Count} tasks hold something, by the facts {holders.Count}"
            : held.FirstOrDefault(task => holders.GetValueOrDefault(task.Id)?.ContainerInstanceId != task.ContainerInstanceId) is { } elsewhere ? $"task {elsewhere.Id} is not where the facts put it"
            : state.ContainerInstances.Values.FirstOrDefault(instance => machines.GetValueOrDefault(instance.Id)?.Instance is not { } known || known.Status != instance.Status || known.AgentConnected != instance.AgentConnected) is { } other ? $"instance {other.Id} is not what the facts made it"
            : null;
    }

    private void Enter(EcsTask task)
    {
        holders[task.Id] = task;
        if (machines.TryGetValue(task.ContainerInstanceId, out var machine))
        {
            machine.Take(task.Demand, task.Group, 1);
            var zone = (task.Group, machine.Instance.AvailabilityZone ?? "");
            zones[zone] = zones.GetValueOrDefault(zone) + 1;
        }
    }

    private void Leave(string id)
    {
        if (holders.Remove(id, out var task) && machines.TryGetValue(task.ContainerInstanceId, out var machine))
        {
            machine.Take(task.Demand, task.Group, -1);
            zones[(task.Group, machine.Instance.AvailabilityZone ?? "")]--;
        }
    }

    private void Change(string id, Func<ContainerInstance, ContainerInstance> change)
    {
        if (machines.TryGetValue(id, out var machine))
        {
            machine.Instance = change(machine.Instance);
        }
    }
}
