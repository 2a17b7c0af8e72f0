namespace Berth.Agent;

// The messages of the TCS socket.

internal sealed record PublishMetricsRequest(MetricsMetadata Metadata, IReadOnlyList<TaskMetric>? TaskMetrics, DateTimeOffset Timestamp);

internal sealed record MetricsMetadata
{
    public required string Cluster { get; init; }

    public required string ContainerInstance { get; init; }

    public required string MessageId { get; init; }

    public bool? Idle { get; init; }

    public bool Fin { get; init; }
}

internal sealed record TaskMetric(string TaskArn, string? TaskDefinitionFamily, string? TaskDefinitionVersion, IReadOnlyList<ContainerMetric> ContainerMetrics);

internal sealed record ContainerMetric
{
    public required string ContainerName { get; init; }

    public string? ContainerArn { get; init; }

    public DoubleStatsSet? CpuStatsSet { get; init; }

    public LongStatsSet? MemoryStatsSet { get; init; }

    public NetworkStatsSet? NetworkStatsSet { get; init; }

    public StorageStatsSet? StorageStatsSet { get; init; }

    /// <summary>Of containers with a restart policy.</summary>
    public RestartStatsSet? RestartStatsSet { get; init; }
}

internal sealed record RestartStatsSet(int RestartCount);

internal sealed record DoubleStatsSet(double Min, double Max, int SampleCount, double Sum);

internal sealed record LongStatsSet(long Min, long Max, int SampleCount, long Sum);

internal sealed record CounterStatsSet(long Min, long Max, int SampleCount, long Sum)
{
    public long OverflowMin { get; init; }

    public long OverflowMax { get; init; }

    public long OverflowSum { get; init; }
}

internal sealed record NetworkStatsSet
{
    public CounterStatsSet? RxBytes { get; init; }

    public CounterStatsSet? RxPackets { get; init; }

    public CounterStatsSet? RxErrors { get; init; }

    public CounterStatsSet? RxDropped { get; init; }

    public CounterStatsSet? TxBytes { get; init; }

    public CounterStatsSet? TxPackets { get; init; }

    public CounterStatsSet? TxErrors { get; init; }

    public CounterStatsSet? TxDropped { get; init; }

    public DoubleStatsSet? RxBytesPerSecond { get; init; }

    public DoubleStatsSet? TxBytesPerSecond { get; init; }
}

internal sealed record StorageStatsSet(CounterStatsSet ReadSizeBytes, CounterStatsSet WriteSizeBytes);

internal sealed record PublishHealthRequest(MetricsMetadata Metadata, IReadOnlyList<TaskHealth> Tasks, DateTimeOffset Timestamp);

internal sealed record TaskHealth(string TaskArn, string? TaskDefinitionFamily, string? TaskDefinitionVersion, IReadOnlyList<ContainerHealthMetric> Containers);

internal sealed record ContainerHealthMetric(string ContainerName, string HealthStatus, DateTimeOffset StatusSince);

internal sealed record PublishInstanceStatusRequest(InstanceStatusMetadata Metadata, IReadOnlyList<InstanceStatus> Statuses, DateTimeOffset Timestamp);

internal sealed record InstanceStatusMetadata(string Cluster, string ContainerInstance, string RequestId);

internal sealed record InstanceStatus(string Type, string Status, DateTimeOffset LastUpdated, DateTimeOffset LastStatusChange);
