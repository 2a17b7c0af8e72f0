using Microsoft.Extensions.Logging;

namespace Berth.Engine;

/// <summary>Writes a stream's snapshots when they are due, one at a time and beside its writer: a state is immutable.</summary>
internal sealed partial class SnapshotKeeper<TState> : IAsyncDisposable
    where TState : class
{
    private readonly StreamId id;
    private readonly Func<TState, IEnumerable<ReadOnlyMemory<byte>>> encode;
    private readonly IJournal journal;
    private readonly StreamEngineOptions options;
    private readonly ILogger logger;
    private readonly ITimer quiet;
    private readonly CancellationTokenSource closing = new();
    private Durable? latest;
    private long snapshotSeq;
    private long snapshotBytes;
    private long charactersSince;
    private bool writing;

    /// <param name="id">The stream.</param>
    /// <param name="encode">Writes a state in parts.</param>
    /// <param name="journal">Keeps the snapshots.</param>
    /// <param name="clock">The time.</param>
    /// <param name="options">When they are due.</param>
    /// <param name="logger">Hears of those that could not be kept.</param>
    public SnapshotKeeper(
        StreamId id, Func<TState, IEnumerable<ReadOnlyMemory<byte>>> encode, IJournal journal, TimeProvider clock, StreamEngineOptions options, ILogger logger)
    {
        (this.id, this.encode, this.journal, this.options, this.logger) = (id, encode, journal, options, logger);
        quiet = clock.CreateTimer(_ => Write(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether one is being written.</summary>
    public bool IsWriting => Volatile.Read(ref writing);

    /// <summary>The stream was folded, from this snapshot and so much text after it.</summary>
    public void Restart((long Seq, long Bytes) snapshot, long characters)
    {
        Volatile.Write(ref latest, null);
        Interlocked.Exchange(ref snapshotSeq, snapshot.Seq);
        Interlocked.Exchange(ref snapshotBytes, snapshot.Bytes);
        Interlocked.Exchange(ref charactersSince, characters);
    }

    /// <summary>Facts are durable, of so much text; this is the state after them.</summary>
    public void Committed(TState state, long seq, long characters)
    {
        Volatile.Write(ref latest, new(state, seq));
        var since = Interlocked.Add(ref charactersSince, characters);
        if (seq - Interlocked.Read(ref snapshotSeq) < options.SnapshotEvery)
        {
            return;
        }

        if (since >= Interlocked.Read(ref snapshotBytes) / 2)
        {
            Write();
        }
        else
        {
            WriteWhenQuiet();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await quiet.DisposeAsync().ConfigureAwait(false);
        await closing.CancelAsync().ConfigureAwait(false);
    }

    private void WriteWhenQuiet() => quiet.Change(options.SnapshotWhenQuietFor, Timeout.InfiniteTimeSpan);

    private void Write()
    {
        if (Volatile.Read(ref latest) is not { } written || closing.IsCancellationRequested)
        {
            return;
        }

        if (Interlocked.Exchange(ref writing, true))
        {
            WriteWhenQuiet();    // What the one under way leaves is not forgotten.
            return;
        }

        Interlocked.Exchange(ref charactersSince, 0);
        _ = Task.Run(async () =>
        {
            try
            {
                var bytes = 0L;
                var parts = encode(written.State).Select(part =>
                {
                    bytes += part.Length;
                    return part;
                });
                await journal.WriteSnapshotAsync(id, written.Seq, parts, closing.Token).ConfigureAwait(false);
                Interlocked.Exchange(ref snapshotSeq, written.Seq);
                Interlocked.Exchange(ref snapshotBytes, bytes);
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                LogFailed(id.Value, failure);
            }
            finally
            {
                Interlocked.Exchange(ref writing, false);
            }
        });
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The snapshot of {Stream} could not be kept")]
    private partial void LogFailed(string stream, Exception failure);

    private sealed record Durable(TState State, long Seq);
}
