using System.Text.Json;
using System.Text.Json.Nodes;

namespace Berth.Agent;

/// <summary>Which tasks a namespace that was made before them can serve.</summary>
internal static class PlainBridgeTask
{
    /// <summary>What a container says of its network that a namespace made before it cannot know.</summary>
    private static readonly string[] OwnNetwork = ["Hostname", "Domainname", "MacAddress", "NetworkDisabled"];

    private static readonly string[] OwnHostNetwork = ["Dns", "DnsOptions", "DnsSearch", "ExtraHosts", "Links", "PortBindings", "PublishAllPorts", "Sysctls"];

    /// <summary>With these a container could leave something of itself in its network.</summary>
    private static readonly HashSet<string> NetworkPowers = new(["ALL", "NET_ADMIN", "SYS_ADMIN"], StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Whether a task is one plain container in network mode bridge. One that publishes ports has a network of its own:
    /// then Docker's tools tell its ports, and no host port is a stranger's at once.
    /// </summary>
    public static bool Is(TaskSpec task) =>
        task.NetworkMode is null or "" or "bridge" && task.PidMode != "task" && task.IpcMode != "task"
        && task.Containers is [{ Links: null or [], PortMappings: null or [] } container]
        && Parsed(container.DockerConfig?.Config) is { } config && !OwnNetwork.Any(config.ContainsKey)
        && Parsed(container.DockerConfig?.HostConfig) is { } host && !OwnHostNetwork.Any(host.ContainsKey)
        && host["NetworkMode"]?.ToString() is null or "default" or "bridge"
        && host["Privileged"]?.ToString() != "true"
        && !(host["CapAdd"] as JsonArray ?? []).Any(power => NetworkPowers.Contains(power?.ToString().Replace("CAP_", "", StringComparison.OrdinalIgnoreCase) ?? ""));

    private static JsonObject? Parsed(string? document)
    {
        try
        {
            return string.IsNullOrEmpty(document) ? [] : JsonNode.Parse(document) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
