using System.Collections.Immutable;
using Berth.Domain;

namespace Berth.Simulation;

/// <summary>
/// A container instance with its agent and its Docker, as the control plane knows them: what it is told, and what it
/// reports, each as late, as often and in as unlucky an order as chance will have it.
/// </summary>
internal sealed class SimulatedAgent(string instanceId, Random chance)
{
    private readonly SortedDictionary<string, Held> tasks = new(StringComparer.Ordinal);
    private readonly List<SubmitTaskStateChangeCommand> outbox = [];

    private enum Phase
    {
        Starting,
        Running,
        Stopping,
        Stopped,
    }

    public string InstanceId => instanceId;

    public bool Connected { get; set; }

    /// <summary>Times a container of a task was started: more than one is a broken promise.</summary>
    public IEnumerable<(string TaskId, int Starts)> Starts => tasks.Select(task => (task.Key, task.Value.Starts));

    public bool IsIdle => outbox.Count == 0 && tasks.Values.All(task => task.Phase is Phase.Running or Phase.Stopped);

    /// <summary>Takes in what the control plane says of a task.</summary>
    public void Tell(EcsTask task)
    {
        var stop = task.LastStatus >= EcsTaskStatus.Stopping;
        if (!tasks.TryGetValue(task.Id, out var held))
        {
            tasks.Add(task.Id, held = new() { Phase = stop ? Phase.Stopping : Phase.Starting, Container = task.Containers[0].Name });
        }
        else if (stop && held.Phase < Phase.Stopping)
        {
            held.Phase = Phase.Stopping;
        }
    }

    /// <summary>Lets one task of the machine go on a little; with trouble, some fail to start and some die.</summary>
    public void Work(bool faults)
    {
        foreach (var (id, task) in tasks)
        {
            switch (task.Phase)
            {
                case Phase.Starting when faults && chance.Next(20) == 0:
                    task.Phase = Phase.Stopped;
                    Report(id, task, EcsTaskStatus.Stopped, "CannotPullContainerError: simulated");
                    break;
                case Phase.Starting when chance.Next(3) == 0:
                    task.Phase = Phase.Running;
                    task.Starts++;
                    Report(id, task, EcsTaskStatus.Running, "");
                    break;
                case Phase.Running when faults && chance.Next(60) == 0:
                    task.Phase = Phase.Stopped;
                    Report(id, task, EcsTaskStatus.Stopped, "");
                    break;
                case Phase.Stopping when chance.Next(3) == 0:
                    task.Phase = Phase.Stopped;
                    Report(id, task, EcsTaskStatus.Stopped, "");
                    break;
            }
        }
    }

    /// <summary>A machine that lost power: every container is gone, and its agent says so when it is back.</summary>
    public void LosePower()
    {
        foreach (var (id, task) in tasks)
        {
            if (task.Phase != Phase.Stopped)
            {
                task.Phase = Phase.Stopped;
                Report(id, task, EcsTaskStatus.Stopped, "");
            }
        }
    }

    /// <summary>The next report to deliver. It stays in the outbox until it is acknowledged; with trouble an old one may come again.</summary>
    public SubmitTaskStateChangeCommand? NextReport() => outbox.Count > 0 ? outbox[0] : null;

    public void Acknowledged() => outbox.RemoveAt(0);

    private void Report(string id, Held task, EcsTaskStatus status, string reason)
    {
        outbox.Add(new(id)
        {
            Status = status,
            Reason = reason,
            Containers =
            [
                new(task.Container)
                {
                    Status = status == EcsTaskStatus.Running ? ContainerStatus.Running : ContainerStatus.Stopped,
                    ExitCode = status == EcsTaskStatus.Stopped ? 0 : null,
                    NetworkBindings = ImmutableArray<NetworkBinding>.Empty,
                },
            ],
        });
    }

    private sealed class Held
    {
        public required Phase Phase { get; set; }

        public required string Container { get; init; }

        public int Starts { get; set; }
    }
}
