using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Berth.Agent;

/// <summary>What a container is told of its instance, and what its logs become.</summary>
/// <param name="Cluster">The configured cluster.</param>
/// <param name="ContainerInstanceArn">The instance, by which the agent finds its containers again.</param>
/// <param name="Endpoints">The authority of the container endpoints for a network mode; null where there is none.</param>
/// <param name="EndpointsAreLinkLocal">Whether that authority is 169.254.170.2, the only one SDKs add relative addresses to.</param>
internal sealed record CreateContext(string Cluster, string ContainerInstanceArn, Func<string?, string?> Endpoints, bool EndpointsAreLinkLocal)
{
    /// <summary>The first of so many free host ports of a protocol side by side; null where there are none.</summary>
    public Func<int, string, int?> FreePorts { get; init; } = (_, _) => null;

    /// <summary>Where what log routers share is kept.</summary>
    public required FirelensDirectory Firelens { get; init; }

    /// <summary>Whether tasks with limits have a control group of their own, so that containers need not be held to them one by one.</summary>
    public bool HasTaskCgroups { get; init; }
}

/// <summary>A container cannot be created as described; the message is the reason reported.</summary>
internal sealed class ContainerDefinitionException(string message) : Exception(message);

/// <summary>Builds the body of Docker's create call: what the agent derives, under what the definition says in Docker's words.</summary>
internal static class CreateRequest
{
    /// <summary>The label, beside those of the official agent, by which several agents on one engine tell their containers apart.</summary>
    public const string InstanceLabel = "com.amazonaws.ecs.container-instance-arn";

    public const string TaskLabel = "com.amazonaws.ecs.task-arn";

    public const string ContainerLabel = "com.amazonaws.ecs.container-name";

    /// <summary>The least CPU shares Docker takes.</summary>
    private const int MinCpuShares = 2;

    public static JsonObject Build(TaskState task, ContainerState container, CreateContext context)
    {
        var spec = container.Spec;
        var config = new JsonObject { ["Image"] = spec.Image };
        var hostConfig = new JsonObject();
        if (spec.Command is { Count: > 0 } command)
        {
            config["Cmd"] = Strings(command);
        }

        if (spec.EntryPoint is { Count: > 0 } entryPoint)
        {
            config["Entrypoint"] = Strings(entryPoint);
        }

        config["Env"] = Strings((spec.Environment ?? new Dictionary<string, string>()).Select(variable => $"{variable.Key}={variable.Value}"));
        if (task.Sandbox is not { OwnsNetwork: true })
        {
            AddPorts(spec, config, hostConfig, context);
        }

        AddVolumes(task, spec, hostConfig);
        if (spec.Links is { Count: > 0 } links)
        {
            hostConfig["Links"] = Strings(links.Select(link => Link(task, link)));
        }

        AddLimits(task, spec, hostConfig, context);

        if (task.Spec.PidMode == "host")
        {
            hostConfig["PidMode"] = "host";
        }

        if (task.Spec.IpcMode is ("host" or "none") and var ipc)
        {
            hostConfig["IpcMode"] = ipc;
        }

        AddGpus(task, spec, hostConfig);
        Merge(config, spec.DockerConfig?.Config, "config");
        Merge(hostConfig, spec.DockerConfig?.HostConfig, "hostConfig");
        if (spec.HealthCheckType is not null && !spec.HealthCheckType.Equals("none", StringComparison.OrdinalIgnoreCase) && config["Healthcheck"] is null)
        {
            throw new ContainerDefinitionException("DockerClientConfigError: docker health check is nil while container health check type is DOCKER");
        }

        AddEnvironment(task, container, config, hostConfig, context);
        AddLabels(task, container.Name, config, context);
        if (task.Sandbox is { } sandbox)
        {
            SandboxRequest.Join(sandbox, config, hostConfig);
        }

        LogConfiguration.Replace(hostConfig);
        FirelensRequest.Apply(task, container, config, hostConfig, context.Firelens);
        config["HostConfig"] = hostConfig;
        return config;
    }

