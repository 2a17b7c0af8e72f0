using Berth.Engine;
using Microsoft.Data.Sqlite;

namespace Berth.Journal;

/// <summary>
/// Reads a stream's events in portions, each in a transaction of its own: a slow reader must not keep the
/// write-ahead log from beginning anew.
/// </summary>
internal static class EventReader
{
    internal const int PortionEvents = 512;
    internal const int PortionCharacters = 1024 * 1024;

    /// <summary>One portion; an empty one is the end.</summary>
    internal static IReadOnlyList<JournalEvent> Read(SqliteConnection connection, string stream, long afterSeq, string? type = null)
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            $"""
            select seq, type, at, payload from event
            where stream = $stream and seq > $after {(type is null ? "" : "and type = $type")} order by seq limit {PortionEvents}
            """;
        command.Parameters.AddWithValue("$stream", stream);
        command.Parameters.AddWithValue("$after", afterSeq);
        if (type is not null)
        {
            command.Parameters.AddWithValue("$type", type);
        }

        using var row = command.ExecuteReader();
        List<JournalEvent> events = [];
        var characters = 0;
        while (characters < PortionCharacters && row.Read())
        {
            var payload = row.GetString(3);
            characters += payload.Length;
            events.Add(new(row.GetInt64(0), row.GetString(1), JournalTime.Read(row.GetString(2)), payload));
        }

        return events;
    }
}
