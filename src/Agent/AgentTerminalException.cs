namespace Berth.Agent;

/// <summary>The agent cannot go on, and trying again would not help.</summary>
public sealed class AgentTerminalException : Exception
{
    /// <summary>Creates the exception with what the operator reads.</summary>
    public AgentTerminalException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>The official agent's exit code for "do not restart me".</summary>
    public static int ExitCode => 5;
}
