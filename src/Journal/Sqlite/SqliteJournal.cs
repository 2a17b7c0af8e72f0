using System.Runtime.CompilerServices;
using Berth.Engine;
using Microsoft.Data.Sqlite;

namespace Berth.Journal;

/// <summary>The journal of one machine: a SQLite database that one process at a time has open.</summary>
/// <remarks>
/// Write-ahead log, flushed to disk before a write returns. All streams share one writer thread, and writes that
/// gather while it is flushing share the next flush. Reads run beside it.
/// </remarks>
public sealed class SqliteJournal : IJournal
{
    private readonly SqliteJournalOptions options;
    private readonly JournalLock directoryLock;
    private readonly ReaderPool readers;
    private readonly JournalWriter writer;

    private SqliteJournal(SqliteJournalOptions options, JournalLock directoryLock)
    {
        this.options = options;
        this.directoryLock = directoryLock;
        JournalSchema.Prepare(options.DatabasePath);
        readers = new(options.DatabasePath, options.Readers);
        writer = new(options);
    }

    /// <summary>Opens the directory's journal, or begins one.</summary>
    /// <exception cref="JournalLockedException">Another process has it open.</exception>
    /// <exception cref="JournalUnusableException">The file is damaged, of another program, or of a schema this build does not know.</exception>
    public static SqliteJournal Open(SqliteJournalOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var directoryLock = JournalLock.Take(options.Directory);
        try
        {
            return new(options, directoryLock);
        }
        catch
        {
            directoryLock.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<long> ClaimAsync(StreamId stream, CancellationToken cancellationToken)
    {
        var id = stream.Value;
        return writer.WriteAsync(id, 0, session => session.Claim(id), cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>Canceled only while it still waits for the writer: then nothing of it was or will be written.</remarks>
    public async ValueTask AppendAsync(StreamId stream, long epoch, IReadOnlyList<JournalEvent> events, CancellationToken cancellationToken)
    {
        var characters = 0;
        for (var index = 0; index < events.Count; index++)
        {
            characters += events[index].Payload.Length;
            if (events[index].Seq != events[0].Seq + index)
            {
                throw new ArgumentException($"A batch for {stream} has {events[index].Seq} where {events[0].Seq + index} belongs.", nameof(events));
            }
        }

        var id = stream.Value;
        await writer.WriteAsync(
            id,
            characters,
            session =>
            {
                session.Append(id, epoch, events);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<JournalEvent> ReadAsync(
        StreamId stream, long afterSeq, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var id = stream.Value;
        while (true)
        {
            var from = afterSeq;
            var portion = await readers.ReadAsync(connection => EventReader.Read(connection, id, from), cancellationToken).ConfigureAwait(false);
            if (portion.Count == 0)
            {
                yield break;
            }

            foreach (var fact in portion)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return fact;
            }

            afterSeq = portion[^1].Seq;
        }
    }

    /// <inheritdoc/>
    public ValueTask<JournalSnapshot?> ReadSnapshotAsync(StreamId stream, CancellationToken cancellationToken) => readers.ReadAsync(
        connection =>
        {
            using var command = connection.CreateCommand();
            command.CommandText = "select seq, payload from snapshot join snapshot_part using (stream, number) where stream = $stream order by part";
            command.Parameters.AddWithValue("$stream", stream.Value);
            using var row = command.ExecuteReader();
            var seq = 0L;
            List<ReadOnlyMemory<byte>> parts = [];
            while (row.Read())
            {
                seq = row.GetInt64(0);
                parts.Add(row.GetFieldValue<byte[]>(1));
            }

            return parts.Count > 0 ? new JournalSnapshot(seq, parts) : null;
        },
        cancellationToken);

    /// <inheritdoc/>
    /// <remarks>One older than the newest, or of a stream that is gone meanwhile, is dropped without a word.</remarks>
    public async ValueTask WriteSnapshotAsync(StreamId stream, long seq, IEnumerable<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken)
    {
        var name = stream.Value;
        var snapshot = await writer.WriteAsync(name, 0, session => session.NextSnapshotNumber(name), cancellationToken).ConfigureAwait(false);
        var count = 0;
        foreach (var part in parts)
        {
            var number = count++;
            await writer.WriteAsync(name, part.Length, session => session.WriteSnapshotPart(name, snapshot, number, part), cancellationToken).ConfigureAwait(false);
        }

        await writer.WriteAsync(name, 0, session => session.KeepSnapshot(name, seq, snapshot, count), cancellationToken).ConfigureAwait(false);
        while (await writer.WriteAsync(name, 0, session => session.DropSnapshotPart(name), cancellationToken).ConfigureAwait(false))
        {
        }
    }

    /// <inheritdoc/>
    /// <remarks>A stream that was only claimed is not among them.</remarks>
    public ValueTask<IReadOnlyList<StreamId>> ListAsync(string prefix, CancellationToken cancellationToken) => readers.ReadAsync(
        connection => List(connection, prefix), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> ExistsAsync(StreamId stream, CancellationToken cancellationToken) => readers.ReadAsync(
        connection =>
        {
            using var command = connection.CreateCommand();
            command.CommandText =
                "select exists(select 1 from event where stream = $stream) or exists(select 1 from snapshot where stream = $stream)";
            command.Parameters.AddWithValue("$stream", stream.Value);
            return (long)command.ExecuteScalar()! == 1;     // An expression always has a value.
        },
        cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(StreamId stream, CancellationToken cancellationToken)
    {
        var id = stream.Value;
        await writer.WriteAsync(
            id,
            0,
            session =>
            {
                session.Delete(id);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <remarks>Cuts from the old end only: it stops at the first event that is not old enough, so no gap arises.</remarks>
    public async ValueTask<long> CutAsync(StreamId stream, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var id = stream.Value;
        var gone = 0L;
        while (true)
        {
            var portion = await writer.WriteAsync(id, 0, session => session.Cut(id, before, options.CutPortion), cancellationToken).ConfigureAwait(false);
            gone += portion;
            if (portion < options.CutPortion)
            {
                return gone;
            }
        }
    }

    /// <summary>Writes what is still queued, closes the database and lets go of the directory.</summary>
    public async ValueTask DisposeAsync()
    {
        readers.Dispose();
        await writer.DisposeAsync().ConfigureAwait(false);
        directoryLock.Dispose();
    }

    internal static IReadOnlyList<StreamId> List(SqliteConnection connection, string prefix)
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            select id from stream where id >= $prefix and id < $prefix || char(0x10ffff)
            and (exists(select 1 from event where stream = id) or exists(select 1 from snapshot where stream = id))
            """;
        command.Parameters.AddWithValue("$prefix", prefix);
        using var row = command.ExecuteReader();
        List<string> ids = [];
        while (row.Read())
        {
            ids.Add(row.GetString(0));
        }

        return [.. ids.Order(StringComparer.Ordinal).Select(StreamId.Parse)];
    }
}