    private static void AddLimits(TaskState task, ContainerSpec spec, JsonObject hostConfig, CreateContext context)
    {
        var group = context.HasTaskCgroups ? TaskCgroups.PathOf(task) : null;
        if (group is not null)
        {
            hostConfig["CgroupParent"] = group;
        }

        // Without a limit of its own a container may at most take what its whole task has.
        var memoryMiB = spec.Memory > 0 ? spec.Memory : group is null ? task.Spec.Memory ?? 0 : 0;
        if (memoryMiB > 0)
        {
            hostConfig["Memory"] = memoryMiB * 1024L * 1024L;
        }

        hostConfig["CpuShares"] = Math.Max(spec.Cpu, MinCpuShares);
        if (group is null && task.Spec.Cpu is > 0 and var vCpus)
        {
            hostConfig["NanoCpus"] = (long)(vCpus * 1_000_000_000);
        }
    }

    /// <summary>The container's own GPUs, by their ids.</summary>
    private static void AddGpus(TaskState task, ContainerSpec spec, JsonObject hostConfig)
    {
        var gpus = task.Spec.AssociationsOf(spec.Name ?? "", "gpu");
        if (gpus.Count > 0)
        {
            hostConfig["DeviceRequests"] = new JsonArray(new JsonObject
            {
                ["DeviceIDs"] = Strings(gpus),
                ["Capabilities"] = new JsonArray(new JsonArray("gpu")),
            });
        }
    }

    /// <summary>The definition's own host configuration; null where there is none or it is not JSON.</summary>
    public static JsonObject? HostConfigOf(ContainerSpec spec) => Parsed(spec.DockerConfig?.HostConfig);

    /// <summary>The labels that the definition gives.</summary>
    public static JsonObject LabelsOf(ContainerSpec spec) => Parsed(spec.DockerConfig?.Config)?["Labels"] as JsonObject ?? [];

