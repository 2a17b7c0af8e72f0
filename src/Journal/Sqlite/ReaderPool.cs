using System.Collections.Concurrent;
using Berth.Engine;
using Microsoft.Data.Sqlite;

namespace Berth.Journal;

/// <summary>A few connections that read beside the writer, each kept for the next question.</summary>
internal sealed class ReaderPool(string path, int size) : IDisposable
{
    private readonly SemaphoreSlim places = new(size);
    private readonly ConcurrentBag<SqliteConnection> idle = [];
    private volatile bool disposed;

    /// <summary>Asks one short question on a thread of its own: SQLite answers synchronously.</summary>
    internal async ValueTask<T> ReadAsync<T>(Func<SqliteConnection, T> question, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(disposed, typeof(SqliteJournal));
        await places.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => Ask(question), cancellationToken).ConfigureAwait(false);
        }
        catch (SqliteException exception)
        {
            throw new JournalUnavailableException($"{path} cannot be read: {exception.Message}", exception);
        }
        finally
        {
            places.Release();
        }
    }

    /// <summary>Closes the idle connections; one in use is closed when its question is answered.</summary>
    public void Dispose()
    {
        disposed = true;
        while (idle.TryTake(out var connection))
        {
            connection.Dispose();
        }
    }

    private T Ask<T>(Func<SqliteConnection, T> question)
    {
        var connection = idle.TryTake(out var kept) ? kept : JournalSchema.ConnectToRead(path);
        try
        {
            var answer = question(connection);
            if (!disposed)
            {
                idle.Add(connection);
                connection = null;
            }

            return answer;
        }
        finally
        {
            connection?.Dispose();     // After a failure a fresh one is opened next time.
        }
    }
}
