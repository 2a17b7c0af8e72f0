using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace Berth.Bench;

/// <summary>A plain loop of inserts into a table like the journal's, with its durability (write-ahead log, <c>synchronous=FULL</c>, a transaction each).</summary>
internal sealed class PlainInserts : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly SqliteCommand insert;
    private long seq;

    internal PlainInserts(string path, string payload)
    {
        connection = new($"Data Source={path};Pooling=False");
        connection.Open();
        Execute("pragma journal_mode = wal; pragma synchronous = full");
        Execute("create table event(stream text, seq integer, type text, at text, payload text, primary key(stream, seq)) without rowid");
        insert = connection.CreateCommand();
        insert.CommandText = "insert into event values ($stream, $seq, $type, $at, $payload)";
        insert.Parameters.AddWithValue("$stream", "cluster/000000000000/us-east-1/c0");
        insert.Parameters.AddWithValue("$seq", 0L);
        insert.Parameters.AddWithValue("$type", "task.placed");
        insert.Parameters.AddWithValue("$at", "1970-01-01T00:00:00.0000000Z");
        insert.Parameters.AddWithValue("$payload", payload);
    }

    internal double Run(TimeSpan span, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var inserts = 0;
        while (Stopwatch.GetElapsedTime(started) < span)
        {
            cancellationToken.ThrowIfCancellationRequested();
            insert.Parameters[1].Value = ++seq;
            insert.ExecuteNonQuery();
            inserts++;
        }

        return inserts / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    public void Dispose()
    {
        insert.Dispose();
        connection.Dispose();
    }

    private void Execute(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
