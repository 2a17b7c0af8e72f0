namespace Berth.Agent;

/// <summary>What the agent says it is, in query strings and headers.</summary>
internal static class AgentBuild
{
    /// <summary>
    /// An <c>ecs-agent</c> version, because backends gate features on it: the first whose stop verification,
    /// and all else spoken here, works as this agent's does.
    /// </summary>
    public const string Version = "1.86.3";

    public const string Hash = "berth";
}
