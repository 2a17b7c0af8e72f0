using System.Text.Json.Nodes;

namespace Berth.Agent.Tests;

public sealed class SpeakingToTheBackend(Engine engine)
{
    [Fact]
    public async Task Opens_both_channels_with_the_official_parameters()
    {
        await using var machine = await Machine.StartAsync(engine);

        await machine.Backend.UntilAsync(() => machine.Backend.Upgrades.Count >= 2 && machine.Backend.TcsMessages.Length > 0);

        var instance = Uri.EscapeDataString(machine.Backend.InstanceArn);
        machine.Backend.Upgrades.Single(upgrade => upgrade.Path == "/acs/ws").Query.ShouldMatch(
            $@"^\?agentHash=\w+&agentVersion=[0-9.]+&clusterArn=test&containerInstanceArn={instance}&dockerVersion=DockerVersion%3A\+[^&]+&protocolVersion=2&sendCredentials=true&seqNum=1$");
        machine.Backend.Upgrades.Single(upgrade => upgrade.Path == "/tcs/ws").Query.ShouldMatch(
            $@"^\?agentHash=\w+&agentVersion=[0-9.]+&cluster=test&containerInstance={instance}&dockerVersion=[0-9][^&]*$");
        var first = machine.Backend.TcsMessages[0];
        first["type"]!.GetValue<string>().ShouldBe("PublishMetricsRequest");
        first["message"]!["metadata"]!["idle"]!.GetValue<bool>().ShouldBeTrue();
        first["message"]!["metadata"]!["fin"]!.GetValue<bool>().ShouldBeTrue();
        machine.Backend.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task Offers_the_gpus_the_driver_tells_of_and_asks_the_engine_for_those_a_task_is_given()
    {
        var driver = Directory.CreateTempSubdirectory("berth-gpus-");
        foreach (var (address, id) in new[] { ("0000:00:1e.0", "GPU-b7e2"), ("0000:00:1f.0", "GPU-1f0c"), ("0000:00:20.0", "GPU-????????") })
        {
            var gpu = driver.CreateSubdirectory(address);
            await File.WriteAllTextAsync(
                Path.Combine(gpu.FullName, "information"), $"Model: \t\t Tesla T4\nIRQ:   \t\t 10\nGPU UUID: \t {id}\nVideo BIOS: \t ??.??\n", TestContext.Current.CancellationToken);
        }

        try
        {
            await using var machine = await Machine.StartAsync(engine, options => options with { NvidiaDirectory = driver.FullName });
            await machine.Backend.ConnectedAsync();
            machine.Backend.Calls.First(call => call.Operation == "RegisterContainerInstance").Body["platformDevices"]!.ToJsonString()
                .ShouldBe("""[{"id":"GPU-b7e2","type":"GPU"},{"id":"GPU-1f0c","type":"GPU"}]""");

            var task = machine.TaskOf("exit 0");
            task["associations"] = new JsonArray(new JsonObject { ["name"] = "GPU-1f0c", ["type"] = "gpu", ["containers"] = new JsonArray("app") });
            await machine.Backend.PayloadAsync(task);
            var stopped = await machine.Backend.ReportAsync((string)task["arn"]!, "STOPPED");    // There is no such GPU here.
            ((string?)stopped["containers"]![0]!["reason"]).ShouldStartWith("CannotStartContainerError");
        }
        finally
        {
            driver.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Acknowledges_heartbeats_and_tells_the_runtimes_status()
    {
        await using var machine = await Machine.StartAsync(engine);

        await machine.Backend.SendAsync("HeartbeatMessage", new JsonObject { ["healthy"] = true, ["messageId"] = "beat-1" });

        await machine.Backend.UntilAsync(() => machine.Backend.AcsMessages.Any(message => (string?)message["type"] == "HeartbeatAckRequest" && (string?)message["message"]!["messageId"] == "beat-1"));
        await machine.Backend.UntilAsync(() => machine.Backend.TcsMessages.Any(message => (string?)message["type"] == "PublishInstanceStatusRequest"));
    }

    [Fact]
    public async Task Stops_after_a_manifest_only_what_the_backend_confirms()
    {
        await using var machine = await Machine.StartAsync(engine);
        var (kept, unlisted) = (machine.TaskOf(Machine.UntilTerm), machine.TaskOf(Machine.UntilTerm));
        await machine.Backend.PayloadAsync(kept, unlisted);
        await machine.Backend.ReportAsync((string)kept["arn"]!, "RUNNING");
        await machine.Backend.ReportAsync((string)unlisted["arn"]!, "RUNNING");

        JsonObject Manifest(string id, int timeline) => new()
        {
            ["messageId"] = id,
            ["clusterArn"] = FakeBackend.ClusterArn,
            ["containerInstanceArn"] = machine.Backend.InstanceArn,
            ["timeline"] = timeline,
            ["tasks"] = new JsonArray(new JsonObject { ["taskArn"] = (string)kept["arn"]!, ["desiredStatus"] = "RUNNING" }),
        };
        await machine.Backend.SendAsync("TaskManifestMessage", Manifest("old", 1));
        await machine.Backend.SendAsync("TaskManifestMessage", Manifest("new", 1000));
        await machine.Backend.UntilAsync(() => machine.Backend.AcsMessages.Any(message => (string?)message["type"] == "TaskStopVerificationMessage"));
        var question = machine.Backend.AcsMessages.Single(message => (string?)message["type"] == "TaskStopVerificationMessage")["message"]!;
        question["messageId"]!.GetValue<string>().ShouldBe("new");
        question["stopCandidates"]!.AsArray().Select(candidate => (string?)candidate!["taskArn"]).ShouldBe([(string?)unlisted["arn"]]);
        await machine.Backend.SendAsync("TaskStopVerificationAck", new JsonObject { ["messageId"] = "new", ["stopTasks"] = new JsonArray(new JsonObject { ["taskArn"] = (string)unlisted["arn"]! }) });

        await machine.Backend.ReportAsync((string)unlisted["arn"]!, "STOPPED");
        machine.Backend.Acknowledged("old").ShouldBeFalse();
        machine.Backend.Acknowledged("new").ShouldBeTrue();
        machine.Backend.Reports((string)kept["arn"]!).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Survives_messages_that_make_no_sense()
    {
        await using var machine = await Machine.StartAsync(engine);
        var unreadable = machine.TaskOf("exit 0", container => container["command"] = "not a list");
        var overridden = machine.TaskOf("exit 0", container => container["overrides"] = """{"environment":[]}""");
        var unknown = FakeBackend.NewTaskArn();

        await machine.Backend.SendAsync("NoSuchMessage", new JsonObject { ["messageId"] = 1 });
        await machine.Backend.SendAsync("PayloadMessage", new JsonObject { ["messageId"] = new JsonArray() });
        await machine.Backend.SendAsync("PayloadMessage", new JsonObject { ["messageId"] = "m" });
        await machine.Backend.SendAsync("PerformUpdateMessage", new JsonObject { ["messageId"] = "update" });
        var bad = await machine.Backend.PayloadAsync(unreadable, overridden);
        await machine.Backend.StopTaskAsync(unknown);

        (await machine.Backend.ReportAsync((string)unreadable["arn"]!, "STOPPED"))["reason"]!.GetValue<string>().ShouldStartWith("UnrecogniedTaskError: Error loading task - ");
        (await machine.Backend.ReportAsync((string)overridden["arn"]!, "STOPPED"))["reason"]!.GetValue<string>().ShouldStartWith("UnrecogniedTaskError: Error loading task - Could not unmarshal ContainerOverrides");
        (await machine.Backend.ReportAsync(unknown, "STOPPED"))["reason"]!.GetValue<string>().ShouldBe("TaskStateError: Agent could not progress task's state to stopped");
        machine.Backend.Acknowledged(bad).ShouldBeFalse();
        machine.Backend.AcsMessages.ShouldContain(message => (string?)message["type"] == "NackRequest" && (string?)message["message"]!["reason"] == "Updates are disabled");
        machine.Running.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Publishes_what_a_task_uses()
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = machine.TaskOf("while true; do :; done");

        await machine.Backend.PayloadAsync(task);
        await machine.Backend.UntilAsync(() => Metrics(machine, task).Any(metric => metric["cpuStatsSet"] is not null));

        var container = Metrics(machine, task).First(metric => metric["cpuStatsSet"] is not null);
        container["containerName"]!.GetValue<string>().ShouldBe("app");
        container["cpuStatsSet"]!["max"]!.GetValue<double>().ShouldBeGreaterThan(0);
        container["memoryStatsSet"]!["sampleCount"]!.GetValue<int>().ShouldBe(1);
        container["networkStatsSet"]!["rxBytes"]!["overflowSum"]!.GetValue<long>().ShouldBe(0);
        machine.Backend.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task Comes_back_after_the_backend_was_away()
    {
        await using var machine = await Machine.StartAsync(engine);
        await machine.Backend.SendAsync("HeartbeatMessage", new JsonObject { ["messageId"] = "beat" });
        await machine.Backend.UntilAsync(() => machine.Backend.AcsMessages.Length > 0);
        await machine.Backend.StopAsync();
        await machine.Backend.ReturnAsync();
        var task = machine.TaskOf(Machine.UntilTerm);

        await machine.Backend.UntilAsync(() => machine.Backend.Upgrades.Count(upgrade => upgrade.Path == "/acs/ws") > 1);
        await machine.Backend.PayloadAsync(task);

        await machine.Backend.ReportAsync((string)task["arn"]!, "RUNNING");
        machine.Backend.Upgrades.Last(upgrade => upgrade.Path == "/acs/ws").Query.ShouldContain("sendCredentials=false");
    }

    [Theory]
    [InlineData("""{"type":"InvalidInstanceException","message":{"message":"gone"}}""")]
    [InlineData("""{"InvalidInstanceException":"gone"}""")]
    public async Task Registers_anew_and_clears_up_where_the_backend_has_forgotten_the_instance(string refusal)
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = machine.TaskOf(Machine.UntilTerm);
        await machine.Backend.PayloadAsync(task);
        var container = (string)(await machine.Backend.ReportAsync((string)task["arn"]!, "RUNNING"))["containers"]![0]!["runtimeId"]!;
        var before = machine.Backend.InstanceArn;

        machine.Backend.Intercept = (operation, body) =>
        {
            if (operation != "RegisterContainerInstance")
            {
                return null;
            }

            machine.Backend.RefuseUpgrade = null;
            return body["containerInstanceArn"] is null ? null : (400, new JsonObject { ["__type"] = "ClientException", ["message"] = "The container instance was not found." });
        };
        machine.Backend.RefuseUpgrade = refusal;
        machine.Backend.Disconnect();
        await machine.Backend.UntilAsync(() => machine.Backend.InstanceArn != before);

        await Machine.UntilAsync(async () => (await Engine.DockerAsync("ps", "-aq", "--filter", $"id={container}")).Output.Length == 0);
        var next = machine.TaskOf(Machine.UntilTerm);
        await machine.Backend.PayloadAsync(next);
        await machine.Backend.ReportAsync((string)next["arn"]!, "RUNNING");
    }

    [Theory]
    [InlineData("AccessDeniedException", "no")]
    [InlineData("ClientException", "Container instance type changes are not supported. Container instance 0123 was previously registered as m5.large.")]
    [InlineData("InvalidParameterException", "The resource PORTS can have at most 100 reserved ports.")]
    public async Task Gives_up_on_a_refusal_that_will_not_change_and_leaves_its_tasks_alone(string code, string message)
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = machine.TaskOf(Machine.UntilTerm);
        await machine.Backend.PayloadAsync(task);
        var container = (string)(await machine.Backend.ReportAsync((string)task["arn"]!, "RUNNING"))["containers"]![0]!["runtimeId"]!;
        await machine.StopAgentAsync();
        machine.Backend.Intercept = (operation, body) => operation == "RegisterContainerInstance" && body["containerInstanceArn"] is not null ? (400, new JsonObject { ["__type"] = code, ["message"] = message }) : null;

        machine.StartAgent();

        (await Should.ThrowAsync<AgentTerminalException>(machine.Running.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken))).Message.ShouldContain(message);
        (await Engine.DockerAsync("ps", "-q", "--no-trunc", "--filter", $"id={container}")).Output.ShouldBe(container);
    }

    private static IEnumerable<JsonNode> Metrics(Machine machine, JsonObject task) =>
        machine.Backend.TcsMessages.Where(message => (string?)message["type"] == "PublishMetricsRequest")
            .SelectMany(message => message["message"]!["taskMetrics"]?.AsArray() ?? [])
            .Where(metric => (string?)metric!["taskArn"] == (string?)task["arn"])
            .SelectMany(metric => metric!["containerMetrics"]!.AsArray())!;
}
