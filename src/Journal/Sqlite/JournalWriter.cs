using System.Threading.Channels;
using Berth.Engine;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Berth.Journal;

/// <summary>
/// The one thread that writes. It takes every request that has gathered while the last transaction was flushed, of
/// whatever streams, and makes them durable together.
/// </summary>
/// <remarks>
/// A batch that fails before its commit is rolled back and its requests are tried one by one, so that only the one at
/// fault fails. After a failed commit nobody knows what was kept: all are told so, and the connection is opened anew.
/// </remarks>
internal sealed class JournalWriter : IAsyncDisposable
{
    private readonly SqliteJournalOptions options;
    private readonly Channel<WriteRequest> queue;
    private readonly Task stopped;
    private readonly List<WriteRequest> batch = [];

    private WriteSession? session;
    private long bytesAtCheckpoint;         // BytesWritten when the log was last empty.
    private long bytesAtSideCheckpoint;     // BytesWritten when the last checkpoint beside the writer began.
    private Task<bool> sideCheckpoint = Task.FromResult(true);

    internal JournalWriter(SqliteJournalOptions options)
    {
        this.options = options;
        queue = Channel.CreateBounded<WriteRequest>(new BoundedChannelOptions(options.QueueLength) { SingleReader = true });
        session = new WriteSession(options.DatabasePath);
        var finished = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        stopped = finished.Task;
        new Thread(() =>
        {
            Run();
            finished.SetResult();
        })
        { IsBackground = true, Name = "journal writer" }.Start();
    }

    internal async ValueTask<T> WriteAsync<T>(string stream, int characters, Func<WriteSession, T> work, CancellationToken cancellationToken)
    {
        var request = new WriteRequest<T>(work) { Stream = stream, Characters = characters };
        try
        {
            await queue.Writer.WriteAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(SqliteJournal));
        }

