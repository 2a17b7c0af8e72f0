namespace Berth.Agent;

/// <summary>What the containers use: one sample each a publication, told as the difference from the one before.</summary>
internal sealed class ContainerStatistics(ContainerSamples samples, int cpuUnits)
{
    private const double UnitsPerCore = 1024;
    private const double NanosecondsPerSecond = 1e9;
    private static readonly TimeSpan ShortestForRate = TimeSpan.FromSeconds(1);

    private volatile Dictionary<string, Measured> last = [];

    /// <summary>A sample, and what passed through the network each second since the one before it.</summary>
    private sealed record Measured(ContainerSample Sample, NetworkRate? Rate);

    /// <summary>Samples the running containers of all tasks. One caller at a time.</summary>
    public async Task<IReadOnlyList<TaskMetric>> SampleAsync(IReadOnlyList<TaskState> tasks, CancellationToken cancellationToken)
    {
        var (before, now) = (last, await samples.TakeAsync(tasks, cancellationToken).ConfigureAwait(false));
        last = now.ToDictionary(sample => sample.Key, sample => new Measured(sample.Value, Rate(before.GetValueOrDefault(sample.Key)?.Sample, sample.Value)), StringComparer.Ordinal);
        return [.. tasks
            .Select(task => new TaskMetric(task.Arn, task.Spec.Family, task.Spec.Version,
                [.. task.Containers
                    .Where(container => container.DockerId is not null && last.ContainsKey(container.DockerId))
                    .Select(container => Metric(container, last[container.DockerId!], before.GetValueOrDefault(container.DockerId!)?.Sample))]))    // Filtered just before.
            .Where(task => task.ContainerMetrics.Count > 0)];
    }

    /// <summary>How fast data passes through a container's network until now; null until it has been sampled. From any thread.</summary>
    /// <param name="containerId">The container's id.</param>
    /// <param name="passed">Its share of what has passed.</param>
    /// <param name="at">Until when.</param>
    public NetworkRate? RateUntil(string containerId, NetworkCounters passed, DateTimeOffset at) =>
        last.GetValueOrDefault(containerId) is not { Sample: { Network: { } before } sample } measured ? null
        : at - sample.At >= ShortestForRate ? NetworkRate.Between(before, sample.At, passed, at)
        : measured.Rate;

    private static NetworkRate? Rate(ContainerSample? before, ContainerSample now) =>
        before?.Network is { } then && now.Network is { } passed ? NetworkRate.Between(then, before.At, passed, now.At) : null;

    private ContainerMetric Metric(ContainerState container, Measured measured, ContainerSample? before)
    {
        var now = measured.Sample;
        var seconds = before is null ? 0 : (now.At - before.At).TotalSeconds;
        return new ContainerMetric
        {
            ContainerName = container.Name,
            ContainerArn = container.Spec.ContainerArn,
            RestartStatsSet = container.Spec.RestartPolicy is { Enabled: true } ? new(container.RestartCount) : null,
            CpuStatsSet = seconds > 0 ? One(CpuPercent(now, before!, seconds)) : null, // There is one where time has passed.
            MemoryStatsSet = now.MemoryBytes is { } memory ? One(memory >> 20) : null,
            NetworkStatsSet = now.Network is { } passed ? Network(passed, measured.Rate) : null,
            StorageStatsSet = now.Block is { } block ? new StorageStatsSet(Counter(block.Read), Counter(block.Written)) : null,
        };
    }

    /// <summary>Of the whole instance: all the CPU units it registered are 100.</summary>
    private double CpuPercent(ContainerSample now, ContainerSample before, double seconds)
    {
        var used = now.CpuNanoseconds - (double)before.CpuNanoseconds;
        return Math.Max(0, used / NanosecondsPerSecond / seconds * UnitsPerCore / cpuUnits * 100);
    }

    private static NetworkStatsSet Network(NetworkCounters passed, NetworkRate? rate) => new()
    {
        RxBytes = Counter(passed.RxBytes),
        RxPackets = Counter(passed.RxPackets),
        RxErrors = Counter(passed.RxErrors),
        RxDropped = Counter(passed.RxDropped),
        TxBytes = Counter(passed.TxBytes),
        TxPackets = Counter(passed.TxPackets),
        TxErrors = Counter(passed.TxErrors),
        TxDropped = Counter(passed.TxDropped),
        RxBytesPerSecond = rate is { } received ? One(received.RxBytesPerSecond) : null,
        TxBytesPerSecond = rate is { } sent ? One(sent.TxBytesPerSecond) : null,
    };

    private static DoubleStatsSet One(double value) => new(value, value, 1, value);

    private static LongStatsSet One(long value) => new(value, value, 1, value);

    private static CounterStatsSet Counter(long value) => new(value, value, 1, value);
}
