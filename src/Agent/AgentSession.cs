using Microsoft.Extensions.Logging;

namespace Berth.Agent;

/// <summary>What a registered agent's two channels share.</summary>
internal sealed class AgentSession
{
    private static readonly TimeSpan RenewAfter = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan RenewJitter = TimeSpan.FromMinutes(5);

    private readonly Lock gate = new();
    private AgentIdentity identity = null!; // Required at construction.

    public required AgentOptions Options { get; init; }

    public required AgentIdentity Identity
    {
        get => identity;
        init => identity = value;
    }

    public required AgentDataDirectory Directory { get; init; }

    public required PollEndpoints Endpoints { get; init; }

    public required SignedWebSocket Sockets { get; init; }

    public required string DockerVersion { get; init; }

    public required TimeProvider Clock { get; init; }

    public required SignatureClock SignatureClock { get; init; }

    public required ILoggerFactory Loggers { get; init; }

    public string Cluster => Identity.Cluster ?? "default";

    public string ContainerInstanceArn => Identity.ContainerInstanceArn ?? "";

    /// <summary>The highest sequence number seen in payloads and manifests.</summary>
    public long Timeline
    {
        get
        {
            lock (gate)
            {
                return identity.Timeline;
            }
        }
    }

    public void SawTimeline(long timeline)
    {
        lock (gate)
        {
            // Not written down each time: a manifest judged by an older number is only verified once more.
            identity = timeline > identity.Timeline ? identity with { Timeline = timeline } : identity;
        }
    }

    public TimeSpan Inactivity(Random chance) => Options.SocketInactivity * (1 + chance.NextDouble());

    public static TimeSpan Renewal(Random chance) => RenewAfter + (RenewJitter * chance.NextDouble());
}
