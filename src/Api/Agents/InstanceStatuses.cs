using System.Collections.Concurrent;
using System.Text.Json;
using Berth.Engine;

namespace Berth.Api;

/// <summary>How an instance's container runtime is, in its agent's last word.</summary>
/// <param name="Status">A value of the API's <c>InstanceHealthCheckState</c>.</param>
/// <param name="Reason">Why; null where the agent does not say.</param>
/// <param name="LastUpdated">When the agent looked.</param>
/// <param name="LastStatusChange">Since when it is so.</param>
internal sealed record ContainerRuntimeStatus(string Status, string? Reason, DateTimeOffset LastUpdated, DateTimeOffset LastStatusChange);

/// <summary>The container runtimes of all instances whose agents send telemetry: the latest word of each, in memory only.</summary>
internal sealed class InstanceStatuses(TimeProvider clock)
{
    private const int LongestReason = 1024;

    private readonly ConcurrentDictionary<(StreamId Cluster, string Instance), ContainerRuntimeStatus> runtimes = new();

    /// <summary>Takes in a <c>PublishInstanceStatusRequest</c>. Statuses of other types, and those that the API has no word for, are passed over.</summary>
    public void Take(StreamId cluster, string instanceId, JsonElement message)
    {
        foreach (var told in message.Members("statuses"))
        {
            if (told.Text("type") == "ContainerRuntime" && told.Text("status") is ("OK" or "IMPAIRED" or "INITIALIZING" or "INSUFFICIENT_DATA") and var status)
            {
                var now = clock.GetUtcNow();
                var reason = told.Text("statusReason") is { Length: > 0 } given ? given[..Math.Min(given.Length, LongestReason)] : null;
                runtimes[(cluster, instanceId)] = new(status, reason, told.Moment("lastUpdated") ?? now, told.Moment("lastStatusChange") ?? now);
            }
        }
    }

    /// <summary>The last word on an instance's runtime; null where there is none.</summary>
    public ContainerRuntimeStatus? Find(StreamId cluster, string instanceId) => runtimes.GetValueOrDefault((cluster, instanceId));

    /// <summary>An agent is gone, and what it told is the past.</summary>
    public void Forget(StreamId cluster, string instanceId) => runtimes.TryRemove((cluster, instanceId), out _);
}
