using System.Collections.Concurrent;
using System.Collections.Immutable;
using Berth.Domain;
using Berth.Engine;

namespace Berth.Network;

/// <summary>
/// The network interfaces of running tasks, by account and region. They are part of the clusters' tasks and nowhere else;
/// this is an index of them, kept up to date by commits.
/// </summary>
internal sealed class TaskInterfaces : ICommitObserver<ClusterState, ClusterEvent>
{
    private readonly ConcurrentDictionary<(string Account, string Region), Region> regions = new();

    /// <summary>The interfaces of an account in a region, as they are now.</summary>
    public InterfaceIndex Of(string account, string region) => regions.GetValueOrDefault((account, region))?.Index ?? InterfaceIndex.Empty;

    /// <inheritdoc/>
    public void OnCommitted(Commit<ClusterState, ClusterEvent> commit)
    {
        var cluster = commit.State;
        var region = regions.GetOrAdd((cluster.Account, cluster.Region), _ => new());
        if (commit.Facts.Count == 0)
        {
            region.Replace(cluster.Name, cluster.Tasks.Values.Select(task => ElasticNetworkInterface.Of(cluster, task)).OfType<ElasticNetworkInterface>());
            return;
        }

        foreach (var id in commit.Facts.Select(TaskOf).OfType<string>().Distinct())
        {
            region.Put(cluster.Name, TaskNetworkInterface.IdOf(id), cluster.Tasks.TryGetValue(id, out var task) ? ElasticNetworkInterface.Of(cluster, task) : null);
        }
    }

    /// <summary>The task whose interface a fact may have changed.</summary>
    private static string? TaskOf(ClusterEvent fact) => fact switch
    {
        ClusterEvent.TaskPlaced { Task: { NetworkInterface: not null } task } => task.Id,
        ClusterEvent.TaskAttached attached => attached.Id,
        ClusterEvent.TaskReported { Status: EcsTaskStatus.Stopped } stopped => stopped.Id,
        ClusterEvent.TaskAdvanced { Status: EcsTaskStatus.Stopped } stopped => stopped.Id,
        ClusterEvent.TaskStopRequested { Status: EcsTaskStatus.Stopped } stopped => stopped.Id,
        ClusterEvent.TaskForgotten forgotten => forgotten.Id,
        _ => null,
    };

    /// <summary>One region's index: written by the loops of its clusters, read by anybody.</summary>
    private sealed class Region
    {
        private readonly Lock gate = new();
        private volatile InterfaceIndex index = InterfaceIndex.Empty;

        public InterfaceIndex Index => index;

        public void Put(string cluster, string id, ElasticNetworkInterface? now)
        {
            lock (gate)
            {
                index = index.With(cluster, id, now);
            }
        }

        public void Replace(string cluster, IEnumerable<ElasticNetworkInterface> all)
        {
            lock (gate)
            {
                var next = index.OfCluster(cluster).Aggregate(index, (before, id) => before.With(cluster, id, null));
                index = all.Aggregate(next, (before, one) => before.With(cluster, one.Id, one));
            }
        }
    }
}
