using System.Collections.Immutable;
using Berth.Domain;

namespace Berth.Simulation;

/// <summary>
/// A container instance with its agent and its Docker, as the control plane knows them: what it is told, and what it
/// reports, each as late, as often and in as unlucky an order as chance will have it.
/// </summary>
internal sealed class SimulatedAgent(string instanceId, Random chance, SimulationTally tally)
{
    private const int MostRepeatable = 16;
    private static readonly string[] StartErrors =
    [
        "CannotPullContainerError: simulated", "CannotCreateContainerError: simulated", "CannotStartContainerError: simulated",
        "ResourceInitializationError: simulated", "DockerTimeoutError: simulated",
    ];

    private static readonly int[] ExitCodes = [0, 1, 137, 139];

    private readonly SortedDictionary<string, Held> tasks = new(StringComparer.Ordinal);
    private readonly List<SubmitTaskStateChangeCommand> outbox = [];
    private readonly List<SubmitTaskStateChangeCommand> delivered = [];

    private enum Phase
    {
        Starting,
        Running,
        Stopping,
        Stopped,
    }

    public string InstanceId => instanceId;

    public bool Connected { get; set; }

    /// <summary>Happenings for which the agent reaches nobody and nobody reaches it.</summary>
    public int CutOff { get; set; }

    /// <summary>A task whose container was started twice: a broken promise.</summary>
    public string? StartedTwice { get; private set; }

    public bool IsIdle => outbox.Count == 0 && tasks.Values.All(task => task.Phase is Phase.Running or Phase.Stopped);

    public bool HasReports => outbox.Count > 0;

    /// <summary>Takes in what the control plane says of a task.</summary>
    public void Tell(EcsTask task, bool faults)
    {
        var stop = task.LastStatus >= EcsTaskStatus.Stopping;
        if (!tasks.TryGetValue(task.Id, out var held))
        {
            // Most images are there; some take very long to come.
            var patience = faults && chance.Next(20) == 0 ? chance.Next(5, 40) : 0;
            tasks.Add(task.Id, held = new()
            {
                Phase = stop ? Phase.Stopping : Phase.Starting,
                Container = task.Containers[0].Name,
                IsBroken = task.TaskDefinitionArn == TaskDefinitions.Broken.Arn,
                Patience = patience,
                HasInterface = task.NetworkInterface is not null,
            });
            if (patience > 0)
            {
                tally.Fault("slow start");
            }
        }
        else if (stop && held.Phase < Phase.Stopping)
        {
            held.Phase = Phase.Stopping;
        }
    }

    /// <summary>Lets each task of the machine go on a little; with trouble, some fail to start and some die.</summary>
    public void Work(bool faults)
    {
        foreach (var (id, task) in tasks)
        {
            switch (task.Phase)
            {
                case Phase.Starting when faults && (task.IsBroken ? chance.Next(3) == 0 : chance.Next(40) == 0):
                    tally.Fault("failed start");
                    End(id, task, StartErrors[chance.Next(StartErrors.Length)], exitCode: null);
                    break;
                case Phase.Starting when faults && task.Patience > 0:
                    task.Patience--;
                    break;
                case Phase.Starting when (!faults || !task.IsBroken) && chance.Next(3) == 0:
                    task.Phase = Phase.Running;
                    StartedTwice = ++task.Starts > 1 ? id : StartedTwice;
                    Report(id, task, EcsTaskStatus.Running, "", exitCode: null);
                    break;
                case Phase.Running when faults && chance.Next(60) == 0:
                    tally.Fault("task died");
                    End(id, task, "", ExitCodes[chance.Next(ExitCodes.Length)]);
                    break;
                case Phase.Stopping when chance.Next(3) == 0:
                    End(id, task, "", exitCode: 0);
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
                End(id, task, "", exitCode: 137);
            }
        }
    }

    /// <summary>The next report to deliver; with trouble not always the oldest. It stays in the outbox until it is acknowledged.</summary>
    public SubmitTaskStateChangeCommand? NextReport(bool faults)
    {
        if (outbox.Count == 0)
        {
            return null;
        }

        if (faults && outbox.Count > 1 && chance.Next(8) == 0)
        {
            tally.Fault("reports reordered");
            var at = chance.Next(1, outbox.Count);
            (outbox[0], outbox[at]) = (outbox[at], outbox[0]);
        }

        return outbox[0];
    }

    public void Acknowledged()
    {
        if (delivered.Count == MostRepeatable)
        {
            delivered.RemoveAt(0);
        }

        delivered.Add(outbox[0]);
        outbox.RemoveAt(0);
    }

    /// <summary>A report that was delivered long ago and comes once more; null when there is none.</summary>
    public SubmitTaskStateChangeCommand? Repeated() => delivered.Count == 0 ? null : delivered[chance.Next(delivered.Count)];

    private void End(string id, Held task, string reason, int? exitCode)
    {
        task.Phase = Phase.Stopped;
        Report(id, task, EcsTaskStatus.Stopped, reason, exitCode);
    }

    private void Report(string id, Held task, EcsTaskStatus status, string reason, int? exitCode) => outbox.Add(new(id)
    {
        Status = status,
        Attachments = task.HasInterface && status == EcsTaskStatus.Running
            ? [new(TaskNetworkInterface.AttachmentIdOf(id), "ATTACHED", $"10.0.{chance.Next(256)}.{chance.Next(256)}")]
            : [],
        Containers =
        [
            new(task.Container)
            {
                Status = status == EcsTaskStatus.Running ? ContainerStatus.Running : ContainerStatus.Stopped,
                ExitCode = exitCode,
                Reason = reason,
                NetworkBindings = ImmutableArray<NetworkBinding>.Empty,
            },
        ],
    });

    private sealed class Held
    {
        public required Phase Phase { get; set; }

        public required string Container { get; init; }

        public required bool IsBroken { get; init; }

        public required int Patience { get; set; }

        public required bool HasInterface { get; init; }

        public int Starts { get; set; }
    }
}
