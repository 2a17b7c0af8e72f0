using System.Globalization;
using System.Text.Json.Nodes;

namespace Berth.Agent.Tests;

/// <summary>
/// FireLens with a real Docker Engine and its own driver. The router is a program of the tests, in the machine's own Python,
/// that does of what Fluent Bit and Fluentd do as much as their configurations here ask for.
/// </summary>
public sealed class RoutingLogs(Engine engine) : IAsyncDisposable
{
    private const string Python = "/usr/bin/python3";

    private const string Key = "arn:aws:secretsmanager:eu-west-1:000000000000:secret:key-AbCdEf";

    /// <summary>A record in Fluentd's protocol, sent by the container itself: <c>[tag, 0, {"log": "by hand"}]</c>.</summary>
    private const string SendByHand = """printf '\223\257app-firelens-by\000\201\243log\247by hand' | /bin/busybox nc -w 1 $FLUENT_HOST $FLUENT_PORT""";

    private readonly string subnet = $"subnet-{Guid.NewGuid().ToString("N")[..17]}";
    private readonly string prefix = $"10.229.{Random.Shared.Next(256)}";

    public async ValueTask DisposeAsync()
    {
        if (engine.Unavailable is null)
        {
            await Engine.DockerAsync("network", "rm", $"berth-{subnet}");
        }
    }

    [Fact]
    public async Task Carries_every_line_to_fluent_bit_through_a_restart_of_the_agent_until_the_last()
    {
        await using var machine = await Machine.StartAsync(engine, options => options with { TaskCleanupWait = TimeSpan.FromSeconds(1) });
        machine.Backend.Parameters["/key"] = "swordfish";
        machine.Backend.Objects["conf/extra.conf"] = "[FILTER]\n    Name grep\n    Match other-firelens*\n    Exclude log secret\n\n[OUTPUT]\n    Name stdout\n    Match other-firelens*\n    from s3\n";
        var task = Described(
            machine,
            Router(machine, "fluentbit", new() { ["config-file-type"] = "s3", ["config-file-value"] = "arn:aws:s3:::conf/extra.conf" }),
            Routed(machine, "app", $"""
                trap 'echo keep: the last; /bin/busybox sleep 0.2; exit 0' TERM
                echo keep: first; echo forget this; echo keep: $FLUENT_PORT >&2; echo keep but drop
                until {SendByHand}; do /bin/busybox sleep 0.1; done
                while true; do [ -f /tmp/go ] && echo keep: more && /bin/busybox rm /tmp/go; /bin/busybox sleep 0.05; done
                """, """{"Name":"stdout","include-pattern":"keep|hand","exclude-pattern":"drop","log-driver-buffer-limit":"1000","key":"plain"}""", Secret("token", "/key")),
            Routed(machine, "other", "echo seen; echo a secret; trap 'kill $!; exit 0' TERM; /bin/busybox sleep 1000 & wait", "{}"));
        var arn = (string)task["arn"]!;

        await machine.Backend.PayloadAsync(task);
        await machine.Backend.ReportAsync(arn, "RUNNING");
        await LinesAsync(machine, 4);
        var running = (await IdsAsync(arn)).ToDictionary(pair => pair.Name, pair => pair.Id);
        var socket = (await Engine.DockerAsync("inspect", "-f", """{{index .HostConfig.LogConfig.Config "fluentd-address"}}""", running["app"])).Output;
        File.Exists(socket["unix://".Length..]).ShouldBeTrue();

        // The agent is away, and nobody misses it.
        await machine.StopAgentAsync();
        await Engine.DockerAsync("exec", running["app"], "/bin/busybox", "touch", "/tmp/go");
        machine.StartAgent();
        await LinesAsync(machine, 5);

        await machine.Backend.StopTaskAsync(arn);
        await machine.Backend.ReportAsync(arn, "STOPPED");
        await machine.Backend.UntilAsync(() => Said(machine).Any(said => said["ended"] is not null));

        var said = Said(machine);
        said[0]["inputs"]!.ToJsonString().ShouldBe("""[["unix","/var/run/fluent.sock"],["forward",["0.0.0.0",24224]],["lines",["127.0.0.1",8877]]]""");
        var records = said.Where(line => line["record"] is not null).ToList();
        records.Where(line => Tag(line).StartsWith("app-", StringComparison.Ordinal)).Select(Log)
            .ShouldBe(["keep: first", "keep: 24224", "by hand", "keep: more", "keep: the last"], ignoreOrder: true);
        records.Where(line => Tag(line).StartsWith("other-", StringComparison.Ordinal)).Select(Log).ShouldBe(["seen"]);
        records.Select(Tag).Distinct().ShouldBe([$"app-firelens-{arn.Split('/')[^1]}", $"other-firelens-{arn.Split('/')[^1]}", "app-firelens-by"], ignoreOrder: true);
        records.ShouldAllBe(line => From(line) == $"test fam:3 {arn}");
        records.Where(line => Tag(line) != "app-firelens-by").ShouldAllBe(line => running.Values.Contains((string)line["record"]!["container_id"]!));
        records.First(line => Log(line) == "keep: first")["options"]!.ToJsonString().ShouldBe("""{"key":"plain","token":"swordfish"}""");
        records.First(line => Log(line) == "seen")["options"]!.ToJsonString().ShouldBe("""{"from":"s3"}""");
        machine.Backend.Problems.ShouldBeEmpty();

        // What the task left goes with its containers; nothing of it was a value.
        await Machine.UntilAsync(() => Task.FromResult(!Directory.EnumerateFileSystemEntries(Path.Combine(machine.Folder, "firelens")).Any()));
    }

