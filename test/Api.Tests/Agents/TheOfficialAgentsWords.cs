using System.Net.WebSockets;
using System.Text.Json;

namespace Berth.Api.Tests;

/// <summary>What the official agent was recorded to say, said to Berth; and what Berth says, held to what that agent accepts.</summary>
public sealed class TheOfficialAgentsWords : IAsyncLifetime
{
    private const string Registration = """
        "attributes":[{"name":"ecs.capability.container-ordering"},{"name":"ecs.capability.full-sync"},{"name":"com.amazonaws.ecs.capability.task-iam-role"},
          DOCKER{"name":"ecs.capability.container-health-check"},
          {"name":"com.amazonaws.ecs.capability.logging-driver.json-file"},{"name":"ecs.os-type","value":"linux"},{"name":"ecs.os-family","value":"LINUX"},{"name":"ecs.cpu-architecture","value":"x86_64"}CUSTOM],
        "cluster":"stub","instanceIdentityDocument":"","instanceIdentityDocumentSignature":"","tags":[{"key":"team","value":"x"}],
        "totalResources":[{"integerValue":2048,"name":"CPU","type":"INTEGER"},{"integerValue":24105,"name":"MEMORY","type":"INTEGER"},
          {"name":"PORTS","stringSetValue":["22","2375","2376","51678","51679"],"type":"STRINGSET"},{"name":"PORTS_UDP","stringSetValue":[],"type":"STRINGSET"}]
        """;

    private const string Custom = """,{"name":"stack","value":"dev"}""";

    private EcsServer server = null!;    // Started before each test.
    private string arn = "";

    public async ValueTask InitializeAsync()
    {
        server = await EcsServer.StartAsync(agents: new() { Heartbeat = TimeSpan.FromMilliseconds(100), Resend = TimeSpan.FromMilliseconds(400), MostMissedHeartbeats = 1000, Endpoint = "http://control.example" });
        await server.AskAsync("CreateCluster", """{"clusterName":"stub"}""");
        arn = await RegisterAsync("\"clientToken\":\"3190dab8-3e2b-4836-9674-30edaf79057a\",", Custom);
    }

    public async ValueTask DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Register_it_once_for_a_token_and_again_with_what_was_its_own()
    {
        var repeated = await RegisterAsync("\"clientToken\":\"3190dab8-3e2b-4836-9674-30edaf79057a\",", Custom);
        var again = await server.AskAsync("RegisterContainerInstance", $$"""{"containerInstanceArn":"{{arn}}","clientToken":"e1d8d3e5-2b1a-4a9b-a7a6-111111111111",{{Words("")}}}""");

        repeated.ShouldBe(arn);
        var instance = again.GetProperty("containerInstance");
        instance.GetProperty("containerInstanceArn").GetString().ShouldBe(arn);
        var attributes = instance.GetProperty("attributes").EnumerateArray().ToDictionary(attribute => attribute.GetProperty("name").GetString()!, attribute => attribute.TryGetProperty("value", out var value) ? value.GetString() : null);
        (attributes["ecs.os-type"], attributes["ecs.os-family"], attributes["ecs.cpu-architecture"]).ShouldBe(("linux", "LINUX", "x86_64"), "One that is missing makes the agent exit for good.");
        attributes["stack"].ShouldBe("dev", "It is sent the first time only.");
        attributes.ShouldContainKey("ecs.capability.full-sync");
    }

    [Fact]
    public async Task Are_answered_where_members_are_not_in_the_model()
    {
        var endpoints = await server.AskAsync("DiscoverPollEndpoint", $$"""{"cluster":"stub","containerInstance":"{{arn}}","zoneId":"use1-az1"}""");

        foreach (var name in new[] { "endpoint", "telemetryEndpoint" })
        {
            Uri.TryCreate(endpoints.GetProperty(name).GetString(), UriKind.Absolute, out var address).ShouldBeTrue();
            address!.Scheme.ShouldBeOneOf("http", "https");
        }
    }

