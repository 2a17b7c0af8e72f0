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

        document.Copy(result, "pidMode", "ipcMode");
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
            ["cpu"] = over?.CpuUnits ?? container.Whole("cpu") ?? 0,
            ["memory"] = over?.MemoryMiB ?? container.Whole("memory") ?? 0,
            ["essential"] = !container.TryGetProperty("essential", out var essential) || essential.GetBoolean(),
            ["overrides"] = "{}",
            ["environment"] = Environment(container, over),
        };
        container.Copy(result, "entryPoint", "links", "volumesFrom", "dependsOn", "startTimeout", "stopTimeout", "environmentFiles", "firelensConfiguration");
        if (container.Node("restartPolicy") is JsonObject restart)
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
            container.Copy(result, "command");
        }

        if (over?.EnvironmentFiles is { } files)
        {
            result["environmentFiles"] = JsonArray.Create(files);
        }

        result["portMappings"] = new JsonArray([.. container.Members("portMappings").Select(mapping =>
        {
            var port = new JsonObject();
            mapping.Copy(port, "containerPort", "hostPort", "protocol", "containerPortRange");
            return (JsonNode)port;
        })]);
        result["mountPoints"] = new JsonArray([.. container.Members("mountPoints").Select(mount =>
        {
            var point = new JsonObject();
            mount.Copy(point, "sourceVolume", "containerPath", "readOnly");
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
        if (ExecutionRole(task, definition) is not null && container.Member("logConfiguration").Text("logDriver") == "awslogs")
        {
            result["logsAuthStrategy"] = "ExecutionRole";
        }

        if (task.EnableExecuteCommand && state.ContainerInstances.GetValueOrDefault(task.ContainerInstanceId)?.Attributes.ContainsKey(ExecCapability) == true)
        {
            result["managedAgents"] = new JsonArray(new JsonObject { ["name"] = TaskReports.ExecuteCommandAgent, ["properties"] = new JsonObject() });
        }

        var config = PayloadDocker.Config(container);
        if (config.ContainsKey("Healthcheck"))
        {
            result["healthCheckType"] = "docker";
        }

        result["dockerConfig"] = new JsonObject
        {
            ["version"] = DockerApiVersion,
            ["config"] = config.ToJsonString(),
            ["hostConfig"] = PayloadDocker.HostConfig(task, definition, container, over).ToJsonString(),
        };
        return result;
    }

    private static string? ExecutionRole(EcsTask task, TaskDefinition definition) => task.Overrides.ExecutionRoleArn ?? definition.ExecutionRoleArn;

    private static JsonObject Environment(JsonElement container, ContainerOverride? over)
    {
        var result = new JsonObject();
        foreach (var variable in container.Members("environment"))
        {
            result[variable.Text("name") ?? ""] = variable.Text("value") ?? "";
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

    private static JsonArray Volumes(JsonElement document) => new([.. document.Members("volumes").Select(volume =>
    {
        var result = new JsonObject { ["name"] = volume.Text("name") };
        if (volume.TryGetProperty("dockerVolumeConfiguration", out var docker))
        {
            result["type"] = "docker";
            result["dockerVolumeConfiguration"] = JsonObject.Create(docker);
        }
        else
        {
            result["type"] = "host";
            result["host"] = new JsonObject { ["sourcePath"] = volume.Member("host").Text("sourcePath") ?? "" };
        }

        return (JsonNode)result;
    })]);
}
