using System.ComponentModel.DataAnnotations;

namespace Berth.Logs;

/// <summary>Where the log store keeps its files, and its bounds.</summary>
public sealed class LogsOptions
{
    /// <summary>The directory of the store, made when missing: <c>DATA/logs</c>. One process may have it open.</summary>
    [Required]
    public required string Directory { get; init; }

    /// <summary>How often retention and sealing are looked after.</summary>
    public TimeSpan MaintenanceInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The size at which a group's log is closed and rewritten as a sealed segment.</summary>
    [Range(1, int.MaxValue)]
    public long MostLogBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>The number of batches at which it is too: each takes some 80 bytes of memory until then.</summary>
    [Range(1, int.MaxValue)]
    public int MostLogBlocks { get; init; } = 65_536;

    /// <summary>The age at which the log of a group with a retention is too, so that its days can go one by one.</summary>
    public TimeSpan MostLogAge { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The files kept open.</summary>
    [Range(1, int.MaxValue)]
    public int MostOpenFiles { get; init; } = 256;

    /// <summary>The bytes of events that may wait for the disk before callers are throttled.</summary>
    [Range(1, int.MaxValue)]
    public long MostWaitingBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>The bytes of events a page may look through before it is answered, perhaps empty, with a token.</summary>
    [Range(1, int.MaxValue)]
    public long MostScannedBytes { get; init; } = 64 * 1024 * 1024;
}