    [Fact]
    public async Task Get_payloads_that_it_can_read()
    {
        await using var agent = await OfficialAgent.OpenAcsAsync(server, "stub", arn);
        await server.AskAsync("RegisterTaskDefinition", """
            {"family":"fam","taskRoleArn":"arn:aws:iam::000000000000:role/task","containerDefinitions":[
             {"name":"web","image":"busybox:latest","cpu":64,"memory":64,"memoryReservation":32,"command":["httpd"],"environment":[{"name":"FOO","value":"bar"}],"portMappings":[{"containerPort":8080,"hostPort":0}],
              "healthCheck":{"command":["CMD-SHELL","true"]},"linuxParameters":{"capabilities":{"add":["SYS_PTRACE"]}},"logConfiguration":{"logDriver":"json-file"},"ulimits":[{"name":"nofile","softLimit":1,"hardLimit":2}]},
             {"name":"side","image":"busybox:latest","memory":16,"essential":false,"dependsOn":[{"containerName":"web","condition":"START"}]}]}
            """);
        var ran = await server.AskAsync("RunTask", """{"cluster":"stub","taskDefinition":"fam","overrides":{"containerOverrides":[{"name":"web","environment":[{"name":"FOO","value":"other"}],"command":["x"],"memory":70}]}}""");

        var payload = (await agent.AwaitAsync("PayloadMessage"))[0];

        foreach (var member in new[] { "messageId", "clusterArn", "containerInstanceArn" })
        {
            payload.GetProperty(member).GetString().ShouldNotBeNullOrEmpty(member);
        }

        payload.GetProperty("containerInstanceArn").GetString().ShouldBe(arn);
        payload.GetProperty("clusterArn").GetString().ShouldBe("arn:aws:ecs:us-east-1:000000000000:cluster/stub");
        payload.GetProperty("seqNum").TryGetInt64(out _).ShouldBeTrue();    // 64 bits in the agent, whatever its model calls it.
        payload.GetProperty("generatedAt").TryGetInt64(out _).ShouldBeTrue();
        var task = payload.GetProperty("tasks").EnumerateArray().Single();
        task.GetProperty("arn").GetString().ShouldBe(ran.GetProperty("tasks")[0].GetProperty("taskArn").GetString());
        (task.GetProperty("family").GetString(), task.GetProperty("version").GetString(), task.GetProperty("desiredStatus").GetString()).ShouldBe(("fam", "1", "RUNNING"));
        task.GetProperty("roleCredentials").GetProperty("expiration").ValueKind.ShouldBe(JsonValueKind.String);
        foreach (var container in task.GetProperty("containers").EnumerateArray())
        {
            JsonElement.Parse(container.GetProperty("overrides").GetString()!).EnumerateObject().Select(member => member.Name).Except(["command"]).ShouldBeEmpty("Anything else makes the task invalid.");
            container.GetProperty("essential").ValueKind.ShouldBeOneOf(JsonValueKind.True, JsonValueKind.False);
            container.GetProperty("cpu").TryGetInt32(out _).ShouldBeTrue();
            container.GetProperty("memory").TryGetInt32(out _).ShouldBeTrue();
            foreach (var mapping in container.GetProperty("portMappings").EnumerateArray())
            {
                mapping.GetProperty("protocol").GetString().ShouldBeOneOf("tcp", "udp");
            }

            var docker = container.GetProperty("dockerConfig");
            var version = Version.Parse(docker.GetProperty("version").GetString()!);
            version.ShouldBeInRange(new(1, 24), new(1, 32));
            var host = JsonElement.Parse(docker.GetProperty("hostConfig").GetString()!);
            foreach (var own in new[] { "PortBindings", "Binds", "Memory" })
            {
                host.TryGetProperty(own, out _).ShouldBeFalse($"{own} would take the place of what the agent works out.");
            }

            host.GetProperty("NetworkMode").GetString().ShouldBe("bridge");
            container.TryGetProperty("restartPolicy", out _).ShouldBeFalse("An old agent could not decode it.");
        }

        var web = task.GetProperty("containers").EnumerateArray().Single(container => container.GetProperty("name").GetString() == "web");
        web.GetProperty("environment").GetProperty("FOO").GetString().ShouldBe("other");
        (web.GetProperty("memory").GetInt32(), web.GetProperty("command")[0].GetString(), web.GetProperty("healthCheckType").GetString()).ShouldBe((70, "x", "docker"));
        JsonElement.Parse(web.GetProperty("dockerConfig").GetProperty("config").GetString()!).GetProperty("Healthcheck").GetProperty("Interval").GetInt64().ShouldBe(30_000_000_000);
        task.GetProperty("containers").EnumerateArray().Single(container => container.GetProperty("name").GetString() == "side").GetProperty("essential").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Acknowledge_in_any_order_and_payloads_come_again_until_they_do()
    {
        await using var agent = await OfficialAgent.OpenAcsAsync(server, "stub", arn);
        var task = await RunAsync();
        var payloads = await agent.AwaitAsync("PayloadMessage", 2);    // The second for want of an acknowledgement.
        Id(payloads[0]).ShouldBe(Id(payloads[1]));
        payloads.Select(payload => payload.GetProperty("tasks")[0].GetProperty("roleCredentials").GetProperty("credentialsId").GetString()).Distinct().Count().ShouldBe(1);
        var credentials = payloads[0].GetProperty("tasks")[0].GetProperty("roleCredentials");

        // In the order recorded: one of the credentials', the payload's, the other credentials'.
        var ack = $$"""{"credentialsId":"{{credentials.GetProperty("credentialsId").GetString()}}","expiration":"{{credentials.GetProperty("expiration").GetString()}}","messageId":"{{payloads[0].GetProperty("messageId").GetString()}}"}""";
        await agent.SendAsync("IAMRoleCredentialsAckRequest", ack);
        foreach (var payload in payloads)
        {
            await agent.AcknowledgeAsync(payload);
        }

        await agent.SendAsync("IAMRoleCredentialsAckRequest", ack);
        await agent.AwaitAsync("HeartbeatMessage", agent.Received("HeartbeatMessage").Count + 2);    // The acknowledgements are in.
        var before = agent.Received("PayloadMessage").Count;
        await agent.AwaitAsync("HeartbeatMessage", agent.Received("HeartbeatMessage").Count + 8);
        agent.Received("PayloadMessage").Count.ShouldBe(before);
        task.ShouldEndWith(Id(payloads[0]));
    }

    [Fact]
    public async Task That_make_no_sense_are_passed_over()
    {
        await using var agent = await OfficialAgent.OpenAcsAsync(server, "stub", arn);
        foreach (var text in new[] { "{", "[]", "null", "{}", """{"type":"Nonsense","message":{}}""", """{"type":"AckRequest"}""", """{"type":"AckRequest","message":{"messageId":{}}}""", """{"type":5,"message":5}""", """{"type":"TaskStopVerificationMessage","message":{"stopCandidates":5}}""" })
        {
            await agent.SendRawAsync(text);
        }

        await agent.SendAsync("NackRequest", $$"""{"cluster":"stub","containerInstance":"{{arn}}","messageId":"x","reason":"Updates are disabled"}""");
        await agent.AwaitAsync("HeartbeatMessage", agent.Received("HeartbeatMessage").Count + 3);
        agent.State.ShouldBe(WebSocketState.Open);
    }

    [Fact]
    public async Task Tell_of_three_containers_in_the_order_of_their_changes()
    {
        await using var agent = await OfficialAgent.OpenAcsAsync(server, "stub", arn);
        var task = await RunAsync();
        await server.AskAsync("SubmitTaskStateChange", $$"""
            {"cluster":"stub","containers":[{"containerName":"side","networkBindings":[],"runtimeId":"5f98","status":"RUNNING"},{"containerName":"init","exitCode":3,"networkBindings":[],"runtimeId":"a1","status":"RUNNING"},
             {"containerName":"init","exitCode":3,"networkBindings":[],"runtimeId":"a1","status":"STOPPED"},
             {"containerName":"app","networkBindings":[{"bindIP":"0.0.0.0","containerPort":8080,"hostPort":32768,"protocol":"tcp"}],"reason":"CannotPullContainerError: an old story","runtimeId":"a022","status":"RUNNING"}],"reason":"","status":"RUNNING","task":"{{task}}"}
            """);
        var running = await DescribeAsync(task);
        await server.AskAsync("SubmitTaskStateChange", $$"""
            {"cluster":"stub","containers":[{"containerName":"app","exitCode":7,"networkBindings":[],"runtimeId":"a022","status":"STOPPED"},{"containerName":"side","exitCode":0,"networkBindings":[],"runtimeId":"5f98","status":"STOPPED"}],
             "executionStoppedAt":1795375488.461,"reason":"","status":"STOPPED","task":"{{task}}"}
            """);
        var stopped = await DescribeAsync(task);

        running.GetProperty("lastStatus").GetString().ShouldBe("RUNNING");
        Status(running, "init").ShouldBe(("STOPPED", 3));
        Status(running, "app").ShouldBe(("RUNNING", null));
        running.GetProperty("containers").EnumerateArray().Single(container => container.GetProperty("name").GetString() == "app").GetProperty("networkBindings")[0].GetProperty("hostPort").GetInt32().ShouldBe(32768);
        stopped.GetProperty("lastStatus").GetString().ShouldBe("STOPPED");
        (Status(stopped, "app"), Status(stopped, "side"), Status(stopped, "init")).ShouldBe((("STOPPED", 7), ("STOPPED", 0), ("STOPPED", 3)));
        stopped.GetProperty("stopCode").GetString().ShouldBe("EssentialContainerExited");
        stopped.GetProperty("executionStoppedAt").GetDouble().ShouldBe(1795375488.461);
    }

    [Fact]
    public async Task Are_taken_with_200_when_late_repeated_or_of_a_stranger()
    {
        await using var agent = await OfficialAgent.OpenAcsAsync(server, "stub", arn);
        var task = await RunAsync();
        const string Words = """{"cluster":"stub","containers":[{"containerName":"app","networkBindings":[],"runtimeId":"a","status":"STATUS"EXIT}],"reason":"","status":"STATUS","task":"TASK"}""";
        string Report(string status, string of) => Words.Replace("EXIT", status == "STOPPED" ? ",\"exitCode\":0" : "", StringComparison.Ordinal).Replace("STATUS", status, StringComparison.Ordinal).Replace("TASK", of, StringComparison.Ordinal);

        foreach (var report in new[] { Report("RUNNING", task), Report("RUNNING", task), Report("STOPPED", task), Report("RUNNING", task), Report("STOPPED", task), Report("STOPPED", "arn:aws:ecs:us-east-1:000000000000:task/stub/0123456789abcdef0123456789abcdef") })
        {
            await server.AskAsync("SubmitTaskStateChange", report);
        }

        await server.AskAsync("SubmitTaskStateChange", $$"""{"cluster":"stub","containers":[],"reason":"UnrecogniedTaskError: Error loading task - Multiple error:\n\t0: x","status":"STOPPED","task":"{{task}}"}""");
        (await DescribeAsync(task)).GetProperty("lastStatus").GetString().ShouldBe("STOPPED");
    }

    [Fact]
    public async Task Have_a_manifest_answered_and_what_is_not_wanted_stopped()
    {
        await using var agent = await OfficialAgent.OpenAcsAsync(server, "stub", arn);
        var manifest = (await agent.AwaitAsync("TaskManifestMessage"))[0];
        const string Stray = "arn:aws:ecs:us-east-1:000000000000:task/stub/eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee";

        await agent.SendAsync("AckRequest", $$"""{"cluster":"c","containerInstance":"i","messageId":"{{manifest.GetProperty("messageId").GetString()}}"}""");
        await agent.SendAsync("TaskStopVerificationMessage", $$"""{"messageId":"{{manifest.GetProperty("messageId").GetString()}}","stopCandidates":[{"desiredStatus":"STOPPED","taskArn":"{{Stray}}","taskClusterArn":"arn:aws:ecs:us-east-1:000000000000:cluster/stub"}]}""");

        manifest.GetProperty("timeline").TryGetInt64(out _).ShouldBeTrue();
        var verified = (await agent.AwaitAsync("TaskStopVerificationAck"))[0];
        verified.GetProperty("messageId").GetString().ShouldBe(manifest.GetProperty("messageId").GetString());
        verified.GetProperty("stopTasks")[0].GetProperty("taskArn").GetString().ShouldBe(Stray);
        var stop = (await agent.AwaitAsync("PayloadMessage"))[0].GetProperty("tasks")[0];    // Agents before 1.86.3 leak the containers otherwise.
        (stop.GetProperty("arn").GetString(), stop.GetProperty("desiredStatus").GetString()).ShouldBe((Stray, "STOPPED"));
    }

    [Fact]
    public async Task Of_telemetry_are_acknowledged_signed_or_plain_and_kept()
    {
        await using var commands = await OfficialAgent.OpenAcsAsync(server, "stub", arn);
        await using var agent = await OfficialAgent.OpenTcsAsync(server, "stub", arn);
        await server.AskAsync("RegisterTaskDefinition", """{"family":"fam","containerDefinitions":[{"name":"app","image":"x","cpu":256,"memory":64,"healthCheck":{"command":["CMD","true"]}}]}""");
        await server.AskAsync("CreateService", """{"cluster":"stub","serviceName":"web","taskDefinition":"fam","desiredCount":1}""");
        var task = "";
        while (task.Length == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
            var tasks = (await server.AskAsync("ListTasks", """{"cluster":"stub"}""")).GetProperty("taskArns");
            task = tasks.GetArrayLength() > 0 ? tasks[0].GetString()! : "";
        }

        await server.AskAsync("SubmitTaskStateChange", $$"""{"cluster":"stub","containers":[{"containerName":"app","networkBindings":[],"runtimeId":"a","status":"RUNNING"}],"reason":"","status":"RUNNING","task":"{{task}}"}""");

        await agent.SendSignedAsync("PublishMetricsRequest", $$"""{"metadata":{"cluster":"stub","containerInstance":"{{arn}}","fin":true,"idle":true,"messageId":"9fff9a60"},"timestamp":1795375267.725}""");
        await agent.SendSignedAsync("PublishMetricsRequest", $$$"""
            {"metadata":{"cluster":"stub","containerInstance":"{{{arn}}}","fin":true,"idle":false,"messageId":"5537fb0a"},"taskMetrics":[{"containerMetrics":[{"containerName":"app","cpuStatsSet":{"max":10,"min":0,"sampleCount":12,"sum":60},
             "memoryStatsSet":{"max":20,"min":10,"sampleCount":13,"sum":208},"networkStatsSet":{"rxBytes":{"max":806,"min":290,"overflowMax":0,"overflowMin":0,"overflowSum":0,"sampleCount":13,"sum":9362} } }],
             "taskArn":"{{{task}}}","taskDefinitionFamily":"fam","taskDefinitionVersion":"1"}],"timestamp":1795375327.631}
            """);
        await agent.SendSignedAsync("PublishHealthRequest", $$"""{"metadata":{"cluster":"stub","containerInstance":"{{arn}}","fin":true,"messageId":"67b996d5"},"tasks":[{"containers":[{"containerName":"app","healthStatus":"HEALTHY","statusSince":1795376381.49}],"taskArn":"{{task}}","taskDefinitionFamily":"fam","taskDefinitionVersion":"1"}],"timestamp":1795376392.07}""");
        await agent.SendRawAsync($$$"""{"type":"PublishInstanceStatusRequest","message":{"metadata":{"cluster":"stub","containerInstance":"{{{arn}}}","requestId":"2306894f"},"statuses":[{"lastStatusChange":1795375267.724,"lastUpdated":1795375267.629,"status":"OK","type":"ContainerRuntime"}],"timestamp":1795375287.726}}""");

        await agent.AwaitAsync("AckPublishMetric", 2);
        await agent.AwaitAsync("AckPublishHealth");
        await agent.AwaitAsync("AckPublishInstanceStatus");
        await agent.AwaitAsync("HeartbeatMessage");
        (await DescribeAsync(task)).GetProperty("healthStatus").GetString().ShouldBe("HEALTHY");
        using var http = new HttpClient();
        var metrics = await http.GetStringAsync(new Uri(server.Http.Address, "/metrics?tasks=true"), TestContext.Current.CancellationToken);
        // 5 per cent of 2,048 CPU units on average, of 256; 16 MiB of 64.
        metrics.ShouldContain("""berth_service_cpu_utilization_percent{account="000000000000",region="us-east-1",cluster="stub",service="web"} 40""");
        metrics.ShouldContain("""berth_service_memory_utilization_percent{account="000000000000",region="us-east-1",cluster="stub",service="web"} 25""");
        metrics.ShouldContain($"berth_task_memory_utilization_percent{{account=\"000000000000\",region=\"us-east-1\",cluster=\"stub\",task=\"{task.Split('/')[^1]}\"}} 25");
        metrics.ShouldContain($"berth_task_memory_mebibytes{{account=\"000000000000\",region=\"us-east-1\",cluster=\"stub\",task=\"{task.Split('/')[^1]}\"}} 16");
    }

    [Fact]
    public async Task To_go_are_followed_and_a_new_connection_takes_the_olds_place()
    {
        await using var first = await OfficialAgent.OpenAcsAsync(server, "stub", arn);
        await first.AwaitAsync("TaskManifestMessage");
        await first.CloseAsync();
        await UntilConnectedAsync(false);
        await using var second = await OfficialAgent.OpenAcsAsync(server, "stub", arn);
        await UntilConnectedAsync(true);
        await using var third = await OfficialAgent.OpenAcsAsync(server, "stub", arn);
        await third.AwaitAsync("TaskManifestMessage");

        await RunAsync();
        await third.AwaitAsync("PayloadMessage");
        second.Received("PayloadMessage").ShouldBeEmpty();
        var instance = (await server.AskAsync("DescribeContainerInstances", $$"""{"cluster":"stub","containerInstances":["{{arn}}"]}""")).GetProperty("containerInstances")[0];
        var version = instance.GetProperty("versionInfo");
        (version.GetProperty("agentVersion").GetString(), version.GetProperty("agentHash").GetString(), version.GetProperty("dockerVersion").GetString()).ShouldBe(("1.78.0", "e3218ca6", "DockerVersion: 20.10.24+dfsg1"));
    }

    [Theory]
    [InlineData("stub", "gone", "InactiveInstanceException")]
    [InlineData("nowhere", "0123456789abcdef0123456789abcdef", "InvalidClusterException")]
    public async Task Are_refused_in_a_form_that_it_reads(string cluster, string instance, string expected)
    {
        if (instance == "gone")
        {
            await server.AskAsync("DeregisterContainerInstance", $$"""{"cluster":"stub","containerInstance":"{{arn}}","force":true}""");
            instance = arn.Split('/')[^1];
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Http.Address, $"/acs/ws?clusterArn={cluster}&containerInstanceArn={Uri.EscapeDataString($"arn:aws:ecs:us-east-1:000000000000:container-instance/{cluster}/{instance}")}"));
        foreach (var (name, value) in Wire.SigV4.SignHeaders(server.Http.Keys.Credentials("default"), "us-east-1", "ecs", "GET", request.RequestUri!, [], [], TimeProvider.System.GetUtcNow()))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.ParseAdd("websocket");
        request.Headers.Add("Sec-WebSocket-Version", "13");
        request.Headers.Add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        using var http = new HttpClient();
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);

