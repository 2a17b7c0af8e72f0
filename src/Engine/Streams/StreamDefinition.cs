using Berth.Domain;

namespace Berth.Engine;

/// <summary>How one family of facts and its state are written as JSON text.</summary>
public interface IStreamCodec<TState, TEvent>
{
    /// <summary>The fact's stable short name and JSON text.</summary>
    (string Type, string Payload) Encode(TEvent fact);

    /// <summary>Reads a fact of any release; older forms are lifted to today's.</summary>
    TEvent Decode(string type, string payload);

    /// <summary>The state in one or more parts, each JSON text in UTF-8, made one after another as they are asked for.</summary>
    IEnumerable<ReadOnlyMemory<byte>> EncodeState(TState state);

    /// <summary>Reads a state of any release from all its parts.</summary>
    TState DecodeState(IReadOnlyList<ReadOnlyMemory<byte>> parts);
}

/// <summary>Everything an engine must know of a kind of stream.</summary>
/// <param name="Create">Makes the aggregate of a stream without any fact.</param>
/// <param name="Codec">Reads and writes its facts.</param>
public sealed record StreamDefinition<TAggregate, TState, TEvent>(
    Func<StreamId, TAggregate> Create,
    IStreamCodec<TState, TEvent> Codec)
    where TAggregate : Aggregate<TState, TEvent>
    where TState : class
    where TEvent : class;

/// <summary>Facts that are now durable, and the state after the last of them.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Seq">The sequence number of the last fact, or of the state when there is none.</param>
/// <param name="Facts">The facts in order; empty when the stream was just opened or folded again.</param>
/// <param name="State">The state after them.</param>
public sealed record Commit<TState, TEvent>(StreamId Stream, long Seq, IReadOnlyList<TEvent> Facts, TState State)
{
    /// <summary>The same facts as the journal has them, one for one.</summary>
    public IReadOnlyList<JournalEvent> Stored { get; init; } = [];
}

/// <summary>
/// Turns committed facts into effects. Called in commit order on the stream's own loop: it must be quick, must not
/// throw and must not wait. A commit without facts means: state may differ in any way from what was seen before.
/// </summary>
public interface ICommitObserver<TState, TEvent>
{
    /// <summary>Takes note of one commit.</summary>
    void OnCommitted(Commit<TState, TEvent> commit);
}

/// <summary>One stream's engine as its callers see it.</summary>
public interface IStream<TAggregate, TState>
{
    /// <summary>The stream's id.</summary>
    StreamId Id { get; }

    /// <summary>Decides a command and returns once its facts, and all facts it saw, are durable.</summary>
    /// <exception cref="RefusedException">The decision says no.</exception>
    /// <exception cref="StreamUnavailableException">The facts could not be made durable; nothing was acknowledged.</exception>
    ValueTask<TResult> ExecuteAsync<TResult>(Command<TAggregate, TResult> command, CancellationToken cancellationToken);

    /// <summary>Answers from the newest state, once all facts in it are durable.</summary>
    ValueTask<TResult> QueryAsync<TResult>(Query<TState, TResult> query, CancellationToken cancellationToken);
}

/// <summary>The stream could not make a change durable (disk full, another writer). The caller may try again.</summary>
public sealed class StreamUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Finds the engines of one kind of stream. Which node runs an engine is the directory's affair.</summary>
public interface IStreamDirectory<TAggregate, TState>
{
    /// <summary>The stream, opened when it is not yet; null when it holds no fact.</summary>
    ValueTask<IStream<TAggregate, TState>?> FindAsync(StreamId id, CancellationToken cancellationToken);

    /// <summary>The stream, begun when it holds no fact.</summary>
    ValueTask<IStream<TAggregate, TState>> OpenAsync(StreamId id, CancellationToken cancellationToken);

    /// <summary>Ends the stream: its engine is closed and its facts are deleted.</summary>
    ValueTask DeleteAsync(StreamId id, CancellationToken cancellationToken);
}
