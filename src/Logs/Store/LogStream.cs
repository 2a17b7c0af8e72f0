namespace Berth.Logs;

/// <summary>One stream of a group: its names and the times of its events. The times are written by the group's writer only.</summary>
internal sealed class LogStream(int id, string name, long createdAt)
{
    private long firstTimestamp = long.MaxValue;
    private long lastTimestamp = long.MinValue;
    private long lastIngestion;

    /// <summary>Unique in the group and never given again.</summary>
    public int Id { get; } = id;

    public string Name { get; } = name;

    public long CreatedAt { get; } = createdAt;

    public bool HasEvents => Volatile.Read(ref lastIngestion) != 0;

    public long? FirstTimestamp => HasEvents ? Volatile.Read(ref firstTimestamp) : null;

    public long? LastTimestamp => HasEvents ? Volatile.Read(ref lastTimestamp) : null;

    public long? LastIngestion => HasEvents ? Volatile.Read(ref lastIngestion) : null;

    public void Note(Block block)
    {
        Volatile.Write(ref firstTimestamp, Math.Min(firstTimestamp, block.FirstTimestamp));
        Volatile.Write(ref lastTimestamp, Math.Max(lastTimestamp, block.LastTimestamp));
        Volatile.Write(ref lastIngestion, Math.Max(lastIngestion, block.LastIngestion));
    }
}
