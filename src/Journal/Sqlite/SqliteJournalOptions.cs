namespace Berth.Journal;

/// <summary>Where the SQLite journal lies and how much it may hold back.</summary>
/// <param name="Directory">The data directory, made when missing; it holds <c>journal.db</c> and <c>journal.lock</c>.</param>
public sealed record SqliteJournalOptions(string Directory)
{
    /// <summary>Writes waiting for the writer; further callers wait to be admitted. 4,096 by default.</summary>
    public int QueueLength { get; init; } = 4_096;

    /// <summary>Writes that share one transaction, and so one flush to disk, at most. 1,024 by default.</summary>
    public int BatchLength { get; init; } = 1_024;

    /// <summary>Characters of payload that share one transaction, beyond the first write. 4 Mi by default.</summary>
    public int BatchCharacters { get; init; } = 4 * 1024 * 1024;

    /// <summary>Connections that read at the same time. 4 by default.</summary>
    public int Readers { get; init; } = 4;

    /// <summary>The write-ahead log's size from the start, so that a commit need not also grow a file. 4 MiB by default.</summary>
    public int WalInitialBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Once so much was written since the last checkpoint, another is made beside the writer. 4 MiB by default.</summary>
    public long CheckpointBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Once the write-ahead log is this long, the writer pauses to checkpoint all of it. 32 MiB by default.</summary>
    public long WalMaxBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Without a write for so long, what is left is checkpointed. 500 ms by default.</summary>
    public TimeSpan IdleBeforeCheckpoint { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Events that one transaction of <see cref="SqliteJournal.CutAsync"/> removes at most. 1,000 by default.</summary>
    public int CutPortion { get; init; } = 1_000;

    internal string DatabasePath => DatabaseIn(Directory);

    internal static string DatabaseIn(string directory) => Path.Combine(directory, "journal.db");
}
