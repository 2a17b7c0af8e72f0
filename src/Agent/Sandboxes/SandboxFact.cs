namespace Berth.Agent;

/// <summary>Something that has happened to a task's sandbox.</summary>
internal abstract record SandboxFact : TaskFact
{
    private SandboxFact()
    {
    }

    /// <summary>It runs, and the task's containers may join it.</summary>
    internal sealed record Ready(string DockerId, SandboxAddress? Address) : SandboxFact
    {
        /// <summary>Of one that was made before.</summary>
        public int ProcessId { get; init; }

        /// <summary>What had passed through its network, of one that was made before.</summary>
        public NetworkCounters PassedBefore { get; init; }
    }

    /// <summary>None was ready, so the task does without.</summary>
    internal sealed record Declined : SandboxFact;

    /// <summary>It could not be made, or is no more.</summary>
    internal sealed record Ended(string Reason) : SandboxFact;

    /// <summary>The backend has accepted that its interface is attached.</summary>
    internal sealed record AttachmentReported : SandboxFact;

    /// <summary>Docker has nothing of it.</summary>
    internal sealed record Removed : SandboxFact;
}
