using System.Text.Json;
using System.Text.Json.Nodes;
using Berth.Domain;

namespace Berth.Api;

/// <summary>
/// Translates a task into what an agent is told of it: the task definition's own members where the agent has them, the
/// rest in Docker's shapes.
/// </summary>
/// <remarks>Source: the public agent's model of <c>PayloadMessage</c>.</remarks>
internal static class PayloadTask
{
    private const string DockerApiVersion = "1.24";

    /// <summary>Agents that have it can open sessions in containers.</summary>
    private const string ExecCapability = "ecs.capability.execute-command";

    /// <summary>In seconds.</summary>
    private const int UsualRestartAttemptPeriod = 300;

    /// <summary>A task that is to run.</summary>
    /// <param name="state">The cluster.</param>
    /// <param name="task">The task.</param>
    /// <param name="credentials">Gives the credentials of a role.</param>
    /// <param name="registryAuthority">Images of this registry are pulled with a token from this control plane.</param>
    /// <param name="endpoint">Where such a token is had.</param>
    public static JsonObject Run(ClusterState state, EcsTask task, Func<string, string, JsonObject> credentials, string registryAuthority, string endpoint)
    {
        var definition = state.TaskDefinitions[task.TaskDefinitionArn];
        var document = definition.Document;
        var result = new JsonObject
        {
            ["arn"] = state.TaskArn(task.Id),
            ["taskClusterArn"] = state.Arn,
            ["family"] = definition.Family,
            ["version"] = $"{definition.Revision}",
            ["desiredStatus"] = "RUNNING",
            ["overrides"] = "{}",
            ["launchType"] = task.LaunchType,
            ["networkMode"] = definition.NetworkMode,
            ["taskDefinitionAccountId"] = state.Account,
            ["group"] = task.Group,
            ["volumes"] = Volumes(document),
        };
        if (task.ServiceName is { } service)
        {
            result["serviceName"] = service;
        }

        if ((task.Overrides.CpuUnits ?? definition.CpuUnits) is { } cpu)
        {
            result["cpu"] = cpu / 1024.0;
        }

        if ((task.Overrides.MemoryMiB ?? definition.MemoryMiB) is { } memory)
        {
            result["memory"] = memory;
        }

        Copy(document, result, "pidMode", "ipcMode");
        if (Gpus(task) is { Count: > 0 } gpus)
        {
            result["associations"] = gpus;
        }

        if ((task.Overrides.TaskRoleArn ?? definition.TaskRoleArn) is { } role)
        {
            result["roleCredentials"] = credentials("TaskApplication", role);
        }

        if (ExecutionRole(task, definition) is { } execution)
        {
            result["executionRoleCredentials"] = credentials("TaskExecution", execution);
        }

        if (PayloadNetworkInterface.Of(state, task) is { } interfaces)
        {
            result["elasticNetworkInterfaces"] = interfaces;
        }

        var overrides = task.Overrides.Containers.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        result["containers"] = new JsonArray([.. document.GetProperty("containerDefinitions").EnumerateArray().Select(container => (JsonNode)Container(
            state, task, definition, container, overrides.GetValueOrDefault(container.GetProperty("name").GetString()!), registryAuthority, endpoint))]);
        return result;
    }

    /// <summary>A task that is to stop; needs nothing but its name.</summary>
    public static JsonObject Stop(string taskArn) => new() { ["arn"] = taskArn, ["desiredStatus"] = "STOPPED" };

