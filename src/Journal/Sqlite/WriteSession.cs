using System.Runtime.InteropServices;
using Berth.Engine;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Berth.Journal;

/// <summary>The writer's connection, its statements and what it knows of each stream. Used by the writer's thread alone.</summary>
internal sealed class WriteSession : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly List<SqliteCommand> statements = [];
    private readonly SqliteCommand begin, commit, rollback, checkpoint;
    private readonly EventInsert insertEvents;
    private readonly SqliteCommand readHead, upsertEpoch, readCut, deleteEvents, deleteStream;
    private readonly SqliteCommand readSnapshotNumber, insertPart, countParts, upsertSnapshot, deleteLoosePart, deleteSnapshot, deleteParts;

    // Nobody else writes while the lock is held, so what was read or written once stays true until a rollback.
    private readonly Dictionary<string, Head> heads = [];

    internal WriteSession(string path)
    {
        connection = JournalSchema.Connect(path, SqliteOpenMode.ReadWrite);
        begin = Statement("begin immediate");
        commit = Statement("commit");
        rollback = Statement("rollback");
        checkpoint = Statement("pragma wal_checkpoint(passive)");
        insertEvents = new EventInsert(connection.Handle!);     // Open since Connect.
        readHead = Statement(
            """
            select (select epoch from stream where id = $stream),
                   max(coalesce((select max(seq) from event where stream = $stream), 0),
                       coalesce((select seq from snapshot where stream = $stream), 0))
            """);
        upsertEpoch = Statement("insert into stream(id, epoch) values ($stream, $epoch) on conflict do update set epoch = excluded.epoch");
        upsertSnapshot = Statement(
            """
            insert into snapshot(stream, seq, number) values ($stream, $seq, $number)
            on conflict do update set seq = excluded.seq, number = excluded.number where excluded.seq >= seq
            """);
        readSnapshotNumber = Statement(
            """
            select max(coalesce((select max(number) from snapshot_part where stream = $stream), 0),
                       coalesce((select number from snapshot where stream = $stream), 0))
            """);
        insertPart = Statement("insert into snapshot_part(stream, number, part, payload) values ($stream, $number, $part, cast($payload as text))");
        countParts = Statement("select count(*) from snapshot_part where stream = $stream and number = $number");
        deleteLoosePart = Statement(
            """
            delete from snapshot_part where rowid = (
                select rowid from snapshot_part
                where stream = $stream and number < coalesce((select number from snapshot where stream = $stream), 0) limit 1)
            """);
        deleteParts = Statement("delete from snapshot_part where stream = $stream");
        readCut = Statement(
            """
            with covered as (
                select seq, at from event
                where stream = $stream and seq <= (select seq from snapshot where stream = $stream)
                order by seq limit $portion)
            select coalesce((select min(seq) from covered where at >= $before) - 1, (select max(seq) from covered), 0)
            """);
        deleteEvents = Statement("delete from event where stream = $stream and seq <= $seq");
        deleteSnapshot = Statement("delete from snapshot where stream = $stream");
        deleteStream = Statement("delete from stream where id = $stream");
    }

    /// <summary>Bytes written to the write-ahead log by this connection since it was opened.</summary>
    internal long BytesWritten
    {
        get
        {
            _ = raw.sqlite3_db_status(connection.Handle, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var pages, out _, 0);
            return pages * 4096L;
        }
    }

    internal void Begin() => begin.ExecuteNonQuery();

    internal void Commit() => commit.ExecuteNonQuery();

    /// <summary>Takes back the open transaction, if there is one, and forgets what was learned in it.</summary>
    internal void Rollback()
    {
        heads.Clear();
        if (raw.sqlite3_get_autocommit(connection.Handle) == 0)
        {
            rollback.ExecuteNonQuery();
        }
    }

    /// <summary>Carries the write-ahead log over into the database; true when nothing of it is left.</summary>
    internal bool Checkpoint() => CheckpointResult.Read(checkpoint).IsComplete;

    internal long Claim(string stream)
    {
        var head = HeadOf(stream);
        var epoch = (head.Exists ? head.Epoch : HeadOf(JournalSchema.Graveyard).Epoch) + 1;
        WriteEpoch(stream, epoch);
        heads[stream] = head with { Exists = true, Epoch = epoch };
        return epoch;
    }

    internal void Append(string stream, long epoch, IReadOnlyList<JournalEvent> events)
    {
        var head = HeadOf(stream);
        if (head.Epoch != epoch)
        {
            throw new JournalConflictException(stream, head.Exists
                ? $"its writer has epoch {head.Epoch}, this one {epoch}."
                : "it was removed.");
        }

        if (events.Count == 0)
        {
            return;
        }

        if (events[0].Seq != head.LastSeq + 1)
        {
            throw new JournalConflictException(stream, $"its last event is {head.LastSeq}, this one begins at {events[0].Seq}.");
        }

        heads.Remove(stream);
        insertEvents.Run(stream, events);
        heads[stream] = head with { LastSeq = events[^1].Seq };
    }

    /// <summary>A number that no snapshot of the stream has had since the one that is kept.</summary>
    internal long NextSnapshotNumber(string stream)
    {
        readSnapshotNumber.Parameters[0].Value = stream;
        return (long)readSnapshotNumber.ExecuteScalar()! + 1;     // Coalesced to a number.
    }

    /// <summary>Writes a part of a snapshot that is not kept yet; false where the stream is gone.</summary>
    internal bool WriteSnapshotPart(string stream, long snapshot, int number, ReadOnlyMemory<byte> part)
    {
        if (!HeadOf(stream).Exists)
        {
            return false;
        }

        insertPart.Parameters[0].Value = stream;
        insertPart.Parameters[1].Value = snapshot;
        insertPart.Parameters[2].Value = number;
        insertPart.Parameters[3].Value = MemoryMarshal.TryGetArray(part, out var whole) && whole.Offset == 0 && whole.Count == whole.Array!.Length ? whole.Array : part.ToArray();
        insertPart.ExecuteNonQuery();
        return true;
    }

    /// <summary>
    /// Keeps a snapshot whose parts are written, unless the stream is gone or does not reach that far: then it was made
    /// of another incarnation. Nor is one kept that lost a part to another of the same time.
    /// </summary>
    internal bool KeepSnapshot(string stream, long seq, long snapshot, int parts)
    {
        var head = HeadOf(stream);
        countParts.Parameters[0].Value = stream;
        countParts.Parameters[1].Value = snapshot;
        if (!head.Exists || seq > head.LastSeq || (long)countParts.ExecuteScalar()! != parts)
        {
            return false;
        }

        upsertSnapshot.Parameters[0].Value = stream;
        upsertSnapshot.Parameters[1].Value = seq;
        upsertSnapshot.Parameters[2].Value = snapshot;
        upsertSnapshot.ExecuteNonQuery();
        return true;
    }

    /// <summary>Drops a part of a snapshot older than the one that is kept; false when there is none.</summary>
    internal bool DropSnapshotPart(string stream)
    {
        deleteLoosePart.Parameters[0].Value = stream;
        return deleteLoosePart.ExecuteNonQuery() > 0;
    }

    internal void Delete(string stream)
    {
        var head = HeadOf(stream);
        if (!head.Exists)
        {
            return;
        }

        heads.Remove(stream);
        DeleteEvents(stream, long.MaxValue);
        deleteSnapshot.Parameters[0].Value = stream;
        deleteSnapshot.ExecuteNonQuery();
        deleteParts.Parameters[0].Value = stream;
        deleteParts.ExecuteNonQuery();
        deleteStream.Parameters[0].Value = stream;
        deleteStream.ExecuteNonQuery();

        var graveyard = HeadOf(JournalSchema.Graveyard);
        if (head.Epoch > graveyard.Epoch)
        {
            WriteEpoch(JournalSchema.Graveyard, head.Epoch);
            heads[JournalSchema.Graveyard] = graveyard with { Exists = true, Epoch = head.Epoch };
        }
    }

    /// <summary>Cuts one portion from the stream's old end and returns how many events went.</summary>
    internal int Cut(string stream, DateTimeOffset before, int portion)
    {
        readCut.Parameters[0].Value = stream;
        readCut.Parameters[1].Value = portion;
        readCut.Parameters[2].Value = JournalTime.Write(before);
        var last = (long)readCut.ExecuteScalar()!;     // Coalesced to a number.
        return last == 0 ? 0 : DeleteEvents(stream, last);
    }

    /// <summary>
    /// Makes the write-ahead log's file as long as it will usually get, by writing that much and taking it back: from
    /// then on its blocks are overwritten, and a flush has no file length to record.
    /// </summary>
    internal void GrowWal(string path, int bytes)
    {
        if (bytes == 0 || new FileInfo(path + "-wal") is { Exists: true } wal && wal.Length >= bytes)
        {
            return;
        }

        using var grow = connection.CreateCommand();
        grow.CommandText = "drop table if exists growth; create table growth(filler blob); insert into growth(filler) values (zeroblob($bytes)); drop table growth";
        grow.Parameters.AddWithValue("$bytes", bytes);
        grow.ExecuteNonQuery();
        Checkpoint();
    }

    public void Dispose()
    {
        insertEvents.Dispose();
        statements.ForEach(statement => statement.Dispose());
        connection.Dispose();
    }

    private Head HeadOf(string stream)
    {
        if (heads.TryGetValue(stream, out var known))
        {
            return known;
        }

        readHead.Parameters[0].Value = stream;
        using var row = readHead.ExecuteReader();
        row.Read();
        var head = new Head(Exists: !row.IsDBNull(0), row.IsDBNull(0) ? 0 : row.GetInt64(0), row.GetInt64(1));
        if (heads.Count >= MaxHeads)
        {
            heads.Clear();
        }

        heads[stream] = head;
        return head;
    }

    private void WriteEpoch(string stream, long epoch)
    {
        upsertEpoch.Parameters[0].Value = stream;
        upsertEpoch.Parameters[1].Value = epoch;
        upsertEpoch.ExecuteNonQuery();
    }

    private int DeleteEvents(string stream, long upToSeq)
    {
        deleteEvents.Parameters[0].Value = stream;
        deleteEvents.Parameters[1].Value = upToSeq;
        return deleteEvents.ExecuteNonQuery();
    }

    /// <summary>A statement kept for the connection's life, with a parameter for each <c>$name</c> in order of appearance.</summary>
    private SqliteCommand Statement(string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in Parameters(sql))
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        }

        statements.Add(command);
        return command;
    }

    private static IEnumerable<string> Parameters(string sql) =>
        System.Text.RegularExpressions.Regex.Matches(sql, @"\$\w+").Select(match => match.Value).Distinct();

    private const int MaxHeads = 100_000;

    private readonly record struct Head(bool Exists, long Epoch, long LastSeq);
}
