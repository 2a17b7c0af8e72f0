namespace Berth.Agent;

/// <summary>What has passed through a network namespace's devices since they were made.</summary>
internal readonly record struct NetworkCounters(
    long RxBytes, long RxPackets, long RxErrors, long RxDropped, long TxBytes, long TxPackets, long TxErrors, long TxDropped)
{
    public static NetworkCounters Of(DockerNetworkStats device) => new(
        device.RxBytes, device.RxPackets, device.RxErrors, device.RxDropped, device.TxBytes, device.TxPackets, device.TxErrors, device.TxDropped);

    public DockerNetworkStats AsDevice() => new()
    {
        RxBytes = RxBytes,
        RxPackets = RxPackets,
        RxErrors = RxErrors,
        RxDropped = RxDropped,
        TxBytes = TxBytes,
        TxPackets = TxPackets,
        TxErrors = TxErrors,
        TxDropped = TxDropped,
    };

    public static NetworkCounters operator +(NetworkCounters one, NetworkCounters other) => Each(one, other, (a, b) => a + b);

    /// <summary>What was added since an earlier count; of a counter that has begun anew, nothing.</summary>
    public static NetworkCounters operator -(NetworkCounters now, NetworkCounters before) => Each(now, before, (a, b) => Math.Max(0, a - b));

    /// <summary>The share of one of so many, rounded down.</summary>
    public static NetworkCounters operator /(NetworkCounters all, int sharers) => Each(all, default, (a, _) => a / sharers);

    private static NetworkCounters Each(NetworkCounters one, NetworkCounters other, Func<long, long, long> combine) => new(
        combine(one.RxBytes, other.RxBytes),
        combine(one.RxPackets, other.RxPackets),
        combine(one.RxErrors, other.RxErrors),
        combine(one.RxDropped, other.RxDropped),
        combine(one.TxBytes, other.TxBytes),
        combine(one.TxPackets, other.TxPackets),
        combine(one.TxErrors, other.TxErrors),
        combine(one.TxDropped, other.TxDropped));
}

/// <summary>How fast data passes, in bytes a second.</summary>
internal readonly record struct NetworkRate(double RxBytesPerSecond, double TxBytesPerSecond)
{
    /// <summary>Null where no time has passed between the two counts.</summary>
    public static NetworkRate? Between(NetworkCounters before, DateTimeOffset beforeAt, NetworkCounters now, DateTimeOffset nowAt)
    {
        var (added, seconds) = (now - before, (nowAt - beforeAt).TotalSeconds);
        return seconds > 0 ? new(added.RxBytes / seconds, added.TxBytes / seconds) : null;
    }
}
