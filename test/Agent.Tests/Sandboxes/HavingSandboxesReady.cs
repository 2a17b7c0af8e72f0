using System.Text.Json.Nodes;

namespace Berth.Agent.Tests;

/// <summary>Sandboxes that are there before their task.</summary>
public sealed class HavingSandboxesReady(Engine engine)
{
    private const string Bridge = """{"NetworkMode":"bridge"}""";

    [Theory]
    [InlineData("""{"networkMode":"bridge"}""", """{}""", Bridge, true)]
    [InlineData("""{"networkMode":"bridge"}""", """{"portMappings":[{"containerPort":80}]}""", Bridge, false)]
    [InlineData("""{"networkMode":"host"}""", """{}""", """{"NetworkMode":"host"}""", false)]
    [InlineData("""{"networkMode":"bridge","pidMode":"task"}""", """{}""", Bridge, false)]
    [InlineData("""{"networkMode":"bridge"}""", """{"links":["other"]}""", Bridge, false)]
    [InlineData("""{"networkMode":"bridge"}""", """{}""", """{"NetworkMode":"bridge","Dns":["10.0.0.1"]}""", false)]
    [InlineData("""{"networkMode":"bridge"}""", """{}""", """{"NetworkMode":"bridge","CapAdd":["NET_ADMIN"]}""", false)]
    [InlineData("""{"networkMode":"bridge"}""", """{}""", """{"NetworkMode":"bridge","CapAdd":["SYS_PTRACE"]}""", true)]
    [InlineData("""{"networkMode":"bridge"}""", """{}""", """{"NetworkMode":"bridge","Privileged":true}""", false)]
    [InlineData("""{"networkMode":"bridge"}""", """{"dockerConfig":{"config":"{\"NetworkDisabled\":true}"}}""", Bridge, false)]
    [InlineData("""{"networkMode":"bridge"}""", """{"dockerConfig":{"config":"{\"User\":\"0\"}"}}""", Bridge, true)]
    [InlineData("""{"networkMode":"bridge"}""", """{}""", "not JSON", false)]
    public void Serve_plain_containers_in_the_bridge_network_only(string task, string container, string hostConfig, bool expected)
    {
        var description = JsonNode.Parse(container)!.AsObject();
        (description["name"], description["image"]) = ("app", "i");
        var docker = description["dockerConfig"] as JsonObject ?? [];
        (docker["hostConfig"], description["dockerConfig"]) = (hostConfig, docker);
        var whole = JsonNode.Parse(task)!.AsObject();
        whole["containers"] = new JsonArray(description);

        PlainBridgeTask.Is(System.Text.Json.JsonSerializer.Deserialize(whole.ToJsonString(), AgentJson.Wire.TaskSpec)!).ShouldBe(expected);
    }

    [Fact]
    public async Task Give_a_task_the_network_it_would_have_had()
    {
        await using var machine = await Machine.StartAsync(engine, options => options with { ReadySandboxes = 1 });
        var (first, second) = (machine.TaskOf(Machine.UntilTerm), machine.TaskOf("/bin/busybox wget -q -O - $ECS_CONTAINER_METADATA_URI_V4; echo; " + Machine.UntilTerm, container =>
            container["dockerConfig"]!["hostConfig"] = """{"NetworkMode":"bridge","LogConfig":{"Type":"awslogs","Config":{"awslogs-group":"g","awslogs-stream":"s"}}}"""));

        await machine.Backend.PayloadAsync(first);
        await machine.Backend.ReportAsync((string)first["arn"]!, "RUNNING");
        await Machine.UntilAsync(async () => (await ReadyAsync(machine)).Length == 1);
        var ready = (await ReadyAsync(machine)).Single();
        var address = (await Engine.DockerAsync("inspect", "-f", "{{.NetworkSettings.IPAddress}}", ready)).Output;
        await machine.Backend.PayloadAsync(second);
        var running = await machine.Backend.ReportAsync((string)second["arn"]!, "RUNNING");
        await machine.Backend.UntilAsync(() => machine.Backend.LogLines("s").Length > 0);

        var container = running["containers"]!.AsArray().Single()!;
        (await Engine.DockerAsync("inspect", "-f", "{{.HostConfig.NetworkMode}}", (string)container["runtimeId"]!)).Output.ShouldBe($"container:{ready}");
        JsonNode.Parse(machine.Backend.LogLines("s")[0])!["Networks"]![0]!.ToJsonString().ShouldBe($$"""{"NetworkMode":"bridge","IPv4Addresses":["{{address}}"]}""");
    }

    [Fact]
    public async Task Are_not_for_a_container_that_is_to_have_no_network()
    {
        await using var machine = await Machine.StartAsync(engine, options => options with { ReadySandboxes = 1 });
        var (first, second) = (machine.TaskOf(Machine.UntilTerm), machine.TaskOf("exit $(/bin/busybox ls /sys/class/net | /bin/busybox wc -l)", container =>
            container["dockerConfig"]!["config"] = """{"NetworkDisabled":true}"""));
        await machine.Backend.PayloadAsync(first);
        await machine.Backend.ReportAsync((string)first["arn"]!, "RUNNING");
        await Machine.UntilAsync(async () => (await ReadyAsync(machine)).Length == 1);

        await machine.Backend.PayloadAsync(second);
        var stopped = await machine.Backend.ReportAsync((string)second["arn"]!, "STOPPED");

        var container = stopped["containers"]![0]!;
        ((int?)container["exitCode"]).ShouldBe(1, "It sees itself alone.");
        (await Engine.DockerAsync("inspect", "-f", "{{.HostConfig.NetworkMode}}", (string)container["runtimeId"]!)).Output.ShouldBe("bridge");
    }

