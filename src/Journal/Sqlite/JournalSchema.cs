using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Berth.Journal;

/// <summary>The file is not a journal this build can use; the message says why and what to do.</summary>
public sealed class JournalUnusableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The tables, their version, and how a connection to them is made.</summary>
internal static class JournalSchema
{
    internal const int Version = 2;

    /// <summary>The row of <c>stream</c> that keeps the highest epoch of any removed stream: whoever wrote one stays fenced off when it is made anew.</summary>
    internal const string Graveyard = "";

    private const int ApplicationId = 0x42657274;     // "Bert", so that no other program's database is taken for a journal.

    private const string Tables =
        """
        create table stream(id text primary key, epoch integer not null) strict, without rowid;
        create table event(stream text not null, seq integer not null, type text not null, at text not null, payload text not null,
            primary key(stream, seq)) strict, without rowid;
        create table snapshot(stream text primary key, seq integer not null, number integer not null) strict;
        create table snapshot_part(stream text not null, number integer not null, part integer not null, payload text not null,
            primary key(stream, number, part)) strict;
        """;

    // Schema 1 had a snapshot in one piece.
    private const string FromVersion1 =
        """
        alter table snapshot rename to snapshot_1;
        create table snapshot(stream text primary key, seq integer not null, number integer not null) strict;
        create table snapshot_part(stream text not null, number integer not null, part integer not null, payload text not null,
            primary key(stream, number, part)) strict;
        insert into snapshot(stream, seq, number) select stream, seq, 1 from snapshot_1;
        insert into snapshot_part(stream, number, part, payload) select stream, 1, 0, payload from snapshot_1;
        drop table snapshot_1;
        """;

    /// <summary>Makes the tables in a new file; refuses a file that is something else.</summary>
    internal static void Prepare(string path)
    {
        try
        {
            using var connection = Connect(path, SqliteOpenMode.ReadWriteCreate);
            var version = Number(connection, "pragma user_version");
            var application = Number(connection, "pragma application_id");
            if (version == 0 && application == 0 && Number(connection, "select count(*) from sqlite_schema") == 0)
            {
                Execute(connection, "pragma journal_mode = wal");
                Execute(connection, string.Create(
                    CultureInfo.InvariantCulture,
                    $"begin immediate; {Tables} pragma application_id = {ApplicationId}; pragma user_version = {Version}; commit;"));
                return;
            }

            if (application == ApplicationId && version == 1)
            {
                Execute(connection, string.Create(CultureInfo.InvariantCulture, $"begin immediate; {FromVersion1} pragma user_version = {Version}; commit;"));
                return;
            }

            Check(path, application, version);
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB)
        {
            throw new JournalUnusableException(
                $"{path} is damaged or is no SQLite database ({exception.Message}). Put a copy back, or move the file away to start anew.", exception);
        }
        catch (SqliteException exception)
        {
            throw new JournalUnusableException($"{path} cannot be opened: {exception.Message}", exception);
        }
    }

    /// <summary>Opens for reading a journal that may be in use; the caller gets the sentence for a file that is none.</summary>
    internal static SqliteConnection ConnectToRead(string path)
    {
        var connection = Connect(path, SqliteOpenMode.ReadWrite);    // Not read-only: that cannot open a journal whose writer is gone.
        try
        {
            Execute(connection, "pragma query_only = on");
            Check(path, Number(connection, "pragma application_id"), Number(connection, "pragma user_version"));
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>A connection with the settings every connection needs. Only the writer's may change anything.</summary>
    internal static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = 5,     // Seconds that somebody with a shell in the file may keep the writer waiting.
        }.ConnectionString);
        try
        {
            connection.Open();
            Execute(connection, "pragma synchronous = full; pragma wal_autocheckpoint = 0; pragma cache_size = -8192");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    internal static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    internal static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;     // Only asked of statements that answer one number.
    }

    private static void Check(string path, long application, long version)
    {
        if (application != ApplicationId)
        {
            throw new JournalUnusableException($"{path} is a SQLite database, but not a Berth journal. Choose another data directory.");
        }

        if (version != Version)
        {
            throw new JournalUnusableException(version > Version
                ? $"{path} was written by a newer Berth (schema {version}; this build knows {Version}). Use that build or a newer one."
                : $"{path} has schema {version}, which this build (schema {Version}) no longer reads. Open it once with the build in between.");
        }
    }
}
