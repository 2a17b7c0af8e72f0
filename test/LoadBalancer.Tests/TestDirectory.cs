using System.Collections.Concurrent;
using System.Collections.Immutable;
using Berth.Domain;
using Berth.Engine;

namespace Berth.LoadBalancer.Tests;

/// <summary>Load balancing streams in memory: decisions one at a time, commits told in order, deadlines settled by the test's clock.</summary>
internal sealed class TestDirectory(TimeProvider clock) : IStreamDirectory<LoadBalancingAggregate, LoadBalancingState>, IJournal
{
    private readonly ConcurrentDictionary<StreamId, TestStream> streams = new();

    public List<ICommitObserver<LoadBalancingState, LoadBalancingEvent>> Observers { get; } = [];

    public ConcurrentQueue<LoadBalancingEvent> Facts { get; } = new();

    public LoadBalancingState State(string account = "000000000000", string region = "us-east-1") =>
        streams.TryGetValue(StreamId.Of("loadbalancing", account, region), out var stream) ? stream.Aggregate.State : new(account, region);

    /// <summary>Tells observers every stream's state, as when a server starts.</summary>
    public void Reopen()
    {
        foreach (var (id, stream) in streams)
        {
            Observers.ForEach(observer => observer.OnCommitted(new(id, 0, [], stream.Aggregate.State)));
        }
    }

    public ValueTask<IStream<LoadBalancingAggregate, LoadBalancingState>?> FindAsync(StreamId id, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IStream<LoadBalancingAggregate, LoadBalancingState>?>(streams.GetValueOrDefault(id));

    public ValueTask<IStream<LoadBalancingAggregate, LoadBalancingState>> OpenAsync(StreamId id, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IStream<LoadBalancingAggregate, LoadBalancingState>>(streams.GetOrAdd(id, key => new(this, key)));

    public ValueTask DeleteAsync(StreamId id, CancellationToken cancellationToken)
    {
        streams.TryRemove(id, out _);
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<StreamId>> ListAsync(string prefix, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<StreamId>>([.. streams.Keys.Where(id => id.Value.StartsWith(prefix, StringComparison.Ordinal))]);

    public ValueTask<long> ClaimAsync(StreamId stream, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask AppendAsync(StreamId stream, long epoch, IReadOnlyList<JournalEvent> events, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<JournalEvent> ReadAsync(StreamId stream, long afterSeq, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<JournalSnapshot?> ReadSnapshotAsync(StreamId stream, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask WriteSnapshotAsync(StreamId stream, long seq, IEnumerable<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<bool> ExistsAsync(StreamId stream, CancellationToken cancellationToken) => ValueTask.FromResult(streams.ContainsKey(stream));

    public ValueTask<long> CutAsync(StreamId stream, DateTimeOffset before, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class TestStream(TestDirectory directory, StreamId id) : IStream<LoadBalancingAggregate, LoadBalancingState>
    {
        private readonly Lock gate = new();
        private readonly TestIds ids = new();
        private long seq;

        public StreamId Id => id;

        public LoadBalancingAggregate Aggregate { get; } = new(id.Account, id.Region);

        public ValueTask<TResult> ExecuteAsync<TResult>(Command<LoadBalancingAggregate, TResult> command, CancellationToken cancellationToken)
        {
            lock (gate)
            {
                var context = new DecisionContext(directory.clockNow, ids);
                var result = command.Decide(Aggregate, context);
                Aggregate.Settle(context);
                var facts = Aggregate.TakeRecorded();
                if (facts.Count > 0)
                {
                    seq += facts.Count;
                    foreach (var fact in facts)
                    {
                        directory.Facts.Enqueue(fact);
                    }

                    directory.Observers.ForEach(observer => observer.OnCommitted(new(id, seq, facts, Aggregate.State)));
                }

                return ValueTask.FromResult(result);
            }
        }

        public ValueTask<TResult> QueryAsync<TResult>(Query<LoadBalancingState, TResult> query, CancellationToken cancellationToken)
        {
            lock (gate)
            {
                return ValueTask.FromResult(query.Answer(Aggregate.State));
            }
        }
    }

    private DateTimeOffset clockNow => clock.GetUtcNow();
}

/// <summary>Ids that count up.</summary>
internal sealed class TestIds : IIdSource
{
    private int last;

    public string NextHexId() => $"{Interlocked.Increment(ref last):x16}{0:x16}";

    public string NextUuid() => new Guid(Interlocked.Increment(ref last), 0, 0, new byte[8]).ToString();

    public string NextDigits19() => $"{Interlocked.Increment(ref last):d19}";

    public int NextIndex(int exclusiveMax) => Interlocked.Increment(ref last) % exclusiveMax;
}