    [Fact]
    public async Task Carries_them_to_fluentd_as_any_user_in_a_network_of_the_tasks_own()
    {
        await using var machine = await Machine.StartAsync(engine);
        machine.Backend.Secrets[Key] = """{"key":"swordfish"}""";
        var router = Router(machine, "fluentd", new() { ["enable-ecs-log-metadata"] = "true" }, "1000:1000");
        var task = Described(
            machine,
            router,
            Routed(machine, "app", $"""
                echo keep: first; echo drop
                until {SendByHand}; do /bin/busybox sleep 0.1; done
                /bin/busybox wget -q -O - $ECS_CONTAINER_METADATA_URI_V4; echo
                trap 'kill $!; exit 0' TERM; /bin/busybox sleep 1000 & wait
                """, """{"@type":"stdout","exclude-pattern":"^drop"}""", Secret("token", $"{Key}:key::", "asm")));
        task["networkMode"] = "awsvpc";
        task["elasticNetworkInterfaces"] = new JsonArray(new JsonObject
        {
            ["ec2Id"] = "eni-1",
            ["macAddress"] = "02:00:00:00:00:01",
            ["attachmentArn"] = "arn:attachment/1",
            ["subnetGatewayIpv4Address"] = $"{prefix}.1/28",
            ["subnetId"] = subnet,
        });

        await machine.Backend.PayloadAsync(task);
        await machine.Backend.ReportAsync((string)task["arn"]!, "RUNNING");
        await LinesAsync(machine, 3);
        var said = Said(machine);

        said[0]["inputs"]!.ToJsonString().ShouldBe("""[["unix","/var/run/fluent.sock"],["forward",["127.0.0.1",24224]]]""");
        said[0]["user"]!.GetValue<int>().ShouldBe(1000);
        var records = said.Where(line => line["record"] is not null).ToList();
        records.Select(Log).Where(line => !line.StartsWith('{')).ShouldBe(["keep: first", "by hand"], ignoreOrder: true);
        records.ShouldAllBe(line => From(line) == $"test fam:3 {(string)task["arn"]!}" && (string?)line["options"]!["token"] == "swordfish");
        JsonNode.Parse(records.Select(Log).Single(line => line.StartsWith('{')))!["LogDriver"]!.GetValue<string>().ShouldBe("awsfirelens");
        (await Engine.DockerAsync("inspect", "-f", "{{json .Config.Env}} {{json .HostConfig.LogConfig}}", (await IdsAsync((string)task["arn"]!)).Single(pair => pair.Name == "app").Id)).Output.ShouldNotContain("swordfish");
    }

    [Fact]
    public async Task Does_not_begin_without_its_configuration()
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = Described(
            machine,
            Router(machine, "fluentbit", new() { ["config-file-type"] = "s3", ["config-file-value"] = "arn:aws:s3:::conf/none.conf" }),
            Routed(machine, "app", "exit 0", """{"Name":"stdout"}"""));

        await machine.Backend.PayloadAsync(task);
        var stopped = await machine.Backend.ReportAsync((string)task["arn"]!, "STOPPED");

