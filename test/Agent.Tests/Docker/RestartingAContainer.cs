using System.Text.Json.Nodes;

namespace Berth.Agent.Tests;

/// <summary>Restart policies, with real processes that end.</summary>
public sealed class RestartingAContainer(Engine engine)
{
    private const string HostConfig = """{"NetworkMode":"bridge","LogConfig":{"Type":"awslogs","Config":{"awslogs-group":"g","awslogs-stream":"s"}}}""";

    // Ends with 1 the first times and goes on the last, until it is told to stop.
    private const string EndsTwice = "echo x >> /tmp/runs; n=$(/bin/busybox wc -l < /tmp/runs); echo run $n; [ $n -lt 3 ] && exit 1; trap 'kill $!; exit 0' TERM; /bin/busybox sleep 1000 & wait";

    [Fact]
    public async Task Starts_it_in_its_place_and_ships_what_every_run_writes()
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = Of(machine, EndsTwice, period: 0);
        var arn = (string)task["arn"]!;

        await machine.Backend.PayloadAsync(task);
        await machine.Backend.UntilAsync(() => machine.Backend.LogLines("s").Length >= 3);
        await machine.Backend.StopTaskAsync(arn);
        await machine.Backend.ReportAsync(arn, "STOPPED");

        machine.Backend.LogLines("s").ShouldBe(["run 1", "run 2", "run 3"]);
        machine.Backend.Reports(arn).Select(report => (string?)report["status"]).ShouldBe(["RUNNING", "STOPPED"]);
        machine.Backend.Reports(arn)[^1]["containers"]!.AsArray().Single()!["exitCode"]!.GetValue<int>().ShouldBe(0);
    }

    [Fact]
    public async Task Is_over_with_an_exit_code_the_policy_ignores()
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = Of(machine, "echo x >> /tmp/runs; n=$(/bin/busybox wc -l < /tmp/runs); exit $((6 + n))", period: 0, ignored: 8);
        var arn = (string)task["arn"]!;

        await machine.Backend.PayloadAsync(task);

        var stopped = await machine.Backend.ReportAsync(arn, "STOPPED");
        stopped["containers"]!.AsArray().Single()!["exitCode"]!.GetValue<int>().ShouldBe(8);
    }

    [Fact]
    public async Task Does_not_happen_to_one_that_ends_too_soon()
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = Of(machine, "exit 5", period: 60);

        await machine.Backend.PayloadAsync(task);

        var stopped = await machine.Backend.ReportAsync((string)task["arn"]!, "STOPPED");
        stopped["containers"]!.AsArray().Single()!["exitCode"]!.GetValue<int>().ShouldBe(5);
    }

    [Fact]
    public async Task Is_made_up_for_where_the_agent_was_away()
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = Of(machine, EndsTwice.Replace("[ $n -lt 3 ]", "[ $n -lt 3 ] && /bin/busybox sleep 0.7", StringComparison.Ordinal), period: 0);
        var arn = (string)task["arn"]!;

        await machine.Backend.PayloadAsync(task);
        await machine.Backend.ReportAsync(arn, "RUNNING");
        await machine.StopAgentAsync();
        await Machine.UntilAsync(async () => (await Engine.DockerAsync("ps", "-q", "--filter", $"label=com.amazonaws.ecs.task-arn={arn}")).Output.Length == 0);
        machine.StartAgent();

        await machine.Backend.UntilAsync(() => machine.Backend.LogLines("s").Contains("run 3"));
        machine.Backend.Reports(arn).Select(report => (string?)report["status"]).ShouldBe(["RUNNING"]);
    }

    [Fact]
    public async Task Is_counted_in_the_containers_metadata()
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = Of(machine, EndsTwice.Replace("echo run $n", "echo; /bin/busybox wget -q -O - $ECS_CONTAINER_METADATA_URI_V4; echo", StringComparison.Ordinal), period: 0);

        await machine.Backend.PayloadAsync(task);
        await machine.Backend.UntilAsync(() => machine.Backend.LogLines("s").Count(line => line.Length > 0) >= 3);

        JsonNode.Parse(machine.Backend.LogLines("s").Last(line => line.Length > 0))!["RestartCount"]!.GetValue<int>().ShouldBeInRange(1, 2);    // The third may ask before it has been seen to run.
    }

    private static JsonObject Of(Machine machine, string script, int period, params int[] ignored) => machine.TaskOf(script, container =>
    {
        container["restartPolicy"] = new JsonObject
        {
            ["enabled"] = true,
            ["restartAttemptPeriod"] = period,
            ["ignoredExitCodes"] = new JsonArray([.. ignored.Select(code => (JsonNode)code)]),
        };
        container["dockerConfig"]!["hostConfig"] = HostConfig;
    });
}
