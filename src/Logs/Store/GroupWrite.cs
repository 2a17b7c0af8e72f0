namespace Berth.Logs;

/// <summary>One change to a group, waiting for the group's writer. Done when it is on the disk and visible to readers.</summary>
internal abstract class GroupWrite
{
    /// <summary>What a write counts beside its content towards the bytes that may wait.</summary>
    private const int OverheadBytes = 1024;

    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private GroupWrite()
    {
    }

    public Task Done => done.Task;

    public virtual int Bytes => OverheadBytes;

    public void Complete() => done.TrySetResult();

    public void Fail(Exception reason) => done.TrySetException(reason);

    public sealed class CreateStream(string name, long at) : GroupWrite
    {
        public string Name { get; } = name;

        public long At { get; } = at;
    }

    public sealed class DeleteStream(string name) : GroupWrite
    {
        public string Name { get; } = name;
    }

    /// <summary>Appends events of one stream; their sequences begin at 0 until the writer gives them their place.</summary>
    public sealed class Append(LogStream stream, BlockBuilder events) : GroupWrite
    {
        public LogStream Stream { get; } = stream;

        public BlockBuilder Events { get; } = events;

        public override int Bytes => OverheadBytes + Events.Length;
    }

    /// <summary>Begins a new log, so that the present one can be sealed.</summary>
    public sealed class Roll : GroupWrite;
}

/// <summary>The bytes that may wait for the disk, over all groups: beyond it callers are told to slow down.</summary>
internal sealed class WriteAllowance(long mostBytes)
{
    private long taken;

    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref taken, bytes) <= mostBytes)
        {
            return true;
        }

        Return(bytes);
        return false;
    }

    public void Return(int bytes) => Interlocked.Add(ref taken, -bytes);
}
