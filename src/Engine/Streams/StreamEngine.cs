using System.Threading.Channels;
using Berth.Domain;
using Microsoft.Extensions.Logging;

namespace Berth.Engine;

/// <summary>
/// Runs one stream: decides commands one after another in memory, gathers their facts while an append is in flight,
/// appends what was gathered as one batch, and only then releases the answers, reads and effects that depend on it.
/// </summary>
/// <remarks>
/// Two loops share the work: the deciding loop owns the aggregate, the committing loop owns the journal. When an append
/// fails, its outcome is unknown: everything that waits is failed, and the aggregate is folded again from the journal
/// under a new epoch. An append is never repeated blindly.
/// </remarks>
public sealed partial class StreamEngine<TAggregate, TState, TEvent> : IStream<TAggregate, TState>, IAsyncDisposable
    where TAggregate : Aggregate<TState, TEvent>
    where TState : class
    where TEvent : class
{
    // While commands wait, the aggregate reacts to several of them together. Nobody's answer depends on its reactions.
    private const int MostUnsettled = 64;

    private readonly StreamDefinition<TAggregate, TState, TEvent> definition;
    private readonly IJournal journal;
    private readonly IReadOnlyList<ICommitObserver<TState, TEvent>> observers;
    private readonly IIdSource ids;
    private readonly TimeProvider clock;
    private readonly StreamEngineOptions options;
    private readonly ILogger logger;

    private readonly Channel<Work> queue;
    private readonly CancellationTokenSource closing = new();
    private readonly Lock gate = new();
    private readonly SemaphoreSlim gathered = new(0);
    private readonly ITimer timer;
    private readonly SnapshotKeeper<TState> snapshots;
    private Task deciding = Task.CompletedTask;

    // Owned by the deciding loop.
    private TAggregate aggregate;
    private long epoch;
    private long decidedSeq;
    private DateTimeOffset? armedFor;

    private DateTimeOffset latestDecision;
    private int unsettled;
    private bool spoiled;

    // Commands that are on their way to a decision.
    private int waiting;

    // Set by the committing loop when an append has failed.
    private volatile bool lost;

    // Guarded by the gate: what was decided and is not durable yet, what readers see, and how much of it is durable.
    private Batch pending = new();
    private View latest;
    private View durable;
    private TaskCompletionSource? roomForMore;
    private bool signalled;
    private bool isClosed;

    /// <summary>An engine that has not folded its stream yet; <see cref="OpenAsync"/> does.</summary>
    public StreamEngine(
        StreamId id,
        StreamDefinition<TAggregate, TState, TEvent> definition,
        IJournal journal,
        IReadOnlyList<ICommitObserver<TState, TEvent>> observers,
        IIdSource ids,
        TimeProvider clock,
        StreamEngineOptions options,
        ILogger logger)
    {
        Id = id;
        this.definition = definition;
        this.journal = journal;
        this.observers = observers;
        this.ids = ids;
        this.clock = clock;
        this.options = options;
        this.logger = logger;
        aggregate = definition.Create(id);
        latest = durable = new(aggregate.State, 0);
        queue = Channel.CreateBounded<Work>(new BoundedChannelOptions(options.MostQueued) { SingleReader = true });
        snapshots = new(id, definition.Codec.EncodeState, journal, clock, options, logger);
        timer = clock.CreateTimer(_ => queue.Writer.TryWrite(Work.Tick), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public StreamId Id { get; }

    /// <summary>Whether a snapshot is being written.</summary>
    internal bool IsSnapshotting => snapshots.IsWriting;

    /// <summary>Claims the stream, folds it and begins to work.</summary>
    public async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        await FoldAsync(cancellationToken).ConfigureAwait(false);
        deciding = Task.Run(DecideLoopAsync, CancellationToken.None);
    }

    /// <inheritdoc/>
    public async ValueTask<TResult> ExecuteAsync<TResult>(Command<TAggregate, TResult> command, CancellationToken cancellationToken)
    {
        var work = new CommandWork<TResult>(command);
        await EnqueueAsync(work, cancellationToken).ConfigureAwait(false);
        return await work.Answer.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <remarks>Answered on the caller's thread from the immutable state; the writer is not disturbed.</remarks>
    public async ValueTask<TResult> QueryAsync<TResult>(Query<TState, TResult> query, CancellationToken cancellationToken)
    {
        View seen;
        ReadWork? wait = null;
        lock (gate)
        {
            if (isClosed)
            {
                throw new StreamUnavailableException($"Stream {Id} is closed.");
            }

            seen = latest;
            if (seen.Seq > durable.Seq)
            {
                pending.Releases.Add(new(wait = new ReadWork(), wait.Release, null));
                Signal();
            }
        }

        if (wait is null)
        {
            return query.Answer(seen.State);
        }

        await wait.Durable.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        return query.Answer(seen.State);
    }

    /// <summary>Stops the loops; what is not durable yet is failed.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            if (isClosed)
            {
                return;
            }

            isClosed = true;
        }

        queue.Writer.TryComplete();
        await closing.CancelAsync().ConfigureAwait(false);
        await deciding.ConfigureAwait(false);
        await timer.DisposeAsync().ConfigureAwait(false);
        await snapshots.DisposeAsync().ConfigureAwait(false);
        closing.Dispose();
        gathered.Dispose();
    }

    private async ValueTask EnqueueAsync(Work work, CancellationToken cancellationToken)
    {
        try
        {
            Interlocked.Increment(ref waiting);
            await queue.Writer.WriteAsync(work, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is ChannelClosedException or OperationCanceledException)
        {
            Interlocked.Decrement(ref waiting);
            queue.Writer.TryWrite(Work.Tick);    // Somebody may have left the reaction to this command, which never comes.
            throw failure is ChannelClosedException ? new StreamUnavailableException($"Stream {Id} is closed.", failure) : failure;
        }
    }

    private async Task FoldAsync(CancellationToken cancellationToken)
    {
        epoch = await journal.ClaimAsync(Id, cancellationToken).ConfigureAwait(false);
        var folded = await StreamFold.FoldAsync(Id, definition, journal, cancellationToken).ConfigureAwait(false);
        snapshots.Restart(folded.Snapshot, folded.CharactersSince);
        aggregate = folded.Aggregate;
        decidedSeq = folded.Seq;
        armedFor = null;
        unsettled = 0;
        lost = false;
        spoiled = false;
        lock (gate)
        {
            latest = durable = new(aggregate.State, decidedSeq);
        }

        Publish(new(Id, decidedSeq, [], aggregate.State));
    }

    private async Task DecideLoopAsync()
    {
        var committing = StartCommitting();
        try
        {
            Decide(Work.Tick);
            await foreach (var work in queue.Reader.ReadAllAsync(closing.Token).ConfigureAwait(false))
            {
                if (lost || committing.IsCompleted)
                {
                    // The append failed and everything before it was failed with it. This work has seen none of that.
                    await committing.ConfigureAwait(false);
                    committing = await RecoverAsync().ConfigureAwait(false);
                }

                if (work == Work.Wake)
                {
                    continue;     // It has had its effect, or somebody else saw the failure first.
                }

                Decide(work);
                if (unsettled > 0 && !spoiled && Volatile.Read(ref waiting) == 0)
                {
                    Decide(Work.Tick);     // The last of several was refused, and the others have not been reacted to.
                }

                if (spoiled)
                {
                    await committing.ConfigureAwait(false);
                    committing = await RecoverAsync().ConfigureAwait(false);
                }
                else if (RoomForMore() is { } room)
                {
                    await Task.WhenAny(room, committing).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
        }

        await closing.CancelAsync().ConfigureAwait(false);
        await committing.ConfigureAwait(false);
        FailPending(new StreamUnavailableException($"Stream {Id} is closed."));
        while (queue.Reader.TryRead(out var left))
        {
            left.Fail(new StreamUnavailableException($"Stream {Id} is closed."));
        }
    }

    /// <summary>
    /// Starts the committing loop. Once it has ended the deciding loop is woken to notice: whatever is gathered in
    /// between waits for nobody else.
    /// </summary>
    private Task StartCommitting()
    {
        var committing = Task.Run(CommitLoopAsync, CancellationToken.None);
        _ = committing.ContinueWith(_ => queue.Writer.TryWrite(Work.Wake), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return committing;
    }

    /// <summary>Folds the stream again until that works, then commits anew.</summary>
    private async Task<Task> RecoverAsync()
    {
        FailPending(new StreamUnavailableException($"Stream {Id} starts over."));
        for (var delay = options.RecoveryFirst; ; delay = delay * 2 < options.RecoveryMost ? delay * 2 : options.RecoveryMost)
        {
            try
            {
                await FoldAsync(closing.Token).ConfigureAwait(false);
                var committing = StartCommitting();
                Decide(Work.Tick);
                LogRecovered(Id.Value, decidedSeq);
                return committing;
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogRecoveryFailed(Id.Value, failure);
                while (queue.Reader.TryRead(out var left))
                {
                    Taken(left);
                    left.Fail(new StreamUnavailableException($"Stream {Id} cannot be read now.", failure));
                }

                await Task.Delay(delay, clock, closing.Token).ConfigureAwait(false);
            }
        }
    }

    private void Decide(Work work)
    {
        Taken(work);
        var context = new DecisionContext(Now(), ids);
        Action? answer;
        Exception? failure = null;
        try
        {
            answer = work.Run(aggregate, context);
            if (work == Work.Tick || ++unsettled >= MostUnsettled || Volatile.Read(ref waiting) == 0)
            {
                unsettled = 0;
                aggregate.Settle(context);
            }
        }
        catch (RefusedException refused)
        {
            answer = null;
            failure = refused;
        }
        catch (Exception defect) when (defect is not OutOfMemoryException)
        {
            LogDefect(Id.Value, defect);
            answer = null;
            failure = defect;
        }

        var facts = aggregate.TakeRecorded();
        if (failure is not null && facts.Count > 0)
        {
            // A decision that failed half-way has left a state nobody decided on: it is thrown away with its facts.
            Abandon(work, failure);
            return;
        }

        Arm(again: work == Work.Tick);
        Gather(work, answer, failure, facts, context.Now);
    }

    private void Taken(Work work)
    {
        if (work is not EmptyWork)
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    /// <summary>The moment of a decision. A clock that is put right by a little stands still until it has caught up.</summary>
    private DateTimeOffset Now()
    {
        var now = clock.GetUtcNow();
        return latestDecision = now < latestDecision && now > latestDecision - options.SmallCorrection ? latestDecision : now;
    }

    private void Gather(Work work, Action? answer, Exception? failure, IReadOnlyList<TEvent> facts, DateTimeOffset now)
    {
        var stored = new List<JournalEvent>(facts.Count);
        foreach (var fact in facts)
        {
            var (type, payload) = definition.Codec.Encode(fact);
            stored.Add(new(++decidedSeq, type, now, payload));
        }

        lock (gate)
        {
            pending.Facts.AddRange(facts);
            pending.Stored.AddRange(stored);
            pending.View = latest = new(aggregate.State, decidedSeq);
            pending.Releases.Add(failure is null ? new(work, answer, null) : new(work, null, failure));
            Signal();
        }
    }

    private void Abandon(Work work, Exception failure)
    {
        spoiled = true;
        work.Fail(failure);
        lock (gate)
        {
            pending.IsLast = true;
            Signal();
        }
    }

    /// <summary>Wakes the committing loop, once a batch. Under the gate.</summary>
    private void Signal()
    {
        if (!signalled)
        {
            signalled = true;
            gathered.Release();
        }
    }

    private Task? RoomForMore()
    {
        lock (gate)
        {
            return pending.Stored.Count < options.MostUncommitted
                ? null
                : (roomForMore ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Appends what was gathered, releases it, and takes the next; ends when an append fails.</summary>
    private async Task CommitLoopAsync()
    {
        try
        {
            while (true)
            {
                await gathered.WaitAsync(closing.Token).ConfigureAwait(false);
                Batch batch;
                lock (gate)
                {
                    batch = pending;
                    pending = new();
                    signalled = false;
                    roomForMore?.TrySetResult();
                    roomForMore = null;
                }

                if (batch.Stored.Count > 0)
                {
                    try
                    {
                        await journal.AppendAsync(Id, epoch, batch.Stored, closing.Token).ConfigureAwait(false);
                    }
                    catch (Exception failure)
                    {
                        LogAppendFailed(Id.Value, batch.Stored[0].Seq, failure);
                        lost = true;     // First: whoever hears of it may ask at once, and must not be decided on what was lost.
                        batch.Fail(new StreamUnavailableException($"Stream {Id} cannot be written now.", failure));
                        FailPending(new StreamUnavailableException($"Stream {Id} cannot be written now.", failure));
                        return;
                    }

                    lock (gate)
                    {
                        durable = batch.View!;
                    }

                    Publish(new(Id, batch.View!.Seq, batch.Facts, batch.View.State) { Stored = batch.Stored });
                }

                if (batch.View is { } view)
                {
                    snapshots.Committed(view.State, view.Seq, batch.Stored.Sum(stored => (long)stored.Payload.Length));
                }

                batch.Release();
                if (batch.IsLast)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
        }
    }

    private void FailPending(Exception failure)
    {
        Batch failed;
        lock (gate)
        {
            failed = pending;
            pending = new();
            latest = durable;
            roomForMore?.TrySetResult();
            roomForMore = null;
        }

        failed.Fail(failure);
    }

    private void Publish(Commit<TState, TEvent> commit)
    {
        foreach (var observer in observers)
        {
            try
            {
                observer.OnCommitted(commit);
            }
            catch (Exception defect)
            {
                LogObserverDefect(Id.Value, observer.GetType().Name, defect);
            }
        }
    }

    /// <param name="again">The timer has fired, so it is set again even for the same moment.</param>
    private void Arm(bool again)
    {
        if (!again && aggregate.NextDeadline == armedFor)
        {
            return;
        }

        armedFor = aggregate.NextDeadline;
        if (armedFor is { } at)
        {
            var due = at - clock.GetUtcNow();

            // A timer may fire a little early by the clock's own measure; a millisecond more saves an empty round.
            timer.Change(due > TimeSpan.Zero ? Cap(due + TimeSpan.FromMilliseconds(1)) : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
        else
        {
            timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    private static TimeSpan Cap(TimeSpan due) => due < TimeSpan.FromDays(1) ? due : TimeSpan.FromDays(1);

    [LoggerMessage(Level = LogLevel.Error, Message = "A decision on {Stream} failed by a defect of ours")]
    private partial void LogDefect(string stream, Exception defect);

    [LoggerMessage(Level = LogLevel.Error, Message = "An observer of {Stream}, {Observer}, threw")]
    private partial void LogObserverDefect(string stream, string observer, Exception defect);

    [LoggerMessage(Level = LogLevel.Error, Message = "Appending to {Stream} at {Seq} failed; the stream is folded again")]
    private partial void LogAppendFailed(string stream, long seq, Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Stream} cannot be folded yet")]
    private partial void LogRecoveryFailed(string stream, Exception failure);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Stream} works again from {Seq}")]
    private partial void LogRecovered(string stream, long seq);

    /// <summary>Something to do on the deciding loop.</summary>
    private abstract class Work
    {
        /// <summary>Lets the aggregate react to the time.</summary>
        public static Work Tick { get; } = new EmptyWork();

        /// <summary>Makes the deciding loop look whether an append has failed; nothing is decided.</summary>
        public static Work Wake { get; } = new EmptyWork();

        /// <summary>Does it; the returned action hands the answer over, once all that was seen is durable.</summary>
        public abstract Action? Run(TAggregate aggregate, DecisionContext context);

        public abstract void Fail(Exception failure);
    }

    private sealed class EmptyWork : Work
    {
        public override Action? Run(TAggregate aggregate, DecisionContext context) => null;

        public override void Fail(Exception failure)
        {
        }
    }

    private sealed class CommandWork<TResult>(Command<TAggregate, TResult> command) : Work
    {
        public TaskCompletionSource<TResult> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override Action Run(TAggregate aggregate, DecisionContext context)
        {
            var result = command.Decide(aggregate, context);
            return () => Answer.TrySetResult(result);
        }

        public override void Fail(Exception failure) => Answer.TrySetException(failure);
    }

    /// <summary>A reader that waits for what it saw to be durable.</summary>
    private sealed class ReadWork : Work
    {
        public TaskCompletionSource Durable { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override Action? Run(TAggregate aggregate, DecisionContext context) => null;

        public void Release() => Durable.TrySetResult();

        public override void Fail(Exception failure) => Durable.TrySetException(failure);
    }

    /// <summary>A state and the sequence number it is of.</summary>
    private sealed record View(TState State, long Seq);

    private readonly record struct Release(Work Work, Action? Answer, Exception? Failure);

    /// <summary>Facts that become durable together, and what waits for that.</summary>
    private sealed class Batch
    {
        public List<TEvent> Facts { get; } = [];

        public List<JournalEvent> Stored { get; } = [];

        public List<Release> Releases { get; } = [];

        /// <summary>The state after the facts; null when nothing was decided.</summary>
        public View? View { get; set; }

        /// <summary>The aggregate went wrong after these facts: it is folded again once they are durable.</summary>
        public bool IsLast { get; set; }

        public void Release()
        {
            foreach (var (work, answer, failure) in Releases)
            {
                if (failure is not null)
                {
                    work.Fail(failure);
                }
                else
                {
                    answer?.Invoke();
                }
            }
        }

        public void Fail(Exception failure)
        {
            foreach (var release in Releases)
            {
                release.Work.Fail(failure);
            }
        }
    }
}
