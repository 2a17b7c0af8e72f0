namespace Berth.Engine;

/// <summary>
/// Names one stream of facts: <c>cluster/ACCOUNT/REGION/NAME</c>, <c>account/ACCOUNT/REGION</c> and the like, or
/// <c>iam/ACCOUNT</c> for what has no region.
/// </summary>
public sealed record StreamId
{
    private StreamId(string kind, string account, string region, string? name)
    {
        (Kind, Account, Region, Name) = (kind, account, region, name);
        Value = region.Length == 0 ? $"{kind}/{account}" : name is null ? $"{kind}/{account}/{region}" : $"{kind}/{account}/{region}/{name}";
    }

    /// <summary>What the stream is of: <c>cluster</c>, <c>account</c>, <c>loadbalancing</c>, <c>repositories</c>.</summary>
    public string Kind { get; }

    /// <summary>The 12-digit account.</summary>
    public string Account { get; }

    /// <summary>The region, a namespace of its own within the account; empty for what has none.</summary>
    public string Region { get; }

    /// <summary>The cluster's name; null for a stream of which an account has one a region.</summary>
    public string? Name { get; }

    /// <summary>The text the journal stores.</summary>
    public string Value { get; }

    /// <summary>The stream of one ECS cluster.</summary>
    public static StreamId Cluster(string account, string region, string name) => new("cluster", account, region, name);

    /// <summary>A stream of which an account has one a region.</summary>
    public static StreamId Of(string kind, string account, string region) => new(kind, account, region, null);

    /// <summary>A stream of which an account has one.</summary>
    public static StreamId OfAccount(string kind, string account) => new(kind, account, "", null);

    /// <summary>Reads what <see cref="Value"/> wrote.</summary>
    public static StreamId Parse(string text)
    {
        var parts = text.Split('/', 4);
        return parts.Length < 2
            ? throw new FormatException($"'{text}' is not a stream id.")
            : new(parts[0], parts[1], parts.Length > 2 ? parts[2] : "", parts.Length == 4 ? parts[3] : null);
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>One stored fact.</summary>
/// <param name="Seq">Its place in the stream: 1, 2, 3, without a gap.</param>
/// <param name="Type">Its stable short name, such as <c>task.placed</c>; never a CLR name.</param>
/// <param name="At">When it was decided.</param>
/// <param name="Payload">Its JSON text.</param>
public sealed record JournalEvent(long Seq, string Type, DateTimeOffset At, string Payload);

/// <summary>A stream's state at one sequence number. A faster way to the state, never the truth.</summary>
/// <param name="Seq">The last fact in it.</param>
/// <param name="Parts">The state in pieces of a moderate size, each JSON text in UTF-8; what is in which is the codec's affair.</param>
public sealed record JournalSnapshot(long Seq, IReadOnlyList<ReadOnlyMemory<byte>> Parts);

/// <summary>Another writer owns the stream, or wrote to it first. The caller must fold the stream again.</summary>
public sealed class JournalConflictException(string stream, string reason)
    : Exception($"Stream {stream} was written by somebody else: {reason}");

/// <summary>The store cannot take writes now (disk full, IO error). Nothing of the batch can be relied on.</summary>
public sealed class JournalUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Where facts are kept. It fences: only the writer that claimed a stream last may append to it, and
/// <c>(stream, seq)</c> is unique. Whatever routes commands is a hint; this decides.
/// </summary>
/// <remarks>Thread safe. Every implementation passes the same journal test suite.</remarks>
public interface IJournal : IAsyncDisposable
{
    /// <summary>Becomes the stream's writer: raises its epoch by one and returns it. Earlier epochs can append no more.</summary>
    ValueTask<long> ClaimAsync(StreamId stream, CancellationToken cancellationToken);

    /// <summary>
    /// Appends a batch, all of it or nothing, durably before it returns. The first event's <c>Seq</c> must follow the
    /// stream's last.
    /// </summary>
    /// <exception cref="JournalConflictException">The epoch is no longer the newest, or a sequence number is taken.</exception>
    /// <exception cref="JournalUnavailableException">The store failed; whether the batch was kept is unknown.</exception>
    ValueTask AppendAsync(StreamId stream, long epoch, IReadOnlyList<JournalEvent> events, CancellationToken cancellationToken);

    /// <summary>The stream's events after <paramref name="afterSeq"/>, oldest first.</summary>
    IAsyncEnumerable<JournalEvent> ReadAsync(StreamId stream, long afterSeq, CancellationToken cancellationToken);

    /// <summary>The newest snapshot, or null.</summary>
    ValueTask<JournalSnapshot?> ReadSnapshotAsync(StreamId stream, CancellationToken cancellationToken);

    /// <summary>
    /// Keeps a snapshot in place of an older one: all of it or nothing. A part is asked for when the one before it is
    /// written, so that no large state is held as text, and appends go on between them.
    /// </summary>
    ValueTask WriteSnapshotAsync(StreamId stream, long seq, IEnumerable<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken);

    /// <summary>Every stream whose id begins with <paramref name="prefix"/>, in ordinal order.</summary>
    ValueTask<IReadOnlyList<StreamId>> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Whether the stream holds any event or snapshot.</summary>
    ValueTask<bool> ExistsAsync(StreamId stream, CancellationToken cancellationToken);

    /// <summary>Removes the stream, its events and its snapshot; its writer is fenced off.</summary>
    ValueTask DeleteAsync(StreamId stream, CancellationToken cancellationToken);

    /// <summary>
    /// Cuts events that are both covered by the stream's snapshot and older than <paramref name="before"/>, in
    /// bounded portions; returns how many went.
    /// </summary>
    ValueTask<long> CutAsync(StreamId stream, DateTimeOffset before, CancellationToken cancellationToken);
}
