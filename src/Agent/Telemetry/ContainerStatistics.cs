using System.Collections.Concurrent;

namespace Berth.Agent;

/// <summary>What the containers use: one sample each a publication, told as the difference from the one before.</summary>
/// <remarks>
/// Docker's stats stream costs a goroutine and a wake-up each second for every container; a one-shot sample costs a
/// read of its control group.
/// </remarks>
internal sealed class ContainerStatistics(DockerEngine docker, int cpuUnits)
{
    private const int ParallelSamples = 4;
    private const double UnitsPerCore = 1024;
    private const double NanosecondsPerSecond = 1e9;

    private Dictionary<string, DockerStats> previous = new(StringComparer.Ordinal);

    /// <summary>Samples the running containers of all tasks. One caller at a time.</summary>
    public async Task<IReadOnlyList<TaskMetric>> SampleAsync(IReadOnlyList<TaskState> tasks, CancellationToken cancellationToken)
    {
        var samples = new ConcurrentDictionary<string, DockerStats>(StringComparer.Ordinal);
        var running = tasks.SelectMany(task => task.Containers).Where(container => container is { Known: ContainerStatus.Running, DockerId: not null });
        await Parallel.ForEachAsync(running, new ParallelOptions { MaxDegreeOfParallelism = ParallelSamples, CancellationToken = cancellationToken }, async (container, token) =>
        {
            try
            {
                samples[container.DockerId!] = await docker.StatsAsync(container.DockerId!, token).ConfigureAwait(false); // Filtered above.
            }
            catch (Exception unavailable) when (unavailable is DockerException or DockerUnreachableException)
            {
                // Ending just now, or Docker is away: no sample.
            }
        }).ConfigureAwait(false);

        var before = previous;
        previous = new Dictionary<string, DockerStats>(samples, StringComparer.Ordinal);
        return [.. tasks
            .Select(task => new TaskMetric(task.Arn, task.Spec.Family, task.Spec.Version,
                [.. task.Containers
                    .Where(container => container.DockerId is not null && samples.ContainsKey(container.DockerId))
                    .Select(container => Metric(container, samples[container.DockerId!], before.GetValueOrDefault(container.DockerId!)))]))
            .Where(task => task.ContainerMetrics.Count > 0)];
    }

    private ContainerMetric Metric(ContainerState container, DockerStats now, DockerStats? before)
    {
        var seconds = before is null ? 0 : (now.Read - before.Read).TotalSeconds;
        return new ContainerMetric
        {
            ContainerName = container.Name,
            ContainerArn = container.Spec.ContainerArn,
            RestartStatsSet = container.Spec.RestartPolicy is { Enabled: true } ? new(container.RestartCount) : null,
            CpuStatsSet = seconds > 0 ? One(CpuPercent(now, before!, seconds)) : null, // There is one where time has passed.
            MemoryStatsSet = now.Memory is { } memory ? One(MemoryMiB(memory)) : null,
            NetworkStatsSet = container.DockerNetworkMode == "host" || now.Networks is not { Count: > 0 } ? null : Network(now, before, seconds),
            StorageStatsSet = now.Block?.Bytes is { } bytes ? new StorageStatsSet(Counter(Sum(bytes, "read")), Counter(Sum(bytes, "write"))) : null,
        };
    }

    /// <summary>Of the whole instance: all the CPU units it registered are 100.</summary>
    private double CpuPercent(DockerStats now, DockerStats before, double seconds)
    {
        var used = (now.Cpu?.Usage?.TotalNanoseconds ?? 0) - (double)(before.Cpu?.Usage?.TotalNanoseconds ?? 0);
        return Math.Max(0, used / NanosecondsPerSecond / seconds * UnitsPerCore / cpuUnits * 100);
    }

    private static long MemoryMiB(DockerMemoryStats memory) =>
        Math.Max(0, memory.Usage - (memory.Detail?.Cache ?? memory.Detail?.InactiveFile ?? 0)) >> 20;

    private static NetworkStatsSet Network(DockerStats now, DockerStats? before, double seconds)
    {
        var devices = now.Networks!.Values; // The caller has looked.
        var received = devices.Sum(device => device.RxBytes);
        var sent = devices.Sum(device => device.TxBytes);
        var earlier = before?.Networks?.Values;
        return new NetworkStatsSet
        {
            RxBytes = Counter(received),
            RxPackets = Counter(devices.Sum(device => device.RxPackets)),
            RxErrors = Counter(devices.Sum(device => device.RxErrors)),
            RxDropped = Counter(devices.Sum(device => device.RxDropped)),
            TxBytes = Counter(sent),
            TxPackets = Counter(devices.Sum(device => device.TxPackets)),
            TxErrors = Counter(devices.Sum(device => device.TxErrors)),
            TxDropped = Counter(devices.Sum(device => device.TxDropped)),
            RxBytesPerSecond = seconds > 0 && earlier is not null ? One(Math.Max(0, (received - earlier.Sum(device => device.RxBytes)) / seconds)) : null,
            TxBytesPerSecond = seconds > 0 && earlier is not null ? One(Math.Max(0, (sent - earlier.Sum(device => device.TxBytes)) / seconds)) : null,
        };
    }

    private static long Sum(IReadOnlyList<DockerBlockEntry> entries, string operation) =>
        entries.Where(entry => operation.Equals(entry.Operation, StringComparison.OrdinalIgnoreCase)).Sum(entry => entry.Value);

    private static DoubleStatsSet One(double value) => new(value, value, 1, value);

    private static LongStatsSet One(long value) => new(value, value, 1, value);

    private static CounterStatsSet Counter(long value) => new(value, value, 1, value);
}
