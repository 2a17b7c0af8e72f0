using System.Collections.Concurrent;
using Berth.Domain;
using Microsoft.Extensions.Logging;

namespace Berth.Engine;

/// <summary>
/// The directory of one machine: every engine runs here, opened when it is first asked for.
/// </summary>
public sealed class StreamDirectory<TAggregate, TState, TEvent>(
    StreamDefinition<TAggregate, TState, TEvent> definition,
    IJournal journal,
    IEnumerable<ICommitObserver<TState, TEvent>> observers,
    IIdSource ids,
    TimeProvider clock,
    StreamEngineOptions options,
    ILoggerFactory loggers) : IStreamDirectory<TAggregate, TState>, IAsyncDisposable
    where TAggregate : Aggregate<TState, TEvent>
    where TState : class
    where TEvent : class
{
    private readonly ConcurrentDictionary<StreamId, Lazy<Task<StreamEngine<TAggregate, TState, TEvent>>>> engines = new();
    private readonly IReadOnlyList<ICommitObserver<TState, TEvent>> observers = [.. observers];
    private readonly ILogger logger = loggers.CreateLogger("Berth.Engine");

    /// <inheritdoc/>
    public async ValueTask<IStream<TAggregate, TState>?> FindAsync(StreamId id, CancellationToken cancellationToken) =>
        engines.ContainsKey(id) || await journal.ExistsAsync(id, cancellationToken).ConfigureAwait(false)
            ? await OpenAsync(id, cancellationToken).ConfigureAwait(false)
            : null;

    /// <inheritdoc/>
    public async ValueTask<IStream<TAggregate, TState>> OpenAsync(StreamId id, CancellationToken cancellationToken)
    {
        var opening = engines.GetOrAdd(id, key => new(() => StartAsync(key)));
        try
        {
            return await opening.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (opening.Value.IsFaulted)
        {
            // The next caller tries again.
            engines.TryRemove(KeyValuePair.Create(id, opening));
            throw new StreamUnavailableException($"Stream {id} cannot be opened.", failure);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(StreamId id, CancellationToken cancellationToken)
    {
        if (engines.TryRemove(id, out var opening))
        {
            await using var engine = await opening.Value.ConfigureAwait(false);
        }

        await journal.DeleteAsync(id, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var opening in engines.Values)
        {
            if (opening.IsValueCreated && opening.Value.IsCompletedSuccessfully)
            {
                await (await opening.Value.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
            }
        }

        engines.Clear();
    }

    private async Task<StreamEngine<TAggregate, TState, TEvent>> StartAsync(StreamId id)
    {
        var engine = new StreamEngine<TAggregate, TState, TEvent>(id, definition, journal, observers, ids, clock, options, logger);
        await engine.OpenAsync(CancellationToken.None).ConfigureAwait(false);
        return engine;
    }
}