    private static JsonObject Container(
        ClusterState state,
        EcsTask task,
        TaskDefinition definition,
        JsonElement container,
        ContainerOverride? over,
        string registryAuthority,
        string endpoint)
    {
        var name = container.GetProperty("name").GetString()!;
        var image = PinnedImages.Of(state, task, container);
        var result = new JsonObject
        {
            ["name"] = name,
            ["image"] = image,
            ["containerArn"] = state.ContainerArn(task.Id, task.Containers.First(known => known.Name == name).Id),
            ["cpu"] = over?.CpuUnits ?? Number(container, "cpu") ?? 0,
            ["memory"] = over?.MemoryMiB ?? Number(container, "memory") ?? 0,
            ["essential"] = !container.TryGetProperty("essential", out var essential) || essential.GetBoolean(),
            ["overrides"] = "{}",
            ["environment"] = Environment(container, over),
        };
        Copy(container, result, "entryPoint", "links", "volumesFrom", "dependsOn", "startTimeout", "stopTimeout", "environmentFiles", "firelensConfiguration");
        if (Node(container, "restartPolicy") is JsonObject restart)
        {
            restart.TryAdd("restartAttemptPeriod", UsualRestartAttemptPeriod);    // To the official agent, none is none: it would try without pause.
            result["restartPolicy"] = restart;
        }

        if (over?.Command is { } command)
        {
            result["command"] = new JsonArray([.. command.Select(word => (JsonNode)word)]);
        }
        else
        {
            Copy(container, result, "command");
        }

        if (over?.EnvironmentFiles is { } files)
        {
            result["environmentFiles"] = JsonArray.Create(files);
        }

        result["portMappings"] = new JsonArray([.. Items(container, "portMappings").Select(mapping =>
        {
            var port = new JsonObject();
            Copy(mapping, port, "containerPort", "hostPort", "protocol", "containerPortRange");
            return (JsonNode)port;
        })]);
        result["mountPoints"] = new JsonArray([.. Items(container, "mountPoints").Select(mount =>
        {
            var point = new JsonObject();
            Copy(mount, point, "sourceVolume", "containerPath", "readOnly");
            return (JsonNode)point;
        })]);
        if (registryAuthority.Length > 0 && image.StartsWith(registryAuthority + "/", StringComparison.Ordinal))
        {
            result["registryAuthentication"] = new JsonObject
            {
                ["type"] = "ecr",
                ["ecrAuthData"] = new JsonObject
                {
                    ["region"] = state.Region,
                    ["registryId"] = state.Account,
                    ["endpointOverride"] = endpoint,
                    ["useExecutionRole"] = false,
                },
            };
        }

        PayloadSecrets.Add(container, state.Region, result);
        if (ExecutionRole(task, definition) is not null && container.TryGetProperty("logConfiguration", out var log) && Text(log, "logDriver") == "awslogs")
        {
            result["logsAuthStrategy"] = "ExecutionRole";
        }

        if (task.EnableExecuteCommand && state.ContainerInstances.GetValueOrDefault(task.ContainerInstanceId)?.Attributes.ContainsKey(ExecCapability) == true)
        {
            result["managedAgents"] = new JsonArray(new JsonObject { ["name"] = TaskReports.ExecuteCommandAgent, ["properties"] = new JsonObject() });
        }

        var config = Config(container);
        if (config.ContainsKey("Healthcheck"))
        {
            result["healthCheckType"] = "docker";
        }

        result["dockerConfig"] = new JsonObject
        {
            ["version"] = DockerApiVersion,
            ["config"] = config.ToJsonString(),
            ["hostConfig"] = HostConfig(task, definition, container, over).ToJsonString(),
        };
        return result;
    }

    private static string? ExecutionRole(EcsTask task, TaskDefinition definition) => task.Overrides.ExecutionRoleArn ?? definition.ExecutionRoleArn;

    private static JsonObject Environment(JsonElement container, ContainerOverride? over)
    {
        var result = new JsonObject();
        foreach (var variable in Items(container, "environment"))
        {
            result[Text(variable, "name") ?? ""] = Text(variable, "value") ?? "";
        }

        foreach (var variable in over?.Environment ?? [])
        {
            result[variable.Name] = variable.Value;
        }

        return result;
    }

    /// <summary>Which container has which GPU.</summary>
    private static JsonArray Gpus(EcsTask task) => new([.. task.Containers.SelectMany(container => (container.GpuIds ?? []).Select(gpu => (JsonNode)new JsonObject
    {
        ["name"] = gpu,
        ["type"] = "gpu",
        ["containers"] = new JsonArray(container.Name),
    }))]);

    private static JsonArray Volumes(JsonElement document) => new([.. Items(document, "volumes").Select(volume =>
    {
        var result = new JsonObject { ["name"] = Text(volume, "name") };
        if (volume.TryGetProperty("dockerVolumeConfiguration", out var docker))
        {
            result["type"] = "docker";
            result["dockerVolumeConfiguration"] = JsonObject.Create(docker);
        }
        else
        {
            result["type"] = "host";
            result["host"] = new JsonObject { ["sourcePath"] = volume.TryGetProperty("host", out var host) ? Text(host, "sourcePath") ?? "" : "" };
        }

        return (JsonNode)result;
    })]);

    /// <summary>Docker's <c>ContainerConfig</c>: what belongs to the container's inside.</summary>
    private static JsonObject Config(JsonElement container)
    {
        var config = new JsonObject();
        Rename(container, config, ("dockerLabels", "Labels"), ("hostname", "Hostname"), ("user", "User"), ("workingDirectory", "WorkingDir"), ("interactive", "OpenStdin"), ("pseudoTerminal", "Tty"));
        if (container.TryGetProperty("disableNetworking", out var isOff) && isOff.ValueKind == JsonValueKind.True)
        {
            config["NetworkDisabled"] = true;
        }

        if (container.TryGetProperty("healthCheck", out var check))
        {
            var health = new JsonObject { ["Test"] = Node(check, "command") };
            foreach (var (from, to, otherwise) in ((string, string, int)[])[("interval", "Interval", 30), ("timeout", "Timeout", 5), ("startPeriod", "StartPeriod", 0)])
            {
                health[to] = (Number(check, from) ?? otherwise) * 1_000_000_000L;
            }

            health["Retries"] = Number(check, "retries") ?? 3;
            config["Healthcheck"] = health;
        }

        return config;
    }

