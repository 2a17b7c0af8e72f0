using Berth.Domain;
using Berth.Engine;

namespace Berth.Api.Tests;

/// <summary>The real streams of clusters, where the answer to one of an agent's connects is lost after it was carried out.</summary>
internal sealed class LostConnects(IStreamDirectory<ClusterAggregate, ClusterState> streams) : IStreamDirectory<ClusterAggregate, ClusterState>
{
    private int left;
    private Exception loss = new OperationCanceledException();

    /// <summary>The connect after so many others is lost.</summary>
    public void Lose(int after, Exception with)
    {
        loss = with;
        Volatile.Write(ref left, after + 1);
    }

    public async ValueTask<IStream<ClusterAggregate, ClusterState>?> FindAsync(StreamId id, CancellationToken cancellationToken) =>
        await streams.FindAsync(id, cancellationToken) is { } stream ? new Lossy(stream, this) : null;

    public async ValueTask<IStream<ClusterAggregate, ClusterState>> OpenAsync(StreamId id, CancellationToken cancellationToken) =>
        new Lossy(await streams.OpenAsync(id, cancellationToken), this);

    public ValueTask DeleteAsync(StreamId id, CancellationToken cancellationToken) => streams.DeleteAsync(id, cancellationToken);

    private sealed class Lossy(IStream<ClusterAggregate, ClusterState> stream, LostConnects connects) : IStream<ClusterAggregate, ClusterState>
    {
        public StreamId Id => stream.Id;

        public async ValueTask<TResult> ExecuteAsync<TResult>(Command<ClusterAggregate, TResult> command, CancellationToken cancellationToken)
        {
            var result = await stream.ExecuteAsync(command, cancellationToken);
            return command is ConnectAgentCommand && Interlocked.Decrement(ref connects.left) == 0 ? throw connects.loss : result;
        }

        public ValueTask<TResult> QueryAsync<TResult>(Query<ClusterState, TResult> query, CancellationToken cancellationToken) => stream.QueryAsync(query, cancellationToken);
    }
}
