using Berth.Engine;

namespace Berth.Simulation;

/// <summary>What goes wrong with one append.</summary>
public enum AppendFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It fails, and nothing of it was kept.</summary>
    Before,

    /// <summary>It fails although all of it was kept: the caller cannot tell.</summary>
    After,

    /// <summary>It never returns, and nothing of it was kept: the process is about to die.</summary>
    HangBefore,

    /// <summary>It never returns although all of it was kept.</summary>
    HangAfter,
}

/// <summary>A journal in memory, with the fencing of a real one, whose appends fail when told to.</summary>
/// <param name="fault">Asked before every append.</param>
public sealed class SimulatedJournal(Func<AppendFault> fault) : IJournal
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, Stored> streams = new(StringComparer.Ordinal);
    private TaskCompletionSource hangs = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when an append hangs; each time another task.</summary>
    public Task Hangs
    {
        get
        {
            lock (gate)
            {
                return hangs.Task;
            }
        }
    }

    /// <summary>The number of a stream's last fact; 0 when it has none.</summary>
    public long LastSeq(StreamId stream)
    {
        lock (gate)
        {
            return Of(stream).LastSeq;
        }
    }

    /// <summary>Grows with everything that was kept, and tells two stories apart.</summary>
    public ulong Fingerprint { get; private set; } = 14_695_981_039_346_656_037;

    /// <summary>Facts kept so far.</summary>
    public long Kept { get; private set; }

    /// <inheritdoc/>
    public ValueTask<long> ClaimAsync(StreamId stream, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return new(++Of(stream).Epoch);
        }
    }

    /// <inheritdoc/>
    public async ValueTask AppendAsync(StreamId stream, long epoch, IReadOnlyList<JournalEvent> events, CancellationToken cancellationToken)
    {
        AppendFault wrong;
        lock (gate)
        {
            var stored = Of(stream);
            if (stored.Epoch != epoch)
            {
                throw new JournalConflictException(stream.Value, $"epoch {epoch} is not the newest");
            }

            if (events[0].Seq != stored.LastSeq + 1)
            {
                throw new JournalConflictException(stream.Value, $"event {events[0].Seq} does not follow {stored.LastSeq}");
            }

            wrong = fault();
            if (wrong is AppendFault.None or AppendFault.After or AppendFault.HangAfter)
            {
                stored.Events.AddRange(events);
                Kept += events.Count;
                foreach (var kept in events)
                {
                    Mark(kept.Type);
                    Mark(kept.Payload);
                }
            }
        }

        switch (wrong)
        {
            case AppendFault.None:
                return;
            case AppendFault.HangBefore or AppendFault.HangAfter:
                Hang();
                await new TaskCompletionSource().Task.WaitAsync(cancellationToken).ConfigureAwait(false);
                return;
            default:
                throw new JournalUnavailableException($"Simulated: fault {wrong} the commit.");
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<JournalEvent> ReadAsync(StreamId stream, long afterSeq, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<JournalEvent> events;
        lock (gate)
        {
            events = [.. Of(stream).Events.Where(stored => stored.Seq > afterSeq)];
        }

        foreach (var stored in events)
        {
            yield return stored;
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<JournalSnapshot?> ReadSnapshotAsync(StreamId stream, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return new(Of(stream).Snapshot);
        }
    }

    /// <inheritdoc/>
    public ValueTask WriteSnapshotAsync(StreamId stream, long seq, IEnumerable<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken)
    {
        var snapshot = new JournalSnapshot(seq, [.. parts]);
        lock (gate)
        {
            Of(stream).Snapshot = snapshot;
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StreamId>> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return new([.. streams.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Select(StreamId.Parse)]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> ExistsAsync(StreamId stream, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return new(Of(stream) is { LastSeq: > 0 });
        }
    }

    /// <inheritdoc/>
    public ValueTask DeleteAsync(StreamId stream, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            streams.Remove(stream.Value);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<long> CutAsync(StreamId stream, DateTimeOffset before, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            var stored = Of(stream);
            return new(stored.Events.RemoveAll(entry => entry.Seq <= (stored.Snapshot?.Seq ?? 0) && entry.At < before));
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Hang()
    {
        TaskCompletionSource told;
        lock (gate)
        {
            told = hangs;
            hangs = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        told.SetResult();
    }

    // FNV-1a: the same in every process.
    private void Mark(string text)
    {
        foreach (var character in text)
        {
            Fingerprint = (Fingerprint ^ character) * 1_099_511_628_211;
        }
    }

    private Stored Of(StreamId stream)
    {
        if (!streams.TryGetValue(stream.Value, out var stored))
        {
            streams.Add(stream.Value, stored = new());
        }

        return stored;
    }

    private sealed class Stored
    {
        public long Epoch { get; set; }

        public List<JournalEvent> Events { get; } = [];

        public JournalSnapshot? Snapshot { get; set; }

        public long LastSeq => Events.Count > 0 ? Events[^1].Seq : Snapshot?.Seq ?? 0;
    }
}
