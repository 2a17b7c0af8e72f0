namespace Berth.Agent;

/// <summary>What a container has used until a moment.</summary>
/// <param name="At">The moment.</param>
/// <param name="CpuNanoseconds">CPU time of all its processes, on all cores together.</param>
/// <param name="MemoryBytes">What it occupies now, without the files it has in cache; null where that is not counted.</param>
/// <param name="Block">Bytes read from and written to block devices; null where that is not counted.</param>
/// <param name="Network">What passed through its network's devices; null where it has none but loopback.</param>
internal sealed record ContainerSample(DateTimeOffset At, ulong CpuNanoseconds, long? MemoryBytes, BlockBytes? Block, NetworkCounters? Network)
{
    /// <summary>Null where the engine tells nothing, for the container does not run.</summary>
    public static ContainerSample? Of(DockerStats stats) => stats.Read.Year <= 1 ? null : new(
        stats.Read,
        stats.Cpu?.Usage?.TotalNanoseconds ?? 0,
        stats.Memory is { } memory ? Math.Max(0, memory.Usage - (memory.Detail?.Cache ?? memory.Detail?.InactiveFile ?? 0)) : null,
        stats.Block?.Bytes is { } bytes ? new(Sum(bytes, "read"), Sum(bytes, "write")) : null,
        stats.Networks is { Count: > 0 } devices ? devices.Values.Aggregate(default(NetworkCounters), (sum, device) => sum + NetworkCounters.Of(device)) : null);

    private static long Sum(IReadOnlyList<DockerBlockEntry> entries, string operation) =>
        entries.Where(entry => operation.Equals(entry.Operation, StringComparison.OrdinalIgnoreCase)).Sum(entry => entry.Value);
}

/// <summary>Bytes read from and written to block devices.</summary>
internal readonly record struct BlockBytes(long Read, long Written);
