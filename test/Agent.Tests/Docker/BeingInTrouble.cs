using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Berth.Agent.Tests;

/// <summary>An engine that hangs or fails, a clock that is off, a registry without the platform, output without end.</summary>
public sealed class BeingInTrouble(Engine engine)
{
    private const string HostConfig = """{"NetworkMode":"bridge","LogConfig":{"Type":"awslogs","Config":{"awslogs-group":"g","awslogs-stream":"s"}}}""";

    [Theory]
    [InlineData("/start", "started")]
    [InlineData("/containers/create", "created")]
    [InlineData("/volumes/create", "created")]
    public async Task An_engine_that_hangs_fails_the_start_and_no_container_runs_afterwards(string call, string transition)
    {
        var limit = TimeSpan.FromSeconds(3);
        await using var gate = new EngineGate();
        await using var machine = await Machine.StartAsync(engine, options => (transition == "started" ? options with { ContainerStartTimeout = limit } : options with { ContainerCreateTimeout = limit }) with
        {
            DockerHost = gate.Address,
            TaskCleanupWait = TimeSpan.FromSeconds(2),
        });
        var held = machine.TaskOf(Machine.UntilTerm, container => container["mountPoints"] = new JsonArray(new JsonObject { ["sourceVolume"] = "v", ["containerPath"] = "/v" }));
        var label = Guid.NewGuid().ToString("N");
        held["volumes"] = new JsonArray(new JsonObject { ["name"] = "v", ["type"] = "docker", ["dockerVolumeConfiguration"] = new JsonObject { ["scope"] = "task", ["labels"] = new JsonObject { ["test"] = label } } });

        gate.Hold(call);
        await machine.Backend.PayloadAsync(held);
        var stopped = await machine.Backend.ReportAsync((string)held["arn"]!, "STOPPED");
        gate.Release();

        stopped["containers"]![0]!["reason"]!.GetValue<string>().ShouldBe($"DockerTimeoutError: Could not transition to {transition}; timed out after waiting 0m3s");
        await Machine.UntilAsync(async () => (await Engine.DockerAsync("ps", "-q", "--filter", $"label=com.amazonaws.ecs.container-instance-arn={machine.Backend.InstanceArn}")).Output.Length == 0);
        await Machine.UntilAsync(() => RunsAsync(machine));
        await Machine.UntilAsync(async () => (await Engine.DockerAsync("volume", "ls", "-q", "--filter", $"label=test={label}")).Output.Length == 0);
    }

    /// <summary>Whether a new task comes to run. On a busy machine the short limit of these tests may end one.</summary>
    private static async Task<bool> RunsAsync(Machine machine)
    {
        var task = machine.TaskOf(Machine.UntilTerm);
        var arn = (string)task["arn"]!;
        await machine.Backend.PayloadAsync(task);
        await machine.Backend.UntilAsync(() => machine.Backend.Reports(arn).Any(report => (string?)report["status"] is "RUNNING" or "STOPPED"));
        return machine.Backend.Reports(arn).Any(report => (string?)report["status"] == "RUNNING");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("task")]    // With a sandbox, whose end would be the task's.
    public async Task An_engine_that_fails_to_say_how_a_container_is_has_not_said_that_it_stopped(string? pidMode)
    {
        await using var gate = new EngineGate();
        await using var machine = await Machine.StartAsync(engine, options => options with { DockerHost = gate.Address });
        var task = machine.TaskOf(Machine.UntilTerm);
        task["pidMode"] = pidMode;
        var arn = (string)task["arn"]!;
        await machine.Backend.PayloadAsync(task);
        await machine.Backend.ReportAsync(arn, "RUNNING");
        var containers = (await Engine.DockerAsync("ps", "-q", "--no-trunc", "--filter", $"label={CreateRequest.TaskLabel}={arn}")).Output.Split('\n');
        containers.Length.ShouldBe(pidMode is null ? 1 : 2);

        gate.Fail("/json");    // Each look at a container.
        await machine.StopAgentAsync();
        machine.StartAgent();
        await machine.Backend.UntilAsync(() => containers.All(container => gate.Failed.Any(call => call.Contains(container, StringComparison.Ordinal))));
        gate.Release();
        await machine.Backend.StopTaskAsync(arn);

        var stopped = await machine.Backend.ReportAsync(arn, "STOPPED");
        stopped["reason"]!.GetValue<string>().ShouldBe("");
        stopped["containers"]![0]!["exitCode"]!.GetValue<int>().ShouldBe(0);
        machine.Backend.Reports(arn).Select(report => (string?)report["status"]).Distinct().ShouldBe(["RUNNING", "STOPPED"]);
    }

    [Fact]
    public async Task An_engine_that_does_not_give_out_output_is_not_asked_for_it_without_pause()
    {
        const int Asked = 3;
        await using var gate = new EngineGate();
        await using var machine = await Machine.StartAsync(engine, options => options with { DockerHost = gate.Address });
        var task = machine.TaskOf($"echo hello; {Machine.UntilTerm}", container => container["dockerConfig"]!["hostConfig"] = HostConfig);

        gate.Fail("/logs");
        await machine.Backend.PayloadAsync(task);
        await machine.Backend.UntilAsync(() => !gate.Failed.IsEmpty);
        var since = Stopwatch.StartNew();
        await machine.Backend.UntilAsync(() => gate.Failed.Count >= Asked);
        gate.Release();

        since.Elapsed.ShouldBeGreaterThan(TimeSpan.FromSeconds(0.5), "Half a second lies between the first two, give or take, and twice that before the next.");
        await machine.Backend.UntilAsync(() => machine.Backend.AcceptedLogLines("s").Contains("hello"));
    }

