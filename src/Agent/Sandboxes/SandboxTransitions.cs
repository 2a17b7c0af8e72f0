using System.Diagnostics;

namespace Berth.Agent;

/// <summary>How facts change a task's sandbox. Nothing moves it back.</summary>
internal static class SandboxTransitions
{
    public static TaskState Apply(TaskState task, SandboxFact fact) => (task.Sandbox, fact) switch
    {
        (null, _) => task,
        ({ Known: SandboxStatus.None } sandbox, SandboxFact.Ready ready) =>
            task with
            {
                Sandbox = sandbox with
                {
                    Known = SandboxStatus.Ready,
                    DockerId = ready.DockerId,
                    Address = ready.Address,
                    ProcessId = ready.ProcessId,
                    PassedBefore = ready.PassedBefore,
                },
            },
        ({ Known: SandboxStatus.None }, SandboxFact.Declined) => task with { Sandbox = null },
        ({ Known: < SandboxStatus.Ended } sandbox, SandboxFact.Ended ended) =>
            task with
            {
                Sandbox = sandbox with { Known = SandboxStatus.Ended },
                // Where the task stops for another reason, that one is told.
                Reason = task.IsStopping ? task.Reason : ended.Reason,
            },
        ({ Known: < SandboxStatus.Removed } sandbox, SandboxFact.Removed) => task with { Sandbox = sandbox with { Known = SandboxStatus.Removed } },
        ({ } sandbox, SandboxFact.AttachmentReported) => task with { Sandbox = sandbox with { AttachmentReported = true } },
        (_, SandboxFact.Ready or SandboxFact.Declined or SandboxFact.Ended or SandboxFact.Removed) => task,
        _ => throw new UnreachableException($"Unknown fact {fact.GetType().Name}."),
    };
}
