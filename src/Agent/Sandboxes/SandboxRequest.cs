using System.Text.Json;
using System.Text.Json.Nodes;

namespace Berth.Agent;

/// <summary>
/// The body of Docker's create call for a sandbox. What a container says of a namespace is said for all who share it,
/// and Docker takes it only from the namespace's owner, so it is moved here from the containers.
/// </summary>
internal static class SandboxRequest
{
    /// <summary>What a container may not say once its network is another's.</summary>
    private static readonly string[] NetworkConfig = ["Hostname", "Domainname", "MacAddress", "ExposedPorts"];

    private static readonly string[] NetworkHostConfig = ["Dns", "DnsOptions", "DnsSearch", "ExtraHosts", "PortBindings", "PublishAllPorts", "Links"];

    private const string NetworkSysctl = "net.";

    /// <param name="task">A task with a sandbox.</param>
    /// <param name="sandbox">The task's sandbox.</param>
    /// <param name="network">The Docker network it joins.</param>
    /// <param name="context">What containers are told of their instance.</param>
    public static JsonObject Build(TaskState task, SandboxState sandbox, string network, CreateContext context)
    {
        var config = new JsonObject { ["Image"] = PauseImage.Name, ["Entrypoint"] = new JsonArray(PauseImage.Program), ["StopSignal"] = "SIGKILL" };
        var host = new JsonObject
        {
            ["NetworkMode"] = network,
            ["CapDrop"] = new JsonArray("ALL"),
            ["SecurityOpt"] = new JsonArray("no-new-privileges"),
            ["LogConfig"] = new JsonObject { ["Type"] = "none" },
        };
        if (sandbox.OwnsPids)
        {
            host["Init"] = true; // Reaps what the containers leave behind.
        }

        if (sandbox.OwnsIpc)
        {
            host["IpcMode"] = "shareable";
        }

        if (sandbox.Interface is { } @interface)
        {
            config["MacAddress"] = @interface.MacAddress;
            foreach (var container in task.Containers)
            {
                Take(Parsed(container.Spec.DockerConfig?.Config), config, ["Hostname", "Domainname"]);
                var said = Parsed(container.Spec.DockerConfig?.HostConfig);
                Take(said, host, ["Dns", "DnsOptions", "DnsSearch", "ExtraHosts"]);
                TakeSysctls(said, host);
            }
        }

        CreateRequest.AddLabels(task, SandboxState.ContainerName, config, context);
        config["HostConfig"] = host;
        return config;
    }

    /// <summary>Has a container's own create body join the sandbox of its task.</summary>
    public static void Join(SandboxState sandbox, JsonObject config, JsonObject host)
    {
        if (sandbox.OwnsNetwork)
        {
            foreach (var name in NetworkConfig)
            {
                config.Remove(name);
            }

            foreach (var name in NetworkHostConfig)
            {
                host.Remove(name);
            }

            foreach (var sysctl in Sysctls(host).ToList())
            {
                ((JsonObject)host["Sysctls"]!).Remove(sysctl.Key); // There is one where there are sysctls.
            }

            host["NetworkMode"] = sandbox.JoinMode;
        }

        if (sandbox.OwnsPids)
        {
            host["PidMode"] = sandbox.JoinMode;
        }

        if (sandbox.OwnsIpc)
        {
            host["IpcMode"] = sandbox.JoinMode;
        }
    }

    /// <summary>The first container that says something has its way; of hosts and name servers there may be several.</summary>
    private static void Take(JsonObject said, JsonObject target, ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (said[name] is not { } value)
            {
                continue;
            }

            if (value is JsonArray more && target[name] is JsonArray some)
            {
                foreach (var item in more.Where(item => !some.Any(other => JsonNode.DeepEquals(item, other))))
                {
                    some.Add(item?.DeepClone());
                }
            }
            else if (target[name] is null)
            {
                target[name] = value.DeepClone();
            }
        }
    }

    private static void TakeSysctls(JsonObject said, JsonObject host)
    {
        foreach (var (name, value) in Sysctls(said))
        {
            if (host["Sysctls"] is not JsonObject sysctls)
            {
                host["Sysctls"] = sysctls = [];
            }

            sysctls[name] ??= value?.DeepClone();
        }
    }

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Sysctls(JsonObject host) =>
        (host["Sysctls"] as JsonObject ?? []).Where(sysctl => sysctl.Key.StartsWith(NetworkSysctl, StringComparison.Ordinal));

    /// <summary>A definition's document; empty where it is none, which creating its container will complain of.</summary>
    private static JsonObject Parsed(string? document)
    {
        try
        {
            return document is { Length: > 0 } ? JsonNode.Parse(document) as JsonObject ?? [] : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
