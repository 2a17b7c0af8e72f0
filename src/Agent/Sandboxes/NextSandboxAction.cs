namespace Berth.Agent;

/// <summary>The one next thing to do for a task's sandbox.</summary>
internal enum SandboxAction
{
    Wait,

    /// <summary>Make it and start it.</summary>
    Prepare,

    Remove,
}

/// <summary>Decides the next step of a sandbox from the state of its task: no effects, no clock.</summary>
internal static class NextSandboxAction
{
    /// <summary>It is made while images are pulled, and goes at once with the last container, which frees its address.</summary>
    public static SandboxAction For(TaskState task) => task switch
    {
        { Sandbox: null or { Known: SandboxStatus.Removed } } => SandboxAction.Wait,
        { Known: EcsTaskStatus.Stopped } => SandboxAction.Remove,
        { Sandbox.Known: SandboxStatus.None, Admitted: true, IsStopping: false } => SandboxAction.Prepare,
        _ => SandboxAction.Wait,
    };
}