    /// <summary>Docker's <c>HostConfig</c>: what the container gets of its host.</summary>
    private static JsonObject HostConfig(EcsTask task, TaskDefinition definition, JsonElement container, ContainerOverride? over)
    {
        var host = new JsonObject { ["NetworkMode"] = definition.NetworkMode };
        Rename(container, host, ("privileged", "Privileged"), ("readonlyRootFilesystem", "ReadonlyRootfs"), ("dnsServers", "Dns"), ("dnsSearchDomains", "DnsSearch"), ("dockerSecurityOptions", "SecurityOpt"));
        if ((over?.MemoryReservationMiB ?? Number(container, "memoryReservation")) is { } soft)
        {
            host["MemoryReservation"] = soft * 1024L * 1024L;
        }

        if (container.TryGetProperty("logConfiguration", out var log))
        {
            host["LogConfig"] = LogConfig(task, container, log);
        }

        if (Items(container, "extraHosts").ToList() is { Count: > 0 } extraHosts)
        {
            host["ExtraHosts"] = new JsonArray([.. extraHosts.Select(entry => (JsonNode)$"{Text(entry, "hostname")}:{Text(entry, "ipAddress")}")]);
        }

        if (Items(container, "ulimits").ToList() is { Count: > 0 } ulimits)
        {
            host["Ulimits"] = new JsonArray([.. ulimits.Select(entry => (JsonNode)new JsonObject
            {
                ["Name"] = Text(entry, "name"),
                ["Soft"] = Number(entry, "softLimit") ?? 0,
                ["Hard"] = Number(entry, "hardLimit") ?? 0,
            })]);
        }

        if (Items(container, "systemControls").ToList() is { Count: > 0 } controls)
        {
            host["Sysctls"] = new JsonObject(controls.Select(entry => KeyValuePair.Create(Text(entry, "namespace") ?? "", (JsonNode?)Text(entry, "value"))));
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

        var driver = Text(log, "logDriver")!;
        if (driver == "awslogs" && options["awslogs-stream-prefix"] is { } prefix)
        {
            options["awslogs-stream"] = $"{prefix}/{Text(container, "name")}/{task.Id}";
            options.Remove("awslogs-stream-prefix");
        }

        return new() { ["Type"] = driver, ["Config"] = options };
    }

    private static void Linux(JsonElement linux, JsonElement container, ContainerOverride? over, JsonObject host)
    {
        const long MiB = 1024 * 1024;
        if (linux.TryGetProperty("capabilities", out var capabilities))
        {
            Rename(capabilities, host, ("add", "CapAdd"), ("drop", "CapDrop"));
        }

        Rename(linux, host, ("initProcessEnabled", "Init"));
        if (Number(linux, "sharedMemorySize") is { } shared)
        {
            host["ShmSize"] = shared * MiB;
        }

        if (Number(linux, "maxSwap") is { } swap && (over?.MemoryMiB ?? Number(container, "memory")) is { } memory)
        {
            host["MemorySwap"] = (memory + swap) * MiB;
            host["MemorySwappiness"] = Number(linux, "swappiness") ?? 60;
        }

        if (Items(linux, "tmpfs").ToList() is { Count: > 0 } tmpfs)
        {
            host["Tmpfs"] = new JsonObject(tmpfs.Select(entry => KeyValuePair.Create(
                Text(entry, "containerPath") ?? "",
                (JsonNode?)string.Join(',', Items(entry, "mountOptions").Select(option => option.GetString()).Append($"size={Number(entry, "size")}m")))));
        }

        if (Items(linux, "devices").ToList() is { Count: > 0 } devices)
        {
            host["Devices"] = new JsonArray([.. devices.Select(device => (JsonNode)new JsonObject
            {
                ["PathOnHost"] = Text(device, "hostPath"),
                ["PathInContainer"] = Text(device, "containerPath") ?? Text(device, "hostPath"),
                ["CgroupPermissions"] = string.Concat(Items(device, "permissions").Select(permission => permission.GetString()![..1])) is { Length: > 0 } given ? given : "rwm",
            })]);
        }
    }

    private static void Copy(JsonElement from, JsonObject to, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Node(from, name) is { } value)
            {
                to[name] = value;
            }
        }
    }

    private static void Rename(JsonElement from, JsonObject to, params ReadOnlySpan<(string From, string To)> names)
    {
        foreach (var (old, name) in names)
        {
            if (Node(from, old) is { } value)
            {
                to[name] = value;
            }
        }
    }

    private static JsonNode? Node(JsonElement from, string name) => !from.TryGetProperty(name, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.Object => JsonObject.Create(value),
        JsonValueKind.Array => JsonArray.Create(value),
        JsonValueKind.Null => null,
        _ => JsonValue.Create(value),
    };

    private static JsonElement.ArrayEnumerator Items(JsonElement from, string name) =>
        from.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : default;

    private static string? Text(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int? Number(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : null;
}
