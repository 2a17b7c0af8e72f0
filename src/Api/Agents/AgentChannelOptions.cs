namespace Berth.Api;

/// <summary>Times and bounds of the agents' sockets.</summary>
public sealed record AgentChannelOptions
{
    /// <summary>How often each socket carries a heartbeat; agents give up after a minute without a message.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>How long a payload may stay without acknowledgement before it is sent again.</summary>
    public TimeSpan Resend { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Heartbeats in a row without acknowledgement after which a session is dropped.</summary>
    public int MostMissedHeartbeats { get; init; } = 3;

    /// <summary>Messages that may wait for a slow agent; beyond, the session is dropped and the agent comes back to be told all.</summary>
    public int MostQueued { get; init; } = 20_000;

    /// <summary>The largest message an agent may send.</summary>
    public int MostMessageBytes { get; init; } = 4 << 20;

    /// <summary>Images of this registry (<c>HOST:PORT</c>) are pulled with a token from this control plane; empty for none.</summary>
    public string RegistryAuthority { get; init; } = "";

    /// <summary>The control plane's own address, where such a token is had.</summary>
    public string Endpoint { get; init; } = "";
}
