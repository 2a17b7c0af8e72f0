using Berth.Domain;
using Berth.Engine;
using Berth.Wire;

namespace Berth.Api;

/// <summary>The caller's clusters, by name or ARN.</summary>
internal sealed class ClusterStreams(IStreamDirectory<ClusterAggregate, ClusterState> streams)
{
    /// <summary>The state of an ACTIVE cluster.</summary>
    public async ValueTask<ClusterState> ReadAsync(RequestContext caller, string? cluster, CancellationToken cancellationToken)
    {
        var state = await FindAsync(caller, EcsIdentifiers.Cluster(cluster, caller), cancellationToken).ConfigureAwait(false);
        return state?.Status switch
        {
            ClusterStatus.Active => state,
            ClusterStatus.Inactive => throw new AwsException("ClusterNotFoundException", 400, "The referenced cluster was inactive."),
            _ => throw EcsIdentifiers.ClusterNotFound(),
        };
    }

    /// <summary>The state of a cluster of that name, whatever its status; null when there never was one.</summary>
    public async ValueTask<ClusterState?> FindAsync(RequestContext caller, string name, CancellationToken cancellationToken)
    {
        var stream = await streams.FindAsync(StreamId.Cluster(caller.AccountId, caller.Region, name), cancellationToken).ConfigureAwait(false);
        return stream is null ? null : await stream.QueryAsync(new ReadCluster(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Decides a command on a cluster that is there.</summary>
    public async ValueTask<TResult> ExecuteAsync<TResult>(
        RequestContext caller, string? cluster, Command<ClusterAggregate, TResult> command, CancellationToken cancellationToken)
    {
        var id = StreamId.Cluster(caller.AccountId, caller.Region, EcsIdentifiers.Cluster(cluster, caller));
        var stream = await streams.FindAsync(id, cancellationToken).ConfigureAwait(false) ?? throw EcsIdentifiers.ClusterNotFound();
        return await stream.ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Decides a command if there is such a cluster; does nothing otherwise.</summary>
    public async ValueTask TryExecuteAsync<TResult>(
        RequestContext caller, string cluster, Command<ClusterAggregate, TResult> command, CancellationToken cancellationToken)
    {
        if (await streams.FindAsync(StreamId.Cluster(caller.AccountId, caller.Region, cluster), cancellationToken).ConfigureAwait(false) is { } stream)
        {
            await stream.ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Decides a command that may begin the cluster.</summary>
    public async ValueTask<TResult> ExecuteOnNewAsync<TResult>(
        RequestContext caller, string name, Command<ClusterAggregate, TResult> command, CancellationToken cancellationToken)
    {
        var stream = await streams.OpenAsync(StreamId.Cluster(caller.AccountId, caller.Region, name), cancellationToken).ConfigureAwait(false);
        return await stream.ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
    }
}
