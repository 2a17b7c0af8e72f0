using System.Collections.Concurrent;
using Berth.Domain;
using Berth.Engine;

namespace Berth.Registry.Tests;

/// <summary>Streams that are durable as long as the process is; one command at a time.</summary>
internal sealed class InMemoryStreams(TimeProvider clock, IIdSource ids) : IStreamDirectory<RepositoriesAggregate, RepositoriesState>, IJournal
{
    private readonly ConcurrentDictionary<StreamId, Stream> streams = new();

    public IReadOnlyList<StreamId> Ids => [.. streams.Keys];

    public ValueTask<IStream<RepositoriesAggregate, RepositoriesState>?> FindAsync(StreamId id, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IStream<RepositoriesAggregate, RepositoriesState>?>(streams.GetValueOrDefault(id));

    public ValueTask<IStream<RepositoriesAggregate, RepositoriesState>> OpenAsync(StreamId id, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IStream<RepositoriesAggregate, RepositoriesState>>(streams.GetOrAdd(id, key => new Stream(key, clock, ids)));

    public ValueTask DeleteAsync(StreamId id, CancellationToken cancellationToken)
    {
        streams.TryRemove(id, out _);
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<StreamId>> ListAsync(string prefix, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<StreamId>>([.. Ids.Where(id => id.Value.StartsWith(prefix, StringComparison.Ordinal))]);

    // The registry asks the journal for nothing else.
    public ValueTask<long> ClaimAsync(StreamId stream, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask AppendAsync(StreamId stream, long epoch, IReadOnlyList<JournalEvent> events, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<JournalEvent> ReadAsync(StreamId stream, long afterSeq, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<JournalSnapshot?> ReadSnapshotAsync(StreamId stream, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask WriteSnapshotAsync(StreamId stream, long seq, IEnumerable<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<bool> ExistsAsync(StreamId stream, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<long> CutAsync(StreamId stream, DateTimeOffset before, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Stream(StreamId id, TimeProvider clock, IIdSource ids) : IStream<RepositoriesAggregate, RepositoriesState>
    {
        private readonly RepositoriesAggregate aggregate = new(id.Account, id.Region);
        private readonly Lock gate = new();

        public StreamId Id => id;

        public ValueTask<TResult> ExecuteAsync<TResult>(Command<RepositoriesAggregate, TResult> command, CancellationToken cancellationToken)
        {
            lock (gate)
            {
                var result = command.Decide(aggregate, new DecisionContext(clock.GetUtcNow(), ids));
                aggregate.TakeRecorded();
                return ValueTask.FromResult(result);
            }
        }

        public ValueTask<TResult> QueryAsync<TResult>(Query<RepositoriesState, TResult> query, CancellationToken cancellationToken) =>
            ValueTask.FromResult(query.Answer(aggregate.State));
    }
}

/// <summary>Ids of this machine's own chance.</summary>
internal sealed class RandomIds : IIdSource
{
    public string NextHexId() => Guid.NewGuid().ToString("N");

    public string NextUuid() => Guid.NewGuid().ToString();

    public string NextDigits19() => Random.Shared.NextInt64(1_000_000_000_000_000_000, long.MaxValue).ToString(null as IFormatProvider);

    public int NextIndex(int exclusiveMax) => Random.Shared.Next(exclusiveMax);
}
