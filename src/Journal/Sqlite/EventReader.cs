using System.Text;
using Berth.Engine;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Berth.Journal;

/// <summary>
/// Reads a stream's events in portions, each in a transaction of its own: a slow reader must not keep the
/// write-ahead log from beginning anew. On SQLite's own interface, for a start waits for it.
/// </summary>
internal static class EventReader
{
    internal const int PortionEvents = 512;
    internal const int PortionCharacters = 1024 * 1024;

    /// <summary>One portion; an empty one is the end.</summary>
    internal static IReadOnlyList<JournalEvent> Read(SqliteConnection connection, string stream, long afterSeq, string? type = null)
    {
        var sql =
            $"""
            select seq, type, at, payload from event
            where stream = ?1 and seq > ?2 {(type is null ? "" : "and type = ?3")} order by seq limit {PortionEvents}
            """;
        var database = connection.Handle!;     // Open since Connect.
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(database, sql, out var statement), database);
        using (statement)
        {
            Check(raw.sqlite3_bind_text(statement, 1, stream));
            Check(raw.sqlite3_bind_int64(statement, 2, afterSeq));
            if (type is not null)
            {
                Check(raw.sqlite3_bind_text(statement, 3, type));
            }

            List<JournalEvent> events = [];
            var characters = 0;
            int result;
            while ((result = raw.sqlite3_step(statement)) == raw.SQLITE_ROW && characters < PortionCharacters)
            {
                var payload = Text(statement, 3);
                characters += payload.Length;
                events.Add(new(raw.sqlite3_column_int64(statement, 0), KnownType(statement), JournalTime.Read(raw.sqlite3_column_blob(statement, 2)), payload));
            }

            if (result is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
            {
                SqliteException.ThrowExceptionForRC(result, database);
            }

            return events;
        }

        void Check(int result) => SqliteException.ThrowExceptionForRC(result, database);
    }

    private static string Text(sqlite3_stmt statement, int column) => Encoding.UTF8.GetString(raw.sqlite3_column_blob(statement, column));

    /// <summary>One copy of each type's name: they are few.</summary>
    private static string KnownType(sqlite3_stmt statement) => SharedText.Of(raw.sqlite3_column_blob(statement, 1));
}
