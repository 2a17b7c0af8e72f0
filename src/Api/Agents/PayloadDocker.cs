using System.Text.Json;
using System.Text.Json.Nodes;
using Berth.Domain;

namespace Berth.Api;

/// <summary>What a container definition says and the agent protocol has no member for, in Docker's shapes.</summary>
internal static class PayloadDocker
{
    /// <summary>Docker's <c>ContainerConfig</c>: what belongs to the container's inside.</summary>
    public static JsonObject Config(JsonElement container)
    {
        var config = new JsonObject();
        container.Rename(config, ("dockerLabels", "Labels"), ("hostname", "Hostname"), ("user", "User"), ("workingDirectory", "WorkingDir"), ("interactive", "OpenStdin"), ("pseudoTerminal", "Tty"));
        if (container.Member("disableNetworking").ValueKind == JsonValueKind.True)
        {
            config["NetworkDisabled"] = true;
        }

        if (container.TryGetProperty("healthCheck", out var check))
        {
            var health = new JsonObject { ["Test"] = check.Node("command") };
            foreach (var (from, to, otherwise) in ((string, string, int)[])[("interval", "Interval", 30), ("timeout", "Timeout", 5), ("startPeriod", "StartPeriod", 0)])
            {
                health[to] = (check.Whole(from) ?? otherwise) * 1_000_000_000L;
            }

            health["Retries"] = check.Whole("retries") ?? 3;
            config["Healthcheck"] = health;
        }

        return config;
    }

    /// <summary>Docker's <c>HostConfig</c>: what the container gets of its host.</summary>
    public static JsonObject HostConfig(EcsTask task, TaskDefinition definition, JsonElement container, ContainerOverride? over)
    {
        var host = new JsonObject { ["NetworkMode"] = definition.NetworkMode };
        container.Rename(host, ("privileged", "Privileged"), ("readonlyRootFilesystem", "ReadonlyRootfs"), ("dnsServers", "Dns"), ("dnsSearchDomains", "DnsSearch"), ("dockerSecurityOptions", "SecurityOpt"));
        if ((over?.MemoryReservationMiB ?? container.Whole("memoryReservation")) is { } soft)
        {
            host["MemoryReservation"] = soft * 1024L * 1024L;
        }

        if (container.TryGetProperty("logConfiguration", out var log))
        {
            host["LogConfig"] = LogConfig(task, container, log);
        }

        if (container.Members("extraHosts").ToList() is { Count: > 0 } extraHosts)
        {
            host["ExtraHosts"] = new JsonArray([.. extraHosts.Select(entry => (JsonNode)$"{entry.Text("hostname")}:{entry.Text("ipAddress")}")]);
        }

        if (container.Members("ulimits").ToList() is { Count: > 0 } ulimits)
        {
            host["Ulimits"] = new JsonArray([.. ulimits.Select(entry => (JsonNode)new JsonObject
            {
                ["Name"] = entry.Text("name"),
                ["Soft"] = entry.Whole("softLimit") ?? 0,
                ["Hard"] = entry.Whole("hardLimit") ?? 0,
            })]);
        }

        if (container.Members("systemControls").ToList() is { Count: > 0 } controls)
        {
            host["Sysctls"] = new JsonObject(controls.Select(entry => KeyValuePair.Create(entry.Text("namespace") ?? "", (JsonNode?)entry.Text("value"))));
        }

        if (container.TryGetProperty("linuxParameters", out var linux))
        {
            Linux(linux, container, over, host);
        }

        return host;
    }

    /// <summary>The stream's name is the control plane's to make: <c>PREFIX/CONTAINER/TASK</c>.</summary>
    private static JsonObject LogConfig(EcsTask task, JsonElement container, JsonElement log)
    {
        var options = new JsonObject();
        if (log.TryGetProperty("options", out var given) && given.ValueKind == JsonValueKind.Object)
        {
            foreach (var option in given.EnumerateObject())
            {
                options[option.Name] = option.Value.GetString();
            }
        }

        var driver = log.Text("logDriver")!;
        if (driver == "awslogs" && options["awslogs-stream-prefix"] is { } prefix)
        {
            options["awslogs-stream"] = $"{prefix}/{container.Text("name")}/{task.Id}";
            options.Remove("awslogs-stream-prefix");
        }

        return new() { ["Type"] = driver, ["Config"] = options };
    }

    private static void Linux(JsonElement linux, JsonElement container, ContainerOverride? over, JsonObject host)
    {
        const long MiB = 1024 * 1024;
        if (linux.TryGetProperty("capabilities", out var capabilities))
        {
            capabilities.Rename(host, ("add", "CapAdd"), ("drop", "CapDrop"));
        }

        linux.Rename(host, ("initProcessEnabled", "Init"));
        if (linux.Whole("sharedMemorySize") is { } shared)
        {
            host["ShmSize"] = shared * MiB;
        }

        if (linux.Whole("maxSwap") is { } swap && (over?.MemoryMiB ?? container.Whole("memory")) is { } memory)
        {
            host["MemorySwap"] = (memory + swap) * MiB;
            host["MemorySwappiness"] = linux.Whole("swappiness") ?? 60;
        }

        if (linux.Members("tmpfs").ToList() is { Count: > 0 } tmpfs)
        {
            host["Tmpfs"] = new JsonObject(tmpfs.Select(entry => KeyValuePair.Create(
                entry.Text("containerPath") ?? "",
                (JsonNode?)string.Join(',', entry.Members("mountOptions").Select(option => option.GetString()).Append($"size={entry.Whole("size")}m")))));
        }

        if (linux.Members("devices").ToList() is { Count: > 0 } devices)
        {
            host["Devices"] = new JsonArray([.. devices.Select(device => (JsonNode)new JsonObject
            {
                ["PathOnHost"] = device.Text("hostPath"),
                ["PathInContainer"] = device.Text("containerPath") ?? device.Text("hostPath"),
                ["CgroupPermissions"] = string.Concat(device.Members("permissions").Select(permission => permission.GetString()![..1])) is { Length: > 0 } given ? given : "rwm",
            })]);
        }
    }
}