    [Theory]
    [InlineData(-3)]
    [InlineData(5)]
    public async Task A_clock_that_is_off_is_made_up_for(int hours)
    {
        await using var machine = await Machine.StartAsync(engine, clock: new SkewedClock(TimeSpan.FromHours(hours)));
        var task = machine.TaskOf("echo hello; exit 3", container => container["dockerConfig"]!["hostConfig"] = HostConfig);

        await machine.Backend.PayloadAsync(task);

        (await machine.Backend.ReportAsync((string)task["arn"]!, "STOPPED"))["containers"]![0]!["exitCode"]!.GetValue<int>().ShouldBe(3);
        await machine.Backend.UntilAsync(() => machine.Backend.AcceptedLogLines("s").Contains("hello"));
        await machine.Backend.UntilAsync(() => machine.Backend.TcsMessages.Length > 0);
        machine.Backend.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_image_without_the_platform_is_asked_for_once()
    {
        await using var machine = await Machine.StartAsync(engine);
        machine.Backend.Manifests["other/arch"] = """
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","size":7,
             "digest":"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","platform":{"architecture":"s390x","os":"linux"}}]}
            """;
        var task = machine.TaskOf("exit 0", container => container["image"] = $"{machine.Backend.Address.Authority}/other/arch:1");

        await machine.Backend.PayloadAsync(task);
        var stopped = await machine.Backend.ReportAsync((string)task["arn"]!, "STOPPED");

        stopped["containers"]![0]!["reason"]!.GetValue<string>().ShouldMatch("^CannotPullContainerError: .*no matching manifest for linux/");
        (stopped["pullStoppedAt"]!.GetValue<double>() - stopped["pullStartedAt"]!.GetValue<double>()).ShouldBeLessThan(5, "Asking again would take longer.");
    }

    [Fact]
    public async Task Fifty_thousand_lines_come_through_whole_and_in_order_while_the_store_fails_now_and_then()
    {
        await using var machine = await Machine.StartAsync(engine);
        var calls = 0;
        machine.Backend.Intercept = (operation, _) => operation == "PutLogEvents" && Interlocked.Increment(ref calls) % 3 == 1 ? (500, new JsonObject { ["__type"] = "ServiceUnavailableException" }) : null;
        var task = machine.TaskOf("/bin/busybox seq 1 50000", container => container["dockerConfig"]!["hostConfig"] = HostConfig);

        await machine.Backend.PayloadAsync(task);
        await machine.Backend.ReportAsync((string)task["arn"]!, "STOPPED");
        await machine.Backend.UntilAsync(() => machine.Backend.AcceptedLogLines("s").Length >= 50_000);

        machine.Backend.AcceptedLogLines("s").ShouldBe(Enumerable.Range(1, 50_000).Select(number => $"{number}"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Output_that_Docker_could_not_keep_for_so_long_is_said_to_be_lost(bool isAgentAway)
    {
        await using var machine = await Machine.StartAsync(engine);
        var (away, refused) = (false, 0);
        machine.Backend.Intercept = (operation, _) =>
        {
            if (!Volatile.Read(ref away) || operation != "PutLogEvents")
            {
                return null;
            }

            Interlocked.Increment(ref refused);
            return (500, new JsonObject { ["__type"] = "ServiceUnavailableException" });
        };
        // Some 65 MB in long lines; Docker keeps 50.
        const string Floods = "echo begin; while [ ! -e /go/now ]; do /bin/busybox sleep 0.05; done; line=$(/bin/busybox head -c 16000 /dev/zero | /bin/busybox tr '\\000' x); i=0; while [ $i -lt 4100 ]; do echo $line; i=$((i+1)); done; echo end";
        var go = Directory.CreateTempSubdirectory("berth-go-").FullName;
        var task = machine.TaskOf(Floods, container =>
        {
            container["dockerConfig"]!["hostConfig"] = HostConfig;
            container["mountPoints"] = new JsonArray(new JsonObject { ["sourceVolume"] = "go", ["containerPath"] = "/go" });
        });
        task["volumes"] = new JsonArray(new JsonObject { ["name"] = "go", ["type"] = "host", ["host"] = new JsonObject { ["sourcePath"] = go } });
        await machine.Backend.PayloadAsync(task);
        await machine.Backend.UntilAsync(() => machine.Backend.AcceptedLogLines("s").Contains("begin"));
        Volatile.Write(ref away, true);

        if (isAgentAway)
        {
            await machine.StopAgentAsync();
        }

        await File.WriteAllTextAsync(Path.Combine(go, "now"), "", TestContext.Current.CancellationToken);
        await Machine.UntilAsync(async () => (await Engine.DockerAsync("ps", "-q", "--filter", $"label=com.amazonaws.ecs.task-arn={task["arn"]}")).Output.Length == 0);
        if (isAgentAway)
        {
            Volatile.Write(ref away, false);
            machine.StartAgent();
        }
        else
        {
            await machine.Backend.ReportAsync((string)task["arn"]!, "STOPPED");
            var before = Volatile.Read(ref refused);
            await machine.Backend.UntilAsync(() => Volatile.Read(ref refused) >= before + 2);    // By now Docker is long let go.
            Volatile.Write(ref away, false);
        }

        await machine.Backend.UntilAsync(() => machine.Backend.AcceptedLogLines("s").Contains("end"));

        var lines = machine.Backend.AcceptedLogLines("s");
        lines[0].ShouldBe("begin");
        lines.Count(line => line.StartsWith("berth: output from ", StringComparison.Ordinal)).ShouldBe(1);
        Directory.Delete(go, recursive: true);
    }

    private sealed class SkewedClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
