using System.Text;
using Berth.Engine;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Berth.Journal;

/// <summary>
/// The one statement whose speed matters, on SQLite's own interface: no conversion of parameters, no reader and no
/// garbage an event.
/// </summary>
internal sealed class EventInsert : IDisposable
{
    private const int Stream = 1, Seq = 2, Type = 3, At = 4, Payload = 5;

    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;
    private byte[] text = new byte[4_096];

    internal EventInsert(sqlite3 database)
    {
        this.database = database;
        Check(raw.sqlite3_prepare_v3(
            database,
            "insert into event(stream, seq, type, at, payload) values (?, ?, ?, ?, ?)",
            raw.SQLITE_PREPARE_PERSISTENT,
            out statement));
    }

    internal void Run(string stream, IReadOnlyList<JournalEvent> events)
    {
        Bind(Stream, stream);
        for (var index = 0; index < events.Count; index++)
        {
            var fact = events[index];
            Check(raw.sqlite3_bind_int64(statement, Seq, fact.Seq));
            Bind(Type, fact.Type);
            Bind(At, JournalTime.Write(fact.At));
            Bind(Payload, fact.Payload);
            var result = raw.sqlite3_step(statement);
            _ = raw.sqlite3_reset(statement);     // Repeats the step's error, which is reported below.
            if (result != raw.SQLITE_DONE)
            {
                SqliteException.ThrowExceptionForRC(result, database);
            }
        }
    }

    public void Dispose() => statement.Dispose();

    private void Bind(int parameter, string value)
    {
        if (text.Length < Encoding.UTF8.GetMaxByteCount(value.Length))
        {
            text = new byte[Encoding.UTF8.GetMaxByteCount(value.Length)];
        }

        var length = Encoding.UTF8.GetBytes(value, text);
        Check(raw.sqlite3_bind_text(statement, parameter, text.AsSpan(0, length)));
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, database);
}
