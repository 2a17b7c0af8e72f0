using System.Text.Json.Nodes;

namespace Berth.Agent.Tests;

/// <summary>Tasks in network mode awsvpc, in a subnet that no other test has.</summary>
public sealed class HavingAnAddress(Engine engine) : IAsyncLifetime
{
    private readonly string subnet = $"subnet-{Guid.NewGuid().ToString("N")[..17]}";
    private readonly string prefix = $"10.231.{Random.Shared.Next(256)}";

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (engine.Unavailable is null)
        {
            await Engine.DockerAsync("network", "rm", $"berth-{subnet}");
        }
    }

    [Fact]
    public async Task Containers_share_localhost_and_tasks_reach_each_other_until_the_last_is_cleaned_up()
    {
        await using var machine = await Machine.StartAsync(engine, options => options with { TaskCleanupWait = TimeSpan.FromSeconds(1) });
        var server = Addressed("02:00:00:00:00:01", machine.Container("web", "echo hello > /tmp/index.html; exec /bin/busybox httpd -f -p 8080 -h /tmp"));
        await machine.Backend.PayloadAsync(server);
        await machine.Backend.ReportAsync((string)server["arn"]!, "RUNNING");
        var attached = Attachment(machine, server);

        attached["attachmentArn"]!.GetValue<string>().ShouldBe("arn:attachment/02:00:00:00:00:01");
        attached["status"]!.GetValue<string>().ShouldBe("ATTACHED");
        var address = attached["privateIpv4Address"]!.GetValue<string>();
        address.ShouldStartWith($"{prefix}.");
        await Machine.UntilAsync(async () => await AnswerAsync($"http://{address}:8080/") == "hello\n");

        var client = Addressed("02:00:00:00:00:02",
            machine.Container("listener", "echo near > /tmp/index.html; exec /bin/busybox httpd -f -p 9000 -h /tmp"),
            machine.Container("asker", $"""
                until /bin/busybox wget -q -O - http://127.0.0.1:9000/ 2>/dev/null; do /bin/busybox sleep 0.1; done
                /bin/busybox wget -q -O - http://{address}:8080/
                /bin/busybox wget -q -O - $ECS_CONTAINER_METADATA_URI_V4; echo
                H=$(echo $ECS_CONTAINER_METADATA_URI | /bin/busybox cut -d/ -f1-3)
                /bin/busybox wget -q -O - $H/v2/metadata; echo
                /bin/busybox wget -q -O - $H/v2/stats | /bin/busybox head -c 1; echo
                /bin/busybox wget -q -O - $AWS_CONTAINER_CREDENTIALS_FULL_URI$([ -z "$AWS_CONTAINER_CREDENTIALS_FULL_URI" ] && echo $H$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI); echo
                exec /bin/busybox sleep 100
                """, container => container["dockerConfig"]!["hostConfig"] = """{"NetworkMode":"awsvpc","LogConfig":{"Type":"awslogs","Config":{"awslogs-group":"g","awslogs-stream":"s"}}}"""));
        client["roleCredentials"] = new JsonObject { ["credentialsId"] = Guid.NewGuid().ToString(), ["roleArn"] = "arn:aws:iam::000000000000:role/task", ["accessKeyId"] = "ASIA1", ["secretAccessKey"] = "s", ["sessionToken"] = "t", ["expiration"] = "2030-01-01T00:00:00Z" };
        await machine.Backend.PayloadAsync(client);
        await machine.Backend.UntilAsync(() => machine.Backend.LogLines("s").Length >= 6);
        var lines = machine.Backend.LogLines("s");

        lines[..2].ShouldBe(["near", "hello"]);
        var network = JsonNode.Parse(lines[2])!["Networks"]![0]!;
        network["NetworkMode"]!.GetValue<string>().ShouldBe("awsvpc");
        network["IPv4Addresses"]![0]!.GetValue<string>().ShouldBe(Attachment(machine, client)["privateIpv4Address"]!.GetValue<string>());
        network["MACAddress"]!.GetValue<string>().ShouldBe("02:00:00:00:00:02");
        network["IPv4SubnetCIDRBlock"]!.GetValue<string>().ShouldBe($"{prefix}.0/28");
        network["SubnetGatewayIpv4Address"]!.GetValue<string>().ShouldBe($"{prefix}.1/28");
        network["PrivateDNSName"]!.GetValue<string>().ShouldEndWith(".ec2.internal");
        var version2 = JsonNode.Parse(lines[3])!;
        version2["TaskARN"]!.GetValue<string>().ShouldBe((string)client["arn"]!);
        version2["Containers"]!.AsArray().Count.ShouldBe(2);
        lines[4].ShouldBe("{");
        JsonNode.Parse(lines[5])!["AccessKeyId"]!.GetValue<string>().ShouldBe("ASIA1");

        await machine.Backend.StopTaskAsync((string)server["arn"]!);
        await machine.Backend.StopTaskAsync((string)client["arn"]!);
        await Machine.UntilAsync(async () => (await Engine.DockerAsync("network", "inspect", $"berth-{subnet}")).Code != 0);
    }

    [Fact]
    public async Task What_passes_through_it_is_told_of_its_containers_in_equal_parts()
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = Addressed("02:00:00:00:00:03",
            machine.Container("talker", $"while true; do /bin/busybox ping -q -c 10 -i 0.01 -s 1000 {prefix}.1; /bin/busybox sleep 0.1; done"),
            machine.Container("asker", """
                until /bin/busybox wget -q -O /tmp/4 $ECS_CONTAINER_METADATA_URI_V4/task/stats 2>/dev/null && [ $(/bin/busybox grep -o '"rx_bytes_per_sec":[1-9]' /tmp/4 | /bin/busybox wc -l) = 2 ]; do /bin/busybox sleep 0.2; done
                until /bin/busybox wget -q -O /tmp/3 $ECS_CONTAINER_METADATA_URI/stats 2>/dev/null; do /bin/busybox sleep 0.2; done
                /bin/busybox cat /tmp/4; echo; /bin/busybox cat /tmp/3; echo
                exec /bin/busybox sleep 100
                """, container => container["dockerConfig"]!["hostConfig"] = """{"NetworkMode":"awsvpc","LogConfig":{"Type":"awslogs","Config":{"awslogs-group":"g","awslogs-stream":"s"}}}"""));
        await machine.Backend.PayloadAsync(task);
        await machine.Backend.UntilAsync(() => machine.Backend.LogLines("s").Length >= 2);
        var whole = await PassedAsync(machine, task);
        await machine.Backend.UntilAsync(() => Received(machine, task).Any(told => told.GetValueOrDefault("talker") >= whole / 2));

        var documents = JsonNode.Parse(machine.Backend.LogLines("s")[0])!.AsObject();
        documents.Count.ShouldBe(2);
        documents.Select(document => document.Value!["network_rate_stats"]!["tx_bytes_per_sec"]!.GetValue<double>()).ShouldAllBe(rate => rate > 1000);
        documents.Select(document => document.Value!["networks"]!["eth0"]!["rx_bytes"]!.GetValue<long>()).ShouldAllBe(received => received > 0 && received <= whole / 2);
        var version3 = JsonNode.Parse(machine.Backend.LogLines("s")[1])!.AsObject();
        version3.ContainsKey("network_rate_stats").ShouldBeFalse();
        version3["networks"]!["eth0"]!["rx_bytes"]!.GetValue<long>().ShouldBeInRange(1, whole / 2);
        var publications = Received(machine, task);
        var limit = await PassedAsync(machine, task);    // After them, so none can have told more.
        foreach (var told in publications.Where(told => told.Count == 2))
        {
            told["talker"].ShouldBeInRange(0, limit / 2);
            told["asker"].ShouldBeInRange(0, limit / 2);
        }
    }

    /// <summary>What has been received through the task's network, as the kernel counts it.</summary>
    private static async Task<long> PassedAsync(Machine machine, JsonObject task)
    {
        var id = (string)(await machine.Backend.ReportAsync((string)task["arn"]!, "RUNNING"))["containers"]![0]!["runtimeId"]!;
        var (_, text) = await Engine.DockerAsync("exec", id, "/bin/busybox", "cat", "/proc/net/dev");
        return NetworkDevices.Read(System.Text.Encoding.UTF8.GetBytes(text))!.Value.RxBytes;
    }

    /// <summary>What each publication told the backend of the bytes that a task's containers received.</summary>
    private static List<Dictionary<string, long>> Received(Machine machine, JsonObject task) =>
        [.. machine.Backend.TcsMessages.Where(message => (string?)message["type"] == "PublishMetricsRequest")
            .SelectMany(message => message["message"]!["taskMetrics"]?.AsArray() ?? [])
            .Where(metrics => (string?)metrics!["taskArn"] == (string?)task["arn"])
            .Select(metrics => metrics!["containerMetrics"]!.AsArray()
                .Where(container => container!["networkStatsSet"] is not null)
                .ToDictionary(container => (string)container!["containerName"]!, container => container!["networkStatsSet"]!["rxBytes"]!["max"]!.GetValue<long>()))
            .Where(told => told.Count > 0)];

    [Fact]
    public async Task A_subnet_that_overlaps_a_network_of_the_machine_stops_the_task_with_the_reason()
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = Addressed("02:00:00:00:00:01", machine.Container("web", Machine.UntilTerm));
        var (_, bridge) = await Engine.DockerAsync("network", "inspect", "bridge", "-f", "{{(index .IPAM.Config 0).Subnet}}");
        task["elasticNetworkInterfaces"]![0]!["subnetGatewayIpv4Address"] = bridge;

        await machine.Backend.PayloadAsync(task);

        (await machine.Backend.ReportAsync((string)task["arn"]!, "STOPPED"))["reason"]!.GetValue<string>()
            .ShouldStartWith($"ResourceInitializationError: subnet {subnet} ({bridge}) overlaps {bridge} on docker0 of this machine");
    }

    [Fact]
    public async Task An_engine_that_hangs_over_the_network_fails_the_start_and_leaves_nothing_behind()
    {
        await using var gate = new EngineGate();
        await using var machine = await Machine.StartAsync(engine, options => options with { DockerHost = gate.Address, ContainerCreateTimeout = TimeSpan.FromSeconds(2), ParallelStarts = 1, TaskCleanupWait = TimeSpan.FromSeconds(4) });
        var held = Addressed("02:00:00:00:00:04", machine.Container("web", Machine.UntilTerm));
        var arn = (string)held["arn"]!;

        gate.Hold("/networks/create");
        await machine.Backend.PayloadAsync(held);
        var stopped = await machine.Backend.ReportAsync(arn, "STOPPED");
        gate.Release();

        stopped["reason"]!.GetValue<string>().ShouldBe("DockerTimeoutError: Could not transition to created; timed out after waiting 0m2s");
        await Machine.UntilAsync(async () => (await Engine.DockerAsync("network", "inspect", $"berth-{subnet}")).Code == 0);    // Made late.
        await Machine.UntilAsync(async () => (await Engine.DockerAsync("network", "inspect", $"berth-{subnet}")).Code != 0);
        var next = machine.TaskOf(Machine.UntilTerm);    // Nothing holds the one slot to start.
        await machine.Backend.PayloadAsync(next);
        await machine.Backend.ReportAsync((string)next["arn"]!, "RUNNING");
    }

    [Fact]
    public async Task An_interface_of_another_control_plane_is_refused()
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = Addressed("02:00:00:00:00:01", machine.Container("web", Machine.UntilTerm));
        task["elasticNetworkInterfaces"]![0]!.AsObject().Remove("subnetId");

        await machine.Backend.PayloadAsync(task);

        (await machine.Backend.ReportAsync((string)task["arn"]!, "STOPPED"))["reason"]!.GetValue<string>().ShouldStartWith("ResourceInitializationError: ");
    }

    [Fact]
    public void Reads_the_kernels_routes()
    {
        string[] table =
        [
            "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT",
            "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0",
            "docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0",
        ];

        var route = HostRoute.Read(table).ShouldHaveSingleItem();

        (route.Device, route.Network.ToString()).ShouldBe(("docker0", "172.17.0.0/16"));
        route.Overlaps(System.Net.IPNetwork.Parse("172.17.3.0/24")).ShouldBeTrue();
        route.Overlaps(System.Net.IPNetwork.Parse("172.16.0.0/12")).ShouldBeTrue();
        route.Overlaps(System.Net.IPNetwork.Parse("172.18.0.0/16")).ShouldBeFalse();
    }

    /// <summary>What is answered; null while nobody listens yet.</summary>
    private static async Task<string?> AnswerAsync(string url)
    {
        using var http = new HttpClient();
        try
        {
            return await http.GetStringAsync(new Uri(url), TestContext.Current.CancellationToken);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static JsonObject Attachment(Machine machine, JsonObject task) =>
        machine.Backend.Reports((string)task["arn"]!).SelectMany(report => report["attachments"]?.AsArray() ?? []).ShouldHaveSingleItem()!.AsObject();

    private JsonObject Addressed(string mac, params JsonObject[] containers)
    {
        foreach (var container in containers.Where(container => container["dockerConfig"]!["hostConfig"]!.GetValue<string>().Contains("bridge", StringComparison.Ordinal)))
        {
            container["dockerConfig"]!["hostConfig"] = """{"NetworkMode":"awsvpc"}""";
        }

        var task = Machine.TaskOf(containers);
        task["networkMode"] = "awsvpc";
        task["elasticNetworkInterfaces"] = new JsonArray(new JsonObject
        {
            ["ec2Id"] = "eni-1",
            ["macAddress"] = mac,
            ["attachmentArn"] = $"arn:attachment/{mac}",
            ["ipv4Addresses"] = new JsonArray(new JsonObject { ["privateAddress"] = "0.0.0.0", ["primary"] = true }),
            ["subnetGatewayIpv4Address"] = $"{prefix}.1/28",
            ["subnetId"] = subnet,
        });
        return task;
    }
}
