using System.Text.Json.Nodes;

namespace Berth.Agent;

/// <summary>What FireLens changes of Docker's create call: a router gets its configuration and socket, a routed container a driver that sends there.</summary>
internal static class FirelensRequest
{
    /// <summary>Where routed containers find the router, if they want to send records by themselves.</summary>
    private const string HostVariable = "FLUENT_HOST";

    private const string PortVariable = "FLUENT_PORT";

    /// <summary>As whom the image of Fluentd runs its program: Docker's socket is root's.</summary>
    private const string FluentdUserVariable = "FLUENT_UID";

    /// <param name="task">The task.</param>
    /// <param name="container">One of its containers.</param>
    /// <param name="config">The call's body.</param>
    /// <param name="host">Its host configuration.</param>
    /// <param name="directory">Where the agent keeps what routers share.</param>
    public static void Apply(TaskState task, ContainerState container, JsonObject config, JsonObject host, FirelensDirectory directory)
    {
        if (FirelensRouter.Of(task.Spec) is not { } router)
        {
            return;
        }

        if (router.Container == container.Name)
        {
            AddMounts(router, task.Arn, host, directory);
            if (router.Type == FirelensType.Fluentd && config["User"]?.ToString().Split(':')[0] is null or "" or "0" or "root")
            {
                SetVariable(config, FluentdUserVariable, "0");
            }
        }

        if (FirelensRouter.IsRouted(container.Spec))
        {
            host["LogConfig"] = Driver(container, task, directory);
            if (AddressOf(router, task) is { } address)
            {
                SetVariable(config, HostVariable, address);
                SetVariable(config, PortVariable, FirelensConfig.Port);
            }
        }
    }

    private static void AddMounts(FirelensRouter router, string taskArn, JsonObject host, FirelensDirectory directory)
    {
        if (host["Mounts"] is not JsonArray mounts)
        {
            host["Mounts"] = mounts = [];
        }

        Bind(directory.ConfigFile(taskArn), FirelensConfig.PathIn(router.Type));
        Bind(directory.SocketFolder(taskArn), Path.GetDirectoryName(FirelensConfig.SocketPath)!);    // An absolute path has one.
        if (router.ConfigArn is not null)
        {
            Bind(directory.ExternalConfigFile(taskArn), FirelensConfig.ExternalPathIn(router.Type));
        }

        void Bind(string from, string to) => mounts.Add((JsonNode)new JsonObject { ["Type"] = "bind", ["Source"] = from, ["Target"] = to });
    }

    /// <summary>Docker's driver sends without waiting: a router that is slow, or away, does not hold its containers up.</summary>
    private static JsonObject Driver(ContainerState container, TaskState task, FirelensDirectory directory)
    {
        var options = new JsonObject
        {
            ["tag"] = FirelensConfig.Tag(container.Name, task.Id),
            ["fluentd-address"] = $"unix://{directory.Socket(task.Arn)}",
            ["fluentd-async"] = "true",
            ["fluentd-sub-second-precision"] = "true",
        };
        if (LogConfiguration.Described(container.Spec).Options?.GetValueOrDefault(FirelensRouter.BufferLimit) is { } limit)
        {
            options["fluentd-buffer-limit"] = limit;
        }

        return new() { ["Type"] = "fluentd", ["Config"] = options };
    }

    /// <summary>The router's address for its task's other containers; null where it listens at none, or is not known to run.</summary>
    private static string? AddressOf(FirelensRouter router, TaskState task) => router.NetworkMode switch
    {
        "awsvpc" => "127.0.0.1",
        "bridge" => task.Container(router.Container) is { Known: ContainerStatus.Running, Ipv4Addresses: [var address, ..] } ? address : null,
        _ => null,
    };

    /// <summary>Sets a variable in place of whatever the definition says it is.</summary>
    private static void SetVariable(JsonObject config, string name, string value)
    {
        var others = (config["Env"] as JsonArray ?? []).Select(variable => variable?.ToString() ?? "").Where(variable => !variable.StartsWith(name + "=", StringComparison.Ordinal));
        config["Env"] = new JsonArray([.. others.Append($"{name}={value}").Select(variable => (JsonNode?)variable)]);
    }
}