    private static JsonObject? Parsed(string? document)
    {
        try
        {
            return document is { Length: > 0 } ? JsonNode.Parse(document) as JsonObject : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The volumes a container mounts that have to be made first.</summary>
    public static IEnumerable<DockerVolumeRequest> Volumes(TaskState task, ContainerSpec container)
    {
        foreach (var name in (container.MountPoints ?? []).Select(mount => mount.SourceVolume).Distinct(StringComparer.Ordinal))
        {
            if (task.Spec.Volumes.FirstOrDefault(volume => volume.Name == name) is not { } volume
                || !task.DockerVolumes.TryGetValue(volume.Name ?? "", out var dockerName)
                || volume.DockerVolumeConfiguration is { Scope: "shared", Autoprovision: false })
            {
                continue;
            }

            var configuration = volume.DockerVolumeConfiguration;
            yield return new DockerVolumeRequest(dockerName, Text(configuration?.Driver), configuration?.DriverOpts, configuration?.Labels);
        }
    }

    private static void AddPorts(ContainerSpec spec, JsonObject config, JsonObject hostConfig, CreateContext context)
    {
        if (spec.PortMappings is not { Count: > 0 } mappings)
        {
            return;
        }

        var exposed = new JsonObject();
        var bindings = new JsonObject();
        foreach (var mapping in mappings)
        {
            var protocol = mapping.Protocol is "udp" ? "udp" : "tcp";
            foreach (var (port, hostPort) in Ports(mapping, protocol, context))
            {
                var key = string.Create(CultureInfo.InvariantCulture, $"{port}/{protocol}");
                exposed[key] = new JsonObject();
                var binding = new JsonObject { ["HostPort"] = hostPort == 0 ? "" : hostPort.ToString(CultureInfo.InvariantCulture) };
                if (bindings[key] is JsonArray several)
                {
                    several.Add((JsonNode)binding);
                }
                else
                {
                    bindings[key] = new JsonArray(binding);
                }
            }
        }

        config["ExposedPorts"] = exposed;
        hostConfig["PortBindings"] = bindings;
    }

    private static IEnumerable<(int Port, int HostPort)> Ports(PortMapping mapping, string protocol, CreateContext context)
    {
        if (string.IsNullOrEmpty(mapping.ContainerPortRange))
        {
            return [(mapping.ContainerPort, mapping.HostPort)];
        }

        var (first, count) = mapping.Range() ?? throw new ContainerDefinitionException($"DockerClientConfigError: {mapping.ContainerPortRange} is not a range of ports");
        var hostPort = context.FreePorts(count, protocol)
            ?? throw new ContainerDefinitionException($"CannotCreateContainerError: error retrieving docker port map: there are no {count} free host ports side by side for the range {mapping.ContainerPortRange}");
        return Enumerable.Range(0, count).Select(at => (first + at, hostPort + at));
    }

    private static void AddVolumes(TaskState task, ContainerSpec spec, JsonObject hostConfig)
    {
        List<string> binds = [];
        foreach (var mount in spec.MountPoints ?? [])
        {
            var volume = task.Spec.Volumes.FirstOrDefault(volume => volume.Name == mount.SourceVolume)
                ?? throw new ContainerDefinitionException($"HostConfigError: Invalid volume referenced: {mount.SourceVolume}");
            var source = task.DockerVolumes.TryGetValue(volume.Name ?? "", out var dockerName) ? dockerName : volume.Host?.SourcePath;
            binds.Add($"{source}:{mount.ContainerPath}{(mount.ReadOnly ? ":ro" : "")}");
        }

        if (binds.Count > 0)
        {
            hostConfig["Binds"] = Strings(binds);
        }

        if (spec.VolumesFrom is { Count: > 0 } sources)
        {
            hostConfig["VolumesFrom"] = Strings(sources.Select(source =>
            {
                var container = task.Container(source.SourceContainer)
                    ?? throw new ContainerDefinitionException($"HostConfigError: Container volume not found: {source.SourceContainer}");
                return container.DockerName + (source.ReadOnly ? ":ro" : "");
            }));
        }
    }

    private static string Link(TaskState task, string link)
    {
        var name = Dependencies.LinkedContainer(link);
        var target = task.Container(name) ?? throw new ContainerDefinitionException($"HostConfigError: Link target not available: {link}");
        return $"{target.DockerName}:{(link.Length > name.Length ? link[(name.Length + 1)..] : name)}";
    }

    private static void AddEnvironment(TaskState task, ContainerState container, JsonObject config, JsonObject hostConfig, CreateContext context)
    {
        if (context.Endpoints((hostConfig["NetworkMode"] as JsonValue)?.ToString()) is not { } authority)
        {
            return;
        }

        if (config["Env"] is not JsonArray environment)
        {
            config["Env"] = environment = [];
        }

        environment.Add((JsonNode)$"ECS_CONTAINER_METADATA_URI=http://{authority}/v3/{container.EndpointId}");
        environment.Add((JsonNode)$"ECS_CONTAINER_METADATA_URI_V4=http://{authority}/v4/{container.EndpointId}");
        environment.Add((JsonNode)$"ECS_AGENT_URI=http://{authority}/api/{container.EndpointId}");
        if (task.Spec.RoleCredentials?.CredentialsId is { } credentials)
        {
            environment.Add((JsonNode)(context.EndpointsAreLinkLocal
                ? $"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/credentials/{credentials}"
                : $"AWS_CONTAINER_CREDENTIALS_FULL_URI=http://{authority}/v2/credentials/{credentials}"));
        }
    }

    /// <summary>Adds the labels by which containers are found to those of the definition.</summary>
    internal static void AddLabels(TaskState task, string containerName, JsonObject config, CreateContext context)
    {
        if (config["Labels"] is not JsonObject labels)
        {
            config["Labels"] = labels = [];
        }

        foreach (var (name, value) in Labels(task, containerName, context.Cluster, context.ContainerInstanceArn))
        {
            labels[name] = value;
        }
    }

    /// <summary>The labels by which containers are found, those of the official agent and the agent's own.</summary>
    internal static IEnumerable<KeyValuePair<string, string?>> Labels(TaskState task, string containerName, string cluster, string containerInstanceArn) =>
    [
        new("com.amazonaws.ecs.cluster", cluster),
        new(ContainerLabel, containerName),
        new(InstanceLabel, containerInstanceArn),
        new(TaskLabel, task.Arn),
        new("com.amazonaws.ecs.task-definition-family", task.Spec.Family),
        new("com.amazonaws.ecs.task-definition-version", task.Spec.Version),
    ];

    /// <summary>Lays a JSON document over an object, member by member, as the official agent does.</summary>
    private static void Merge(JsonObject target, string? document, string what)
    {
        if (string.IsNullOrEmpty(document))
        {
            return;
        }

        try
        {
            foreach (var (name, value) in JsonNode.Parse(document) as JsonObject ?? throw new JsonException("not an object"))
            {
                target[name] = value?.DeepClone();
            }
        }
        catch (JsonException malformed)
        {
            throw new ContainerDefinitionException($"DockerClientConfigError: Unable decode given docker {what}: {malformed.Message}");
        }
    }

    private static JsonArray Strings(IEnumerable<string> values) => new([.. values.Select(value => (JsonNode?)value)]);

    private static string? Text(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