        return await request.AnswerAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes what is still queued, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await stopped.ConfigureAwait(false);
    }

    private void Run()
    {
        TryUse(session => session.GrowWal(options.DatabasePath, options.WalInitialBytes));
        while (WaitForWork())
        {
            Gather();
            if (batch.Count > 0)
            {
                Write();
                CheckpointIfLong();
            }
        }

        WaitForSideCheckpoint();
        session?.Dispose();
    }

    /// <summary>Sleeps until there is work, carrying the log over meanwhile; false at the end.</summary>
    private bool WaitForWork()
    {
        var wait = queue.Reader.WaitToReadAsync();
        if (wait.IsCompleted)
        {
            return wait.Result;
        }

        var pending = wait.AsTask();
        if (!pending.Wait(options.IdleBeforeCheckpoint) && session is { } idle && idle.BytesWritten != bytesAtCheckpoint)
        {
            StartSideCheckpoint(idle.BytesWritten);
            WaitForSideCheckpoint();
        }

        return pending.GetAwaiter().GetResult();
    }

    private void Gather()
    {
        batch.Clear();
        var characters = 0L;
        while (batch.Count < options.BatchLength && characters < options.BatchCharacters && queue.Reader.TryRead(out var request))
        {
            if (request.TryTake())
            {
                batch.Add(request);
                characters += request.Characters;
            }
        }
    }

    private void Write()
    {
        if (TryWrite(batch, out var failure))
        {
            return;
        }

        if (failure.IsOutcomeUnknown || batch.Count == 1)
        {
            batch.ForEach(request => request.Fail(failure.ToException(options.DatabasePath, request.Stream)));
            return;
        }

        foreach (var request in batch)
        {
            if (!TryWrite([request], out failure))
            {
                request.Fail(failure.ToException(options.DatabasePath, request.Stream));
            }
        }
    }

    private bool TryWrite(List<WriteRequest> requests, out WriteFailure failure)
    {
        var committing = false;
        try
        {
            session ??= Reopen();
            session.Begin();
            foreach (var request in requests)
            {
                request.Run(session);
            }

            committing = true;
            session.Commit();
        }
        catch (Exception exception)     // Whatever it is, it is told to the callers; this thread serves all streams and lives on.
        {
            failure = new(exception, IsOutcomeUnknown: committing);
            if (committing || !TryUse(broken => broken.Rollback()))
            {
                CloseSession();
            }

            return false;
        }

        requests.ForEach(request => request.Complete());
        failure = default;
        return true;
    }

    private WriteSession Reopen()
    {
        (bytesAtCheckpoint, bytesAtSideCheckpoint) = (0, 0);
        return new WriteSession(options.DatabasePath);
    }

    private void CloseSession()
    {
        var broken = session;
        session = null;
        try
        {
            broken?.Dispose();
        }
        catch (SqliteException)
        {
            // It is being thrown away because it failed; the next one says so itself if it cannot be opened.
        }
    }

    /// <summary>A checkpoint beside the writer keeps the log short; if it cannot keep up, the writer waits and does the rest.</summary>
    private void CheckpointIfLong()
    {
        if (session?.BytesWritten is not { } written)
        {
            return;
        }

        if (written - bytesAtCheckpoint >= options.WalMaxBytes)
        {
            WaitForSideCheckpoint();
            var complete = false;
            TryUse(current => complete = current.Checkpoint());
            bytesAtCheckpoint = complete ? written : written - options.WalMaxBytes + options.CheckpointBytes;     // A reader is in the way: later.
        }
        else if (sideCheckpoint.IsCompleted && written - Math.Max(bytesAtSideCheckpoint, bytesAtCheckpoint) >= options.CheckpointBytes)
        {
            StartSideCheckpoint(written);
        }
    }

    private void StartSideCheckpoint(long written)
    {
        WaitForSideCheckpoint();
        bytesAtSideCheckpoint = written;
        sideCheckpoint = Task.Run(CheckpointBeside);
    }

    /// <summary>If all of the log was carried over and nothing was written since, the next commit begins it anew.</summary>
    private void WaitForSideCheckpoint()
    {
        if (sideCheckpoint.GetAwaiter().GetResult() && session?.BytesWritten == bytesAtSideCheckpoint)
        {
            bytesAtCheckpoint = bytesAtSideCheckpoint;
        }
    }

    private bool CheckpointBeside()
    {
        try
        {
            using var connection = JournalSchema.Connect(options.DatabasePath, SqliteOpenMode.ReadWrite);
            using var command = connection.CreateCommand();
            command.CommandText = "pragma wal_checkpoint(passive)";
            return CheckpointResult.Read(command).IsComplete;
        }
        catch (SqliteException)
        {
            return false;     // Nothing is lost: the log keeps what was not carried over, and the next checkpoint tries again.
        }
    }

    private bool TryUse(Action<WriteSession> use)
    {
        try
        {
            if (session is not null)
            {
                use(session);
            }

            return true;
        }
        catch (SqliteException)
        {
            return false;
        }
    }

    /// <summary>Why a transaction failed.</summary>
    private readonly record struct WriteFailure(Exception Cause, bool IsOutcomeUnknown)
    {
        internal Exception ToException(string path, string stream) => Cause switch
        {
            SqliteException { SqliteErrorCode: raw.SQLITE_CONSTRAINT } => new JournalConflictException(stream, "a sequence number is taken."),
            SqliteException { SqliteErrorCode: raw.SQLITE_FULL } => new JournalUnavailableException($"The disk of {path} is full.", Cause),
            SqliteException { SqliteErrorCode: raw.SQLITE_BUSY } => new JournalUnavailableException($"Another program holds {path} locked.", Cause),
            SqliteException => new JournalUnavailableException($"{path} cannot be written: {Cause.Message}", Cause),
            _ => new JournalUnavailableException($"The journal failed: {Cause.Message}", Cause),
        };
    }
}
