using Berth.Domain;

namespace Berth.Api;

/// <summary>How many tasks of a daemon run and stop, by revision and capacity provider.</summary>
internal sealed class DaemonCounts
{
    private readonly Dictionary<(string StartedBy, string? Provider), int> running = [];
    private readonly Dictionary<(string StartedBy, string? Provider), int> stopping = [];

    public static DaemonCounts Of(ClusterState state, Daemon daemon)
    {
        var counts = new DaemonCounts();
        foreach (var task in state.TasksOf(daemon, TaskPhase.Live).Where(task => task.LastStatus == EcsTaskStatus.Running))
        {
            Add(counts.running, task);
        }

        foreach (var task in state.TasksOf(daemon, TaskPhase.Stopping))
        {
            Add(counts.stopping, task);
        }

        return counts;
    }

    public int Running(DaemonRevision revision, string provider) => running.GetValueOrDefault((revision.StartedBy, provider));

    public int Stopping(DaemonRevision revision, string provider) => stopping.GetValueOrDefault((revision.StartedBy, provider));

    public bool IsAnywhere(DaemonRevision revision) => running.Keys.Concat(stopping.Keys).Any(key => key.StartedBy == revision.StartedBy);

    private static void Add(Dictionary<(string StartedBy, string? Provider), int> counts, EcsTask task)
    {
        var key = (task.StartedBy ?? "", task.CapacityProviderName);
        counts[key] = counts.GetValueOrDefault(key) + 1;
    }
}
