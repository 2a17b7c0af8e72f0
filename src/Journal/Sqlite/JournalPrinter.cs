using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Berth.Journal;

/// <summary>Prints a journal for people and for grep, also while a server has it open. Changes nothing.</summary>
public static class JournalPrinter
{
    /// <summary>One line a stream whose id begins with <paramref name="prefix"/>: id, epoch, last sequence number, events kept, sequence number of the snapshot or <c>-</c>.</summary>
    /// <exception cref="JournalUnusableException">There is no journal this build can read.</exception>
    public static void PrintStreams(string directory, string prefix, TextWriter output)
    {
        using var connection = Open(directory);
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            select id, epoch,
                   max(coalesce((select max(seq) from event where stream = id), 0), coalesce(snapshot.seq, 0)),
                   (select count(*) from event where stream = id), snapshot.seq
            from stream left join snapshot on snapshot.stream = id
            where id <> '' and substr(id, 1, length($prefix)) = $prefix order by id
            """;
        command.Parameters.AddWithValue("$prefix", prefix);
        using var row = command.ExecuteReader();
        output.WriteLine("STREAM\tEPOCH\tSEQ\tEVENTS\tSNAPSHOT");
        while (row.Read())
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{row.GetString(0)}\t{row.GetInt64(1)}\t{row.GetInt64(2)}\t{row.GetInt64(3)}\t{(row.IsDBNull(4) ? "-" : row.GetString(4))}"));
        }
    }

    /// <summary>One line an event, oldest first: sequence number, time, type, payload.</summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="stream">The stream's id.</param>
    /// <param name="type">Only events of this type; null for all.</param>
    /// <param name="sinceSeq">Only events from this sequence number on.</param>
    /// <param name="output">Where to.</param>
    /// <returns>How many were printed.</returns>
    /// <exception cref="JournalUnusableException">There is no journal this build can read.</exception>
    public static long PrintEvents(string directory, string stream, string? type, long sinceSeq, TextWriter output)
    {
        using var connection = Open(directory);
        var printed = 0L;
        var after = sinceSeq - 1;
        while (EventReader.Read(connection, stream, after, type) is [.., var last] portion)
        {
            foreach (var fact in portion)
            {
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{fact.Seq}\t{JournalTime.Write(fact.At)}\t{fact.Type}\t{fact.Payload.ReplaceLineEndings(" ")}"));
            }

            printed += portion.Count;
            after = last.Seq;
        }

        return printed;
    }

    private static SqliteConnection Open(string directory)
    {
        var path = SqliteJournalOptions.DatabaseIn(directory);
        if (!File.Exists(path))
        {
            throw new JournalUnusableException($"There is no journal in {Path.GetFullPath(directory)}.");
        }

        try
        {
            return JournalSchema.ConnectToRead(path);
        }
        catch (SqliteException exception)
        {
            throw new JournalUnusableException($"{path} cannot be read: {exception.Message}", exception);
        }
    }
}
