using Microsoft.Data.Sqlite;

namespace Berth.Journal;

/// <summary>What <c>pragma wal_checkpoint</c> answers: the log's frames, and how many of them are in the database by now.</summary>
internal readonly record struct CheckpointResult(long Frames, long Done)
{
    /// <summary>Nothing is left to carry over: the next commit begins the log anew.</summary>
    internal bool IsComplete => Frames == Done;

    internal static CheckpointResult Read(SqliteCommand pragma)
    {
        using var row = pragma.ExecuteReader();
        row.Read();
        return new(row.GetInt64(1), row.GetInt64(2));
    }
}
