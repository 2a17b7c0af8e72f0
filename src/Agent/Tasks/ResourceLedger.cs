using System.Text.Json.Nodes;

namespace Berth.Agent;

/// <summary>What a task takes of its instance.</summary>
/// <param name="CpuUnits">1024 a core.</param>
/// <param name="MemoryMiB">In MiB.</param>
/// <param name="Ports">Host ports, such as <c>80/tcp</c>.</param>
internal sealed record ResourceShare(int CpuUnits, long MemoryMiB, IReadOnlyList<string> Ports)
{
    public static ResourceShare Of(TaskSpec task) => new(
        task.Cpu is > 0 and var cpus ? (int)(cpus * 1024) : task.Containers.Sum(container => container.Cpu),
        task.Memory is > 0 and var memory ? memory : task.Containers.Sum(MemoryMiBOf),
        // In a network of its own a task has all ports to itself.
        task.NetworkMode == "awsvpc" ? [] : [.. task.Containers.SelectMany(container => container.PortMappings ?? [])
            .Where(mapping => mapping.HostPort > 0)
            .Select(mapping => $"{mapping.HostPort}/{(mapping.Protocol is "udp" ? "udp" : "tcp")}")
            .Distinct(StringComparer.Ordinal)]);

    private static long MemoryMiBOf(ContainerSpec container) =>
        CreateRequest.HostConfigOf(container)?["MemoryReservation"] is JsonValue value && value.TryGetValue<long>(out var bytes) && bytes > 0
            ? bytes >> 20
            : container.Memory;
}

/// <summary>The instance's account of CPU, memory and host ports. A task that does not fit waits, first come first served.</summary>
internal sealed class ResourceLedger(int cpuUnits, long memoryMiB, IEnumerable<int> reservedPorts)
{
    private readonly Lock gate = new();
    private readonly HashSet<string> ports = [.. reservedPorts.Select(port => $"{port}/tcp")];
    private readonly Dictionary<string, ResourceShare> held = [];
    private readonly LinkedList<Waiter> waiting = [];
    private long cpuLeft = cpuUnits;
    private long memoryLeft = memoryMiB;

    private sealed record Waiter(string Task, ResourceShare Share, Action Admitted);

    /// <summary>Takes a task's share, at once or when it is its turn; <paramref name="admitted"/> is called then, not under a lock.</summary>
    /// <param name="task">The task.</param>
    /// <param name="share">What it takes.</param>
    /// <param name="regardless">Takes it even if it does not fit: for tasks that already run.</param>
    /// <param name="admitted">Told that the share is taken.</param>
    public void Request(string task, ResourceShare share, bool regardless, Action admitted)
    {
        lock (gate)
        {
            if (held.ContainsKey(task))
            {
                return;
            }

            if (!regardless && (waiting.Count > 0 || !Fits(share)))
            {
                waiting.AddLast(new Waiter(task, share, admitted));
                return;
            }

            Take(task, share);
        }

        admitted();
    }

    /// <summary>Gives a share back, or leaves the queue, and admits those who now fit.</summary>
    public void Release(string task)
    {
        List<Action> admitted = [];
        lock (gate)
        {
            if (held.Remove(task, out var share))
            {
                cpuLeft += share.CpuUnits;
                memoryLeft += share.MemoryMiB;
                ports.ExceptWith(share.Ports);
            }
            else if (waiting.FirstOrDefault(waiter => waiter.Task == task) is { } gone)
            {
                waiting.Remove(gone);
            }

            while (waiting.First is { } first && Fits(first.Value.Share))
            {
                waiting.RemoveFirst();
                Take(first.Value.Task, first.Value.Share);
                admitted.Add(first.Value.Admitted);
            }
        }

        admitted.ForEach(call => call());
    }

    private bool Fits(ResourceShare share) => share.CpuUnits <= cpuLeft && share.MemoryMiB <= memoryLeft && !share.Ports.Any(ports.Contains);

    private void Take(string task, ResourceShare share)
    {
        held.Add(task, share);
        cpuLeft -= share.CpuUnits;
        memoryLeft -= share.MemoryMiB;
        ports.UnionWith(share.Ports);
    }
}