        stopped["containers"]!.AsArray().Single(container => (string?)container!["containerName"] == "router")!["reason"]!.GetValue<string>()
            .ShouldBe("unable to download firelens s3 config file: unable to download s3 config none.conf from bucket conf: NoSuchKey: The specified key does not exist.");
        (await IdsAsync((string)task["arn"]!)).ShouldBeEmpty();
        var names = machine.Backend.Calls.First(call => call.Operation == "RegisterContainerInstance").Body["attributes"]!.AsArray().Select(attribute => (string)attribute!["name"]!).ToList();
        new[]
        {
            "com.amazonaws.ecs.capability.logging-driver.awsfirelens", "ecs.capability.logging-driver.awsfirelens", "ecs.capability.logging-driver.awsfirelens.log-driver-buffer-limit",
            "ecs.capability.firelens.fluentd", "ecs.capability.firelens.fluentbit", "ecs.capability.firelens.options.config.file", "ecs.capability.firelens.options.config.s3", "ecs.capability.firelens.non-root-user",
        }.ShouldBeSubsetOf(names);
    }

    [Fact]
    public async Task Holds_nobody_up_where_the_router_never_listens_and_ends_with_it()
    {
        await using var machine = await Machine.StartAsync(engine);
        var router = machine.Container("router", "/bin/busybox sleep 1; exit 3", container => container["firelensConfiguration"] = new JsonObject { ["type"] = "fluentbit" });
        var task = Machine.TaskOf(router, Routed(machine, "app", "trap 'exit 4' TERM; while true; do echo unheard; /bin/busybox sleep 0.05; done", """{"Name":"stdout"}"""));

        await machine.Backend.PayloadAsync(task);
        await machine.Backend.ReportAsync((string)task["arn"]!, "RUNNING");
        var stopped = await machine.Backend.ReportAsync((string)task["arn"]!, "STOPPED");

        machine.Backend.Reports((string)task["arn"]!).SelectMany(report => report["containers"]!.AsArray()).Where(container => (string?)container!["status"] == "STOPPED")
            .Select(container => ((string?)container!["containerName"], (int?)container["exitCode"])).ShouldBe([("router", 3), ("app", 4)], ignoreOrder: true);
        stopped["reason"]!.GetValue<string>().ShouldBeEmpty();
    }

    [Fact]
    public async Task Carries_them_to_the_real_fluent_bit()
    {
        var image = Environment.GetEnvironmentVariable("BERTH_FLUENT_BIT_IMAGE");
        Assert.SkipWhen(string.IsNullOrEmpty(image), "BERTH_FLUENT_BIT_IMAGE names no image of Fluent Bit that the engine has, such as public.ecr.aws/aws-observability/aws-for-fluent-bit:stable.");
        await using var machine = await Machine.StartAsync(engine, options => options with { ImagePullBehavior = ImagePullBehavior.PreferCached });
        var router = machine.Container("router", "");
        router["image"] = image;
        router.Remove("command");
        router["memory"] = 128;
        router["stopTimeout"] = 10;
        router["firelensConfiguration"] = new JsonObject { ["type"] = "fluentbit" };
        router["dockerConfig"] = Docker("awslogs", """{"awslogs-group":"g","awslogs-stream":"router"}""", "0");
        var task = Machine.TaskOf(router, Routed(machine, "app", "trap 'echo keep: the last; /bin/busybox sleep 0.2; exit 0' TERM; echo keep: first; echo drop; while true; do /bin/busybox sleep 0.05; done", """{"Name":"stdout","exclude-pattern":"drop","Format":"json_lines"}"""));

        await machine.Backend.PayloadAsync(task);
        await machine.Backend.ReportAsync((string)task["arn"]!, "RUNNING");
        await machine.Backend.UntilAsync(() => Said(machine).Count == 1);
        await machine.Backend.StopTaskAsync((string)task["arn"]!);
        await machine.Backend.UntilAsync(() => Said(machine).Count == 2);

        Said(machine).Select(line => (string)line["log"]!).ShouldBe(["keep: first", "keep: the last"]);
        Said(machine).Select(line => $"{line["ecs_cluster"]} {line["ecs_task_definition"]} {line["ecs_task_arn"]}").Distinct().ShouldBe([$"test fam:3 {(string)task["arn"]!}"]);
    }

    private static JsonObject Router(Machine machine, string type, Dictionary<string, string> options, string user = "0") => machine.Container("router", "", container =>
    {
        Assert.SkipUnless(File.Exists(Python), $"This needs {Python}.");
        container["memory"] = 64;
        container["stopTimeout"] = 30;
        container["entryPoint"] = new JsonArray(Python, "-u", "/router/router.py");
        container["command"] = new JsonArray(type == "fluentd" ? "/fluentd/etc/fluent.conf" : "/fluent-bit/etc/fluent-bit.conf");
        container["firelensConfiguration"] = new JsonObject { ["type"] = type, ["options"] = new JsonObject(options.Select(option => KeyValuePair.Create(option.Key, (JsonNode?)option.Value))) };
        container["mountPoints"] = new JsonArray([.. Volumes.Select(volume => (JsonNode)new JsonObject { ["sourceVolume"] = volume.Name, ["containerPath"] = "/" + volume.Name, ["readOnly"] = true })]);
        container["dockerConfig"] = Docker("awslogs", """{"awslogs-group":"g","awslogs-stream":"router"}""", user);
    });

    private static JsonObject Routed(Machine machine, string name, string script, string options, params JsonNode[] secrets) => machine.Container(name, script, container =>
    {
        container["stopTimeout"] = 30;
        container["secrets"] = new JsonArray(secrets);
        container["dockerConfig"] = Docker("awsfirelens", options, "");
    });

    private static JsonObject Docker(string driver, string options, string user) => new()
    {
        ["version"] = "1.24",
        ["config"] = $$"""{"User":"{{user}}"}""",
        ["hostConfig"] = $$$"""{"NetworkMode":"bridge","LogConfig":{"Type":"{{{driver}}}","Config":{{{options}}} } }""",
    };

    private static JsonObject Secret(string name, string from, string provider = "ssm") => new() { ["name"] = name, ["valueFrom"] = from, ["region"] = "eu-west-1", ["provider"] = provider, ["type"] = "BOOTSTRAP", ["target"] = "LOG_DRIVER" };

    private static readonly (string Name, string Path)[] Volumes = [("usr", "/usr"), ("lib", "/usr/lib"), ("lib64", "/usr/lib64"), ("router", Path.Combine(AppContext.BaseDirectory, "Firelens"))];

    private static JsonObject Described(Machine machine, params JsonObject[] containers)
    {
        var task = Machine.TaskOf(containers);
        task["volumes"] = new JsonArray([.. Volumes.Select(volume => (JsonNode)new JsonObject { ["name"] = volume.Name, ["type"] = "host", ["host"] = new JsonObject { ["sourcePath"] = volume.Path } })]);
        task["executionRoleCredentials"] = new JsonObject
        {
            ["credentialsId"] = Guid.NewGuid().ToString(),
            ["roleArn"] = "arn:aws:iam::000000000000:role/execution",
            ["accessKeyId"] = machine.Backend.RoleKey.AccessKeyId,
            ["secretAccessKey"] = machine.Backend.RoleKey.SecretAccessKey,
            ["sessionToken"] = machine.Backend.RoleKey.SessionToken,
            ["expiration"] = "2099-01-01T00:00:00Z",
        };
        return task;
    }

    private static List<JsonNode> Said(Machine machine) => [.. machine.Backend.LogLines("router").Where(line => line.StartsWith('{')).Select(line => JsonNode.Parse(line)!)];

    /// <summary>Waits for so many records to have passed the router.</summary>
    private static Task LinesAsync(Machine machine, int count) => machine.Backend.UntilAsync(() => Said(machine).Count(line => line["record"] is not null) >= count);

    private static string Tag(JsonNode line) => (string)line["tag"]!;

    private static string Log(JsonNode line) => (string)line["record"]!["log"]!;

    private static string From(JsonNode line) => string.Create(
        CultureInfo.InvariantCulture,
        $"{line["record"]!["ecs_cluster"]} {line["record"]!["ecs_task_definition"]} {line["record"]!["ecs_task_arn"]}{(((string?)line["record"]!["ec2_instance_id"])?.StartsWith("i-", StringComparison.Ordinal) == true ? "" : " without an instance")}");

    private static async Task<List<(string Name, string Id)>> IdsAsync(string taskArn) =>
        [.. (await Engine.DockerAsync("ps", "-a", "--no-trunc", "--format", """{{.Label "com.amazonaws.ecs.container-name"}} {{.ID}}""", "--filter", $"label=com.amazonaws.ecs.task-arn={taskArn}"))
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).Select(parts => (parts[0], parts[1]))];
}
