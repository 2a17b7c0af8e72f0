using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Berth.Agent;

/// <summary>The statistics that containers may ask for: the engine's own documents, in which the network is their task's.</summary>
internal sealed class StatsDocuments(DockerEngine docker, ContainerStatistics statistics)
{
    private const string Networks = "networks";

    /// <summary>A container's document; null where it does not run.</summary>
    /// <param name="task">Its task.</param>
    /// <param name="container">The container.</param>
    /// <param name="withRate">Whether it tells how fast data passes as well, as version 4 does.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<JsonNode?> OfAsync(TaskState task, ContainerState container, bool withRate, CancellationToken cancellationToken)
    {
        if (container is not { DockerId: { } id, Known: ContainerStatus.Running })
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(await docker.RawStatsAsync(id, cancellationToken).ConfigureAwait(false)) is JsonObject document
                ? WithNetwork(document, id, NetworkShare.Of(task), withRate)
                : null;
        }
        catch (Exception unavailable) when (unavailable is DockerException or DockerUnreachableException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The documents of all of a task's containers, by their ids.</summary>
    /// <param name="task">The task.</param>
    /// <param name="withRate">As in <see cref="OfAsync"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<JsonObject> OfAllAsync(TaskState task, bool withRate, CancellationToken cancellationToken)
    {
        var all = new JsonObject();
        foreach (var container in task.Containers)
        {
            if (container.DockerId is { } id)
            {
                all[id] = await OfAsync(task, container, withRate, cancellationToken).ConfigureAwait(false);
            }
        }

        return all;
    }

    private JsonObject WithNetwork(JsonObject document, string id, NetworkShare share, bool withRate)
    {
        NetworkCounters? sum = null;
        foreach (var (name, device) in (document[Networks] as JsonObject ?? []).ToList())
        {
            if (device.Deserialize(DockerJson.Default.DockerNetworkStats) is { } passed)
            {
                var own = share.In(NetworkCounters.Of(passed));
                sum = (sum ?? default) + own;
                document[Networks]![name] = JsonSerializer.SerializeToNode(own.AsDevice(), DockerJson.Default.DockerNetworkStats);    // It is among them.
            }
        }

        if (withRate)
        {
            var read = DateTimeOffset.TryParse((string?)document["read"], CultureInfo.InvariantCulture, out var at) ? at : default;
            document["network_rate_stats"] = sum is { } counted && statistics.RateUntil(id, counted, read) is { } rate
                ? new JsonObject { ["rx_bytes_per_sec"] = rate.RxBytesPerSecond, ["tx_bytes_per_sec"] = rate.TxBytesPerSecond }
                : null;
        }

        return document;
    }
}