    [Fact]
    public async Task Are_left_to_the_next_task_by_one_that_leaves_nothing_in_them()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can see what is left in a network.");
        await using var machine = await Machine.StartAsync(engine, options => options with { ReadySandboxes = 2 });
        await RunAsync(Machine.UntilTerm);
        await Machine.UntilAsync(async () => (await ReadyAsync(machine)).Length == 1);
        await RunAsync(Machine.UntilTerm);
        await Machine.UntilAsync(async () => (await ReadyAsync(machine)).Length == 2);    // As many as may be: none is made any more.

        var (once, again) = (await RunAsync("/bin/busybox ping -q -c 4 -i 0.01 -s 8000 172.17.0.1; " + Machine.UntilTerm), await RunAsync("/bin/busybox nc -l -p 9000 & /bin/busybox sleep 0.2; echo x | /bin/busybox nc 127.0.0.1 9000; " + Machine.UntilTerm));
        var after = await RunAsync(Machine.UntilTerm);

        again.Network.ShouldBe(once.Network);
        after.Network.ShouldNotBe(again.Network, "A connection was in its last minute there.");
        again.PassedBefore.RxBytes.ShouldBeGreaterThan(once.PassedBefore.RxBytes + 32_000, "What the one before received is none of its own.");

        async Task<(string Network, NetworkCounters PassedBefore)> RunAsync(string script)
        {
            var task = machine.TaskOf(script);
            var arn = (string)task["arn"]!;
            await machine.Backend.PayloadAsync(task);
            var id = (string)(await machine.Backend.ReportAsync(arn, "RUNNING"))["containers"]![0]!["runtimeId"]!;
            await Task.Delay(400, TestContext.Current.CancellationToken);    // Time to do what it does.
            await machine.Backend.StopTaskAsync(arn);
            await machine.Backend.ReportAsync(arn, "STOPPED");
            await Machine.UntilAsync(async () => (await File.ReadAllTextAsync(Path.Combine(machine.Folder, "tasks", $"{arn.Split('/')[^1]}.json"), TestContext.Current.CancellationToken)).Contains("\"Ready\"", StringComparison.Ordinal) == false);    // It has given it back.
            var saved = System.Text.Json.JsonSerializer.Deserialize(await File.ReadAllTextAsync(Path.Combine(machine.Folder, "tasks", $"{arn.Split('/')[^1]}.json"), TestContext.Current.CancellationToken), AgentJson.Wire.TaskState)!;
            return ((await Engine.DockerAsync("inspect", "-f", "{{.HostConfig.NetworkMode}}", id)).Output, saved.Sandbox?.PassedBefore ?? default);
        }
    }

    [Fact]
    public async Task Are_gone_with_the_agent_and_stay_with_a_task_over_its_restart()
    {
        await using var machine = await Machine.StartAsync(engine, options => options with { ReadySandboxes = 2 });
        var (first, second) = (machine.TaskOf(Machine.UntilTerm), machine.TaskOf(Machine.UntilTerm));
        await machine.Backend.PayloadAsync(first);
        await machine.Backend.ReportAsync((string)first["arn"]!, "RUNNING");
        await Machine.UntilAsync(async () => (await ReadyAsync(machine)).Length == 1);
        await machine.Backend.PayloadAsync(second);
        await machine.Backend.ReportAsync((string)second["arn"]!, "RUNNING");
        await Machine.UntilAsync(async () => (await ReadyAsync(machine)).Length == 2);    // One of them is the task's now.

        await machine.StopAgentAsync();
        (await ReadyAsync(machine)).Length.ShouldBe(1);
        machine.StartAgent();
        await machine.Backend.UntilAsync(() => machine.Backend.Upgrades.Count(upgrade => upgrade.Path == "/acs/ws") == 2);
        await machine.Backend.StopTaskAsync((string)second["arn"]!);

        (await machine.Backend.ReportAsync((string)second["arn"]!, "STOPPED"))["containers"]![0]!["exitCode"]!.GetValue<int>().ShouldBe(0);
        await Machine.UntilAsync(async () => (await ReadyAsync(machine)).Length == 0);
    }

    [Fact]
    public async Task That_end_under_their_task_stop_it()
    {
        await using var machine = await Machine.StartAsync(engine, options => options with { ReadySandboxes = 1 });
        var (first, second) = (machine.TaskOf(Machine.UntilTerm), machine.TaskOf(Machine.UntilTerm));
        await machine.Backend.PayloadAsync(first);
        await machine.Backend.ReportAsync((string)first["arn"]!, "RUNNING");
        await Machine.UntilAsync(async () => (await ReadyAsync(machine)).Length == 1);
        var ready = (await ReadyAsync(machine)).Single();
        await machine.Backend.PayloadAsync(second);
        await machine.Backend.ReportAsync((string)second["arn"]!, "RUNNING");

        await Engine.DockerAsync("kill", ready);

        (await machine.Backend.ReportAsync((string)second["arn"]!, "STOPPED"))["reason"]!.GetValue<string>().ShouldContain("sandbox of the task ended");
    }

    private static async Task<string[]> ReadyAsync(Machine machine) =>
        (await Engine.DockerAsync("ps", "-q", "--no-trunc", "--filter", $"label=com.amazonaws.ecs.container-instance-arn={machine.Backend.InstanceArn}", "--filter", "name=ecs-ready-")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