        var refusal = JsonElement.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        ((int)answer.StatusCode).ShouldNotBe(101);
        refusal.EnumerateObject().Single().Name.ShouldBe(expected);
    }

    private static string Id(JsonElement payload) => payload.GetProperty("tasks")[0].GetProperty("arn").GetString()!.Split('/')[^1];

    private static (string? Status, int? ExitCode) Status(JsonElement task, string name)
    {
        var container = task.GetProperty("containers").EnumerateArray().Single(container => container.GetProperty("name").GetString() == name);
        return (container.GetProperty("lastStatus").GetString(), container.TryGetProperty("exitCode", out var code) ? code.GetInt32() : null);
    }

    private static string Words(string custom) => Registration.Replace("CUSTOM", custom, StringComparison.Ordinal)
        .Replace("DOCKER", string.Concat(Enumerable.Range(17, 16).Select(minor => $"{{\"name\":\"com.amazonaws.ecs.capability.docker-remote-api.1.{minor}\"}},")), StringComparison.Ordinal);

    private async Task<string> RegisterAsync(string token, string custom) =>
        (await server.AskAsync("RegisterContainerInstance", $$"""{ {{token}}{{Words(custom)}} }""")).GetProperty("containerInstance").GetProperty("containerInstanceArn").GetString()!;

    private async Task<string> RunAsync()
    {
        await server.AskAsync("RegisterTaskDefinition", """
            {"family":"three","taskRoleArn":"arn:aws:iam::000000000000:role/task","containerDefinitions":[{"name":"init","image":"x","memory":16,"essential":false},
             {"name":"app","image":"x","memory":16,"portMappings":[{"containerPort":8080}],"dependsOn":[{"containerName":"init","condition":"COMPLETE"}]},{"name":"side","image":"x","memory":16,"essential":false}]}
            """);
        var ran = await server.AskAsync("RunTask", """{"cluster":"stub","taskDefinition":"three"}""");
        ran.GetProperty("failures").GetArrayLength().ShouldBe(0, ran.ToString());
        return ran.GetProperty("tasks")[0].GetProperty("taskArn").GetString()!;
    }

    private async Task<JsonElement> DescribeAsync(string task) => (await server.AskAsync("DescribeTasks", $$"""{"cluster":"stub","tasks":["{{task}}"]}""")).GetProperty("tasks")[0];

    private async Task UntilConnectedAsync(bool connected)
    {
        while ((await server.AskAsync("DescribeContainerInstances", $$"""{"cluster":"stub","containerInstances":["{{arn}}"]}""")).GetProperty("containerInstances")[0].GetProperty("agentConnected").GetBoolean() != connected)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
