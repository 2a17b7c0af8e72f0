namespace Berth.Engine.Tests;

/// <summary>A journal whose appends wait at a gate, so that a test can look at what happens meanwhile.</summary>
internal sealed class GatedJournal(IJournal inner) : IJournal
{
    private readonly Lock gate = new();
    private readonly List<int> appends = [];
    private TaskCompletionSource open = Completed();
    private readonly TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How many events each append held.</summary>
    public IReadOnlyList<int> Appends
    {
        get
        {
            lock (gate)
            {
                return [.. appends];
            }
        }
    }

    public void Close() => open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Open() => open.TrySetResult();

    public Task WaitForAppendAsync() => arrived.Task;

    public async ValueTask AppendAsync(StreamId stream, long epoch, IReadOnlyList<JournalEvent> events, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            appends.Add(events.Count);
        }

        arrived.TrySetResult();
        await open.Task.WaitAsync(cancellationToken);
        await inner.AppendAsync(stream, epoch, events, cancellationToken);
    }

    public ValueTask<long> ClaimAsync(StreamId stream, CancellationToken cancellationToken) => inner.ClaimAsync(stream, cancellationToken);

    public IAsyncEnumerable<JournalEvent> ReadAsync(StreamId stream, long afterSeq, CancellationToken cancellationToken) => inner.ReadAsync(stream, afterSeq, cancellationToken);

    public ValueTask<JournalSnapshot?> ReadSnapshotAsync(StreamId stream, CancellationToken cancellationToken) => inner.ReadSnapshotAsync(stream, cancellationToken);

    public ValueTask WriteSnapshotAsync(StreamId stream, long seq, IEnumerable<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken) => inner.WriteSnapshotAsync(stream, seq, parts, cancellationToken);

    public ValueTask<IReadOnlyList<StreamId>> ListAsync(string prefix, CancellationToken cancellationToken) => inner.ListAsync(prefix, cancellationToken);

    public ValueTask<bool> ExistsAsync(StreamId stream, CancellationToken cancellationToken) => inner.ExistsAsync(stream, cancellationToken);

    public ValueTask DeleteAsync(StreamId stream, CancellationToken cancellationToken) => inner.DeleteAsync(stream, cancellationToken);

    public ValueTask<long> CutAsync(StreamId stream, DateTimeOffset before, CancellationToken cancellationToken) => inner.CutAsync(stream, before, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private static TaskCompletionSource Completed()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }
}
