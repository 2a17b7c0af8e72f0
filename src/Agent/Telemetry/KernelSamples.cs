using System.Globalization;

namespace Berth.Agent;

/// <summary>Samples of containers of this machine, from what its kernel counts. One caller at a time.</summary>
/// <param name="clock">The time of samples.</param>
/// <param name="proc">Where <c>/proc</c> is.</param>
/// <param name="groups">Where control groups are: <c>/sys/fs/cgroup</c>.</param>
internal sealed class KernelSamples(TimeProvider clock, string proc, string groups)
{
    private const ulong NanosecondsPerMicrosecond = 1000;

    /// <summary>Which of them counts depends on the scheduler of the device: the first that lists one.</summary>
    private static readonly string[] BlockFiles =
        ["blkio.bfq.io_service_bytes_recursive", "blkio.io_service_bytes_recursive", "blkio.throttle.io_service_bytes_recursive", "blkio.throttle.io_service_bytes"];

    private readonly KernelFile file = new();

    /// <summary>Null where the engine's containers are not this machine's.</summary>
    /// <param name="dockerHost">Where the engine is asked.</param>
    /// <param name="clock">The time of samples.</param>
    public static KernelSamples? Find(string dockerHost, TimeProvider clock) =>
        OperatingSystem.IsLinux() && dockerHost.StartsWith("unix:", StringComparison.Ordinal) ? new(clock, "/proc", "/sys/fs/cgroup") : null;

    /// <summary>Samples a container.</summary>
    /// <param name="containerId">The container's id.</param>
    /// <param name="processId">Its first process, as this machine numbers it.</param>
    /// <param name="withNetwork">Whether its network is its own, or its task's.</param>
    /// <returns>Null where its files are not to be read: it has ended, or is in a place the agent cannot see.</returns>
    public ContainerSample? Take(string containerId, int processId, bool withNetwork)
    {
        if (processId <= 0)
        {
            return null;
        }

        try
        {
            // The number is looked at after what is read by it: while it is the container's, it was.
            var process = string.Create(CultureInfo.InvariantCulture, $"{proc}/{processId}");
            var network = withNetwork ? NetworkDevices.Read(file.Read($"{process}/net/dev")) : null;
            return ControlGroups.Of(file.Read($"{process}/cgroup"), containerId) is not { } own ? null
                : own.IsUnified ? Version2(own, network)
                : Version1(own, network);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>What has passed through a process's network; nothing where that cannot be seen.</summary>
    public static NetworkCounters PassedThrough(int processId)
    {
        try
        {
            return NetworkDevices.Read(new KernelFile().Read(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/net/dev"))) ?? default;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }

    private ContainerSample? Version1(ControlGroups own, NetworkCounters? network)
    {
        var (cpu, at) = (ControlGroupFigures.Number(file.Read($"{groups}{own.Cpu}/cpuacct.usage")), clock.GetUtcNow());
        var usage = ControlGroupFigures.Number(file.Read($"{groups}{own.Memory}/memory.usage_in_bytes"));
        var cache = ControlGroupFigures.Named(file.Read($"{groups}{own.Memory}/memory.stat"), "cache"u8);
        return cpu is null ? null : new(at, (ulong)cpu, Occupied(usage, cache), own.Block is null ? null : BlockOfVersion1(groups + own.Block), network);
    }

    private ContainerSample? Version2(ControlGroups own, NetworkCounters? network)
    {
        var (cpu, at) = (ControlGroupFigures.Named(file.Read($"{groups}{own.Cpu}/cpu.stat"), "usage_usec"u8), clock.GetUtcNow());
        var usage = ControlGroupFigures.Number(file.Read($"{groups}{own.Memory}/memory.current"));
        var inactive = ControlGroupFigures.Named(file.Read($"{groups}{own.Memory}/memory.stat"), "inactive_file"u8);
        var block = ControlGroupFigures.BlockOfVersion2(file.ReadIfThere($"{groups}{own.Block}/io.stat"));
        return cpu is null ? null : new(at, (ulong)cpu * NanosecondsPerMicrosecond, Occupied(usage, inactive), block, network);
    }

    private BlockBytes BlockOfVersion1(string group)
    {
        foreach (var name in BlockFiles)
        {
            if (ControlGroupFigures.BlockOfVersion1(file.ReadIfThere($"{group}/{name}")) is { } bytes)
            {
                return bytes;
            }
        }

        return default;
    }

    private static long? Occupied(long? usage, long? cached) => usage is null ? null : Math.Max(0, usage.Value - (cached ?? 0));
}
