using System.Globalization;
using System.Text.Json.Nodes;

namespace Berth.Agent;

/// <summary>
/// What a bridge network's namespace has to offer for a task to be put into one that is ready: the ports it publishes, at
/// host ports of Docker's choice.
/// </summary>
/// <param name="Ports">As Docker has them, such as <c>80/tcp</c>, in order and parted by commas; empty for none.</param>
internal sealed record SandboxShape(string Ports)
{
    /// <summary>What a container says of its network that a namespace made before it cannot know.</summary>
    private static readonly string[] OwnNetwork = ["Hostname", "Domainname", "MacAddress"];

    private static readonly string[] OwnHostNetwork = ["Dns", "DnsOptions", "DnsSearch", "ExtraHosts", "Links", "PortBindings", "PublishAllPorts", "Sysctls"];

    /// <summary>With these a container could leave something of itself in its network.</summary>
    private static readonly HashSet<string> NetworkPowers = new(["ALL", "NET_ADMIN", "SYS_ADMIN"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Of one who publishes nothing the namespace may be used again: nobody outside remembers where it was.</summary>
    public bool IsReusable => Ports.Length == 0;

    /// <summary>The shape of a task that a ready namespace can serve: one plain container in network mode bridge.</summary>
    /// <returns>Null where its network has to be made for it.</returns>
    public static SandboxShape? Of(TaskSpec task)
    {
        if (task.NetworkMode is not (null or "" or "bridge") || task.PidMode == "task" || task.IpcMode == "task"
            || task.Containers is not [{ Links: null or [] } container]
            || (container.PortMappings ?? []).Any(mapping => mapping.HostPort != 0 || !string.IsNullOrEmpty(mapping.ContainerPortRange)))
        {
            return null;
        }

        var (config, host) = (Parsed(container.DockerConfig?.Config), Parsed(container.DockerConfig?.HostConfig));
        if (config is null || host is null || OwnNetwork.Any(config.ContainsKey) || OwnHostNetwork.Any(host.ContainsKey) || host["NetworkMode"]?.ToString() is not (null or "default" or "bridge")
            || host["Privileged"]?.ToString() == "true" || (host["CapAdd"] as JsonArray ?? []).Any(power => NetworkPowers.Contains(power?.ToString().Replace("CAP_", "", StringComparison.OrdinalIgnoreCase) ?? "")))
        {
            return null;
        }

        return new(string.Join(',', (container.PortMappings ?? [])
            .Select(mapping => string.Create(CultureInfo.InvariantCulture, $"{mapping.ContainerPort}/{(mapping.Protocol is "udp" ? "udp" : "tcp")}"))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)));
    }

    private static JsonObject? Parsed(string? document)
    {
        try
        {
            return string.IsNullOrEmpty(document) ? [] : JsonNode.Parse(document) as JsonObject;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
