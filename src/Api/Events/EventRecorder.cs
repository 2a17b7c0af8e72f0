using System.Buffers;
using System.Threading.Channels;
using Berth.Domain;
using Berth.Engine;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Api;

/// <summary>
/// Turns committed facts of clusters into state change events, on a loop of its own. What it has no room for, or what
/// was committed before a crash and is not in the store, it reads again from the journal; a commit never waits for it.
/// </summary>
internal sealed partial class EventRecorder(
    IJournal journal,
    StreamDefinition<ClusterAggregate, ClusterState, ClusterEvent> definition,
    EventStore store,
    EventsOptions options,
    TimeProvider clock,
    ILogger<EventRecorder> logger)
    : BackgroundService, ICommitObserver<ClusterState, ClusterEvent>
{
    /// <summary>Facts that are turned into events before these are written: what is in memory while catching up.</summary>
    private const int PortionFacts = 256;

    /// <summary>The position of a stream whose past nobody asked for.</summary>
    private const long FromNow = -1;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ExpireEvery = TimeSpan.FromHours(1);

    private readonly Channel<Work> queue = Channel.CreateUnbounded<Work>();     // Bounded by queuedFacts.
    private readonly Lock gate = new();
    private readonly HashSet<StreamId> missed = [];                             // Under the gate.
    private int queuedFacts;

    // The loop's.
    private readonly Dictionary<string, Follower> followers = new(StringComparer.Ordinal);
    private readonly ArrayBufferWriter<byte> lines = new();
    private bool unsaved;

    /// <inheritdoc/>
    public void OnCommitted(Commit<ClusterState, ClusterEvent> commit)
    {
        var facts = commit.Facts.Count;
        if (Interlocked.Add(ref queuedFacts, facts) <= options.MostQueuedFacts || facts == 0)
        {
            queue.Writer.TryWrite(new Committed(commit));
            return;
        }

        Interlocked.Add(ref queuedFacts, -facts);
        Miss(commit.Stream);
    }

    /// <summary>Removes an account's events, those included whose facts are committed by now.</summary>
    public async Task ResetAsync(string account, CancellationToken cancellationToken)
    {
        var reset = new Reset(account);
        queue.Writer.TryWrite(reset);
        await reset.Done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var (stream, seq) in store.Positions)
        {
            FollowerOf(StreamId.Parse(stream)).Stand(seq, null);
        }

        foreach (var (stream, last) in store.Beyond)
        {
            // The crash may have come between two events of one fact: it is looked at again, and what is there left out.
            var follower = FollowerOf(StreamId.Parse(stream));
            follower.Stand(Math.Max(follower.Seq, last.Seq - 1), null);
            follower.Stored = last;
        }

        if (store.IsNew)
        {
            foreach (var id in await journal.ListAsync("cluster/", cancellationToken).ConfigureAwait(false))
            {
                if (!store.Beyond.ContainsKey(id.Value))
                {
                    FollowerOf(id).Stand(FromNow, null);
                }
            }

            Save();
        }

        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var savedAt = clock.GetTimestamp();
        var expiredAt = savedAt;
        try
        {
            while (true)
            {
                if (queue.Reader.TryRead(out var work))
                {
                    await DoAsync(work, stoppingToken).ConfigureAwait(false);
                }
                else
                {
                    await WaitAsync(stoppingToken).ConfigureAwait(false);
                }

                if (unsaved && clock.GetElapsedTime(savedAt) >= options.SaveEvery)
                {
                    TrySave();
                    savedAt = clock.GetTimestamp();
                }

                if (clock.GetElapsedTime(expiredAt) >= ExpireEvery)
                {
                    TryExpire();
                    expiredAt = clock.GetTimestamp();
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            TrySave();
        }
    }

    private async Task WaitAsync(CancellationToken stoppingToken)
    {
        using var brief = new CancellationTokenSource(unsaved ? options.SaveEvery : ExpireEvery, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(brief.Token, stoppingToken);
        try
        {
            await queue.Reader.WaitToReadAsync(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            // Time to save, or to expire.
        }
    }

    private async Task DoAsync(Work work, CancellationToken cancellationToken)
    {
        try
        {
            switch (work)
            {
                case Committed { Commit: var commit }:
                    Interlocked.Add(ref queuedFacts, -commit.Facts.Count);
                    await RecordAsync(commit, cancellationToken).ConfigureAwait(false);
                    break;
                case Reset reset:
                    await CatchUpMissedAsync(cancellationToken).ConfigureAwait(false);
                    await DropAsync(reset, cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    await CatchUpMissedAsync(cancellationToken).ConfigureAwait(false);
                    break;
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The position has not moved, so the facts are read again from the journal.
            LogFailed(failure);
            (work as Reset)?.Done.TrySetException(failure);
            await Task.Delay(RetryAfter, clock, cancellationToken).ConfigureAwait(false);
            if (work is Committed { Commit.Stream: var stream })
            {
                Miss(stream);
            }
        }
    }

    private async Task RecordAsync(Commit<ClusterState, ClusterEvent> commit, CancellationToken cancellationToken)
    {
        var follower = FollowerOf(commit.Stream);
        if (follower.Seq == FromNow || (commit.Seq < follower.Seq && commit.Facts.Count == 0))
        {
            // Its past is not asked for; or it was deleted and begun anew.
            follower.Stand(commit.Seq, commit.State);
            follower.Stored = default;
            unsaved = true;
            return;
        }

        var before = commit.Seq - commit.Facts.Count;
        if (follower.Seq < commit.Seq)
        {
            if (follower.State is not null && follower.Seq >= before && commit.Stored.Count == commit.Facts.Count)
            {
                for (var at = (int)(follower.Seq - before); at < commit.Facts.Count; at++)
                {
                    Derive(follower, commit.Stored[at], commit.Facts[at]);
                }

                Advance(follower);
            }
            else
            {
                await CatchUpAsync(follower, cancellationToken).ConfigureAwait(false);
                if (follower.Seq < commit.Seq)
                {
                    LogLost(commit.Stream.Value, follower.Seq + 1, commit.Seq);
                    follower.Stand(commit.Seq, commit.State);
                    unsaved = true;
                }
            }
        }

        if (follower.Seq == commit.Seq)
        {
            follower.State = commit.State;     // The engine's own, so that there is one in memory and not two.
        }
    }

    private async Task CatchUpMissedAsync(CancellationToken cancellationToken)
    {
        StreamId[] behind;
        lock (gate)
        {
            behind = [.. missed];
            missed.Clear();
        }

        foreach (var stream in behind)
        {
            try
            {
                if (FollowerOf(stream) is { Seq: not FromNow } follower)
                {
                    await CatchUpAsync(follower, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(failure);
                await Task.Delay(RetryAfter, clock, cancellationToken).ConfigureAwait(false);
                Miss(stream);
            }
        }
    }

    /// <summary>Derives what the journal has and the store has not.</summary>
    private async Task CatchUpAsync(Follower follower, CancellationToken cancellationToken)
    {
        if (follower.State is null)
        {
            var folded = await FoldAsync(follower, cancellationToken).ConfigureAwait(false);
            follower.Stand(follower.Seq, folded);
        }

        var (seq, state) = (follower.Seq, follower.State);
        try
        {
            var portion = 0;
            await foreach (var stored in journal.ReadAsync(follower.Id, follower.Seq, cancellationToken).ConfigureAwait(false))
            {
                Derive(follower, stored, definition.Codec.Decode(stored.Type, stored.Payload));
                if (++portion == PortionFacts)
                {
                    Advance(follower);
                    (seq, state, portion) = (follower.Seq, follower.State, 0);
                }
            }

            Advance(follower);
        }
        catch
        {
            lines.ResetWrittenCount();
            follower.Stand(seq, state);
            throw;
        }
    }

    /// <summary>The state at the follower's position. Where it cannot be had, the position moves to where it can.</summary>
    private async Task<ClusterState> FoldAsync(Follower follower, CancellationToken cancellationToken)
    {
        var snapshot = await journal.ReadSnapshotAsync(follower.Id, cancellationToken).ConfigureAwait(false);
        var (state, seq) = (definition.Create(follower.Id).State, 0L);
        if (snapshot is not null && snapshot.Seq <= follower.Seq)
        {
            (state, seq) = (definition.Codec.DecodeState(snapshot.Parts).WithIndex(), snapshot.Seq);
        }

        if (seq < follower.Seq && (snapshot is null || snapshot.Seq <= follower.Seq || follower.Seq <= options.MostFolded))
        {
            await foreach (var stored in journal.ReadAsync(follower.Id, seq, cancellationToken).ConfigureAwait(false))
            {
                if (stored.Seq != seq + 1 || seq == follower.Seq)
                {
                    break;
                }

                state = state.Apply(definition.Codec.Decode(stored.Type, stored.Payload), follower.Limits);
                seq = stored.Seq;
            }
        }

        if (seq == follower.Seq && (snapshot is null || seq > 0 || await BeginsAtOneAsync(follower.Id, cancellationToken).ConfigureAwait(false)))
        {
            return state;
        }

        follower.Stored = default;
        if (snapshot is null)
        {
            // The journal is shorter than the position: the stream was deleted and begun anew.
            follower.Stand(0, null);
            return definition.Create(follower.Id).State;
        }

        LogLost(follower.Id.Value, follower.Seq + 1, snapshot.Seq);
        follower.Stand(snapshot.Seq, null);
        return definition.Codec.DecodeState(snapshot.Parts).WithIndex();
    }

    private async Task<bool> BeginsAtOneAsync(StreamId stream, CancellationToken cancellationToken)
    {
        await foreach (var first in journal.ReadAsync(stream, 0, cancellationToken).ConfigureAwait(false))
        {
            return first.Seq == 1;
        }

        return false;
    }

    /// <summary>Applies one fact and writes its events to the lines that wait.</summary>
    private void Derive(Follower follower, JournalEvent stored, ClusterEvent fact)
    {
        var before = follower.State!;     // Folded before.
        var after = before.Apply(fact, follower.Limits);
        var index = 0;
        foreach (var envelope in EventsOf(follower, stored, fact, before, after))
        {
            if ((stored.Seq, index).CompareTo(follower.Stored) > 0)
            {
                StoredEvent.Write(lines, follower.Id, stored.Seq, index, envelope);
            }

            index++;
        }

        (follower.State, follower.Derived) = (after, stored.Seq);
    }

    private List<StateChangeEvent> EventsOf(Follower follower, JournalEvent stored, ClusterEvent fact, ClusterState before, ClusterState after)
    {
        try
        {
            return StateChanges.Of(follower.Id, stored.Seq, stored.At, fact, before, after);
        }
        catch (Exception defect) when (defect is not OutOfMemoryException)
        {
            LogDefect(follower.Id.Value, stored.Seq, defect);     // One fact must not keep all that come after it from being told.
            return [];
        }
    }

    /// <summary>Puts the lines into the store and moves the position behind them.</summary>
    private void Advance(Follower follower)
    {
        if (follower.Derived <= follower.Seq)
        {
            return;
        }

        try
        {
            if (lines.WrittenCount > 0)
            {
                store.Append(follower.Id.Account, lines.WrittenSpan);
            }

            follower.Seq = follower.Derived;
            unsaved = true;
        }
        catch
        {
            follower.Stand(follower.Seq, null);     // The state has run ahead.
            throw;
        }
        finally
        {
            lines.ResetWrittenCount();
        }
    }

    private async Task DropAsync(Reset reset, CancellationToken cancellationToken)
    {
        store.Delete(reset.Account);
        foreach (var follower in followers.Values.Where(follower => follower.Id.Account == reset.Account).ToList())
        {
            if (!await journal.ExistsAsync(follower.Id, cancellationToken).ConfigureAwait(false))
            {
                followers.Remove(follower.Id.Value);
            }
        }

        Save();
        reset.Done.TrySetResult();
    }

    private Follower FollowerOf(StreamId stream)
    {
        if (!followers.TryGetValue(stream.Value, out var follower))
        {
            followers.Add(stream.Value, follower = new(stream, definition.Create(stream).Limits));
        }

        return follower;
    }

    private void Miss(StreamId stream)
    {
        lock (gate)
        {
            if (missed.Add(stream))
            {
                queue.Writer.TryWrite(new Wake());
            }
        }
    }

    private void TrySave()
    {
        try
        {
            Save();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogFailed(failure);     // Later; until then a crash makes more be derived again.
        }
    }

    private void TryExpire()
    {
        try
        {
            store.Expire();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogFailed(failure);
        }
    }

    private void Save()
    {
        store.Save(followers.ToDictionary(entry => entry.Key, entry => entry.Value.Seq));
        unsaved = false;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "State change events could not be kept; they are derived again from the journal")]
    private partial void LogFailed(Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The state of {Stream} before {From} is in the journal no more: state change events of {From} to {To} are left out")]
    private partial void LogLost(string stream, long from, long to);

    [LoggerMessage(Level = LogLevel.Error, Message = "The state change events of {Stream} at {Seq} are left out by a defect of ours")]
    private partial void LogDefect(string stream, long seq, Exception defect);

    private abstract record Work;

    private sealed record Committed(Commit<ClusterState, ClusterEvent> Commit) : Work;

    private sealed record Wake : Work;

    private sealed record Reset(string Account) : Work
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>How far a stream has been turned into events.</summary>
    private sealed class Follower(StreamId id, ClusterLimits limits)
    {
        public StreamId Id { get; } = id;

        public ClusterLimits Limits { get; } = limits;

        /// <summary>The last sequence number whose events are in the store.</summary>
        public long Seq { get; set; }

        /// <summary>The last sequence number whose events are at least in the lines that wait.</summary>
        public long Derived { get; set; }

        /// <summary>The state at <see cref="Derived"/>; null until it is needed.</summary>
        public ClusterState? State { get; set; }

        /// <summary>The last event that was in the store already when it was opened.</summary>
        public (long Seq, int Index) Stored { get; set; }

        /// <summary>Nothing waits to be written.</summary>
        public void Stand(long seq, ClusterState? state) => (Seq, Derived, State) = (seq, seq, state);
    }
}

/// <summary>Removes the account's state change events.</summary>
internal sealed class EventsReset(EventRecorder recorder) : IAccountReset
{
    public async ValueTask ResetAsync(string accountId, CancellationToken cancellationToken) =>
        await recorder.ResetAsync(accountId, cancellationToken).ConfigureAwait(false);
}
