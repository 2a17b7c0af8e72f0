using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>What facts about daemons do to a cluster's state.</summary>
internal static class DaemonEvolution
{
    public static ClusterState Put(this ClusterState state, Daemon daemon, ClusterLimits limits)
    {
        var deployments = daemon.Deployments.Length > limits.DaemonDeployments ? daemon.Deployments[..limits.DaemonDeployments] : daemon.Deployments;
        var named = deployments.SelectMany(rollout => new[] { rollout.TargetRevisionId, rollout.SourceRevisionId }).Append(daemon.Current.Id).ToHashSet(StringComparer.Ordinal);
        return state with
        {
            Daemons = state.Daemons.SetItem(daemon.Name, daemon with
            {
                Deployments = deployments,
                Revisions = daemon.Revisions.RemoveAll(revision => !named.Contains(revision.Id)),
            }),
        };
    }

    public static ClusterState Change(this ClusterState state, string name, ClusterLimits limits, Func<Daemon, Daemon> change) =>
        state.Daemons.TryGetValue(name, out var daemon) ? state.Put(change(daemon), limits) : state;

    /// <summary>The daemon with a rollout that comes after the others: what is under way stops there.</summary>
    public static Daemon With(this Daemon daemon, DaemonDeployment rollout) => daemon with
    {
        UpdatedAt = rollout.CreatedAt,
        BackOff = ServiceBackOff.None,
        Deployments =
        [
            rollout,
            .. daemon.Deployments.Select(known => !known.IsOpen ? known : known with
            {
                Status = DaemonDeploymentStatus.Stopped,
                StatusReason = "A later deployment took its place.",
                StoppedAt = rollout.CreatedAt,
                FinishedAt = rollout.CreatedAt,
            }),
        ],
    };

    /// <summary>The daemon with one of its rollouts as it is now.</summary>
    public static Daemon WithChanged(this Daemon daemon, DaemonDeployment rollout) => daemon with
    {
        Deployments = [.. daemon.Deployments.Select(known => known.Id == rollout.Id ? rollout : known)],
    };

    /// <summary>The daemon with the digests of a revision's images.</summary>
    public static Daemon WithImages(this Daemon daemon, string revisionId, ImmutableArray<RevisionImage> images) => daemon with
    {
        Revisions = [.. daemon.Revisions.Select(revision => revision.Id == revisionId ? revision with { Images = images } : revision)],
    };

    /// <summary>Deleted daemons stay describable by their rollouts; the longest deleted make room.</summary>
    public static ClusterState Delete(this ClusterState state, ClusterEvent.DaemonDeleted deleted, ClusterLimits limits)
    {
        state = state.Change(deleted.Name, limits, daemon => daemon.With(deleted.Deployment) with { IsActive = false });
        var over = state.Daemons.Values
            .Where(daemon => !daemon.IsTold)
            .OrderByDescending(daemon => daemon.UpdatedAt)
            .ThenBy(daemon => daemon.Name, StringComparer.Ordinal)
            .Skip(limits.DeletedDaemons);
        return state with { Daemons = state.Daemons.RemoveRange(over.Select(daemon => daemon.Name)) };
    }
}
