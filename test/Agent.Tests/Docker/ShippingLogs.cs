using System.Text.Json.Nodes;

namespace Berth.Agent.Tests;

public sealed class ShippingLogs(Engine engine)
{
    private const string HostConfig = """{"NetworkMode":"bridge","LogConfig":{"Type":"awslogs","Config":{"awslogs-group":"g","awslogs-region":"eu-west-1","awslogs-stream-prefix":"p","awslogs-create-group":"true"}}}""";

    [Fact]
    public async Task Sends_all_lines_of_both_streams_to_the_stream_named_by_prefix_container_and_task()
    {
        await using var machine = await Machine.StartAsync(engine);
        var made = false;
        machine.Backend.Intercept = (operation, _) =>
        {
            made |= operation == "CreateLogGroup";
            return operation == "CreateLogStream" && !made ? (400, new JsonObject { ["__type"] = "ResourceNotFoundException", ["message"] = "The specified log group does not exist." }) : null;
        };
        var task = machine.TaskOf("echo one; echo two >&2; echo; echo three; /bin/busybox printf last", container => container["dockerConfig"]!["hostConfig"] = HostConfig);

        await machine.Backend.PayloadAsync(task);
        var stream = $"p/app/{((string)task["arn"]!).Split('/')[^1]}";
        await machine.Backend.UntilAsync(() => machine.Backend.LogLines(stream).Length >= 4);

        machine.Backend.LogLines(stream).Order().ShouldBe(["last", "one", "three", "two"]);
        machine.Backend.Calls.Where(call => call.Operation.StartsWith("CreateLog", StringComparison.Ordinal)).Select(call => call.Operation).ShouldBe(["CreateLogStream", "CreateLogGroup", "CreateLogStream"]);
        machine.Backend.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task Loses_and_repeats_nothing_over_an_outage_and_a_restart_of_the_agent()
    {
        await using var machine = await Machine.StartAsync(engine);
        var away = false;
        machine.Backend.Intercept = (operation, _) => Volatile.Read(ref away) && operation == "PutLogEvents" ? (500, new JsonObject { ["__type"] = "ServiceUnavailableException" }) : null;
        var task = machine.TaskOf("i=0; while [ $i -lt 300 ]; do echo line $i; i=$((i+1)); /bin/busybox usleep 5000; done", container => container["dockerConfig"]!["hostConfig"] = HostConfig);
        var stream = $"p/app/{((string)task["arn"]!).Split('/')[^1]}";

        await machine.Backend.PayloadAsync(task);
        await machine.Backend.UntilAsync(() => machine.Backend.LogLines(stream).Length > 20);
        Volatile.Write(ref away, true);
        await machine.Backend.ReportAsync((string)task["arn"]!, "RUNNING");
        await machine.StopAgentAsync();
        var accepted = machine.Backend.AcceptedLogLines(stream).Length;
        Volatile.Write(ref away, false);
        machine.StartAgent();
        await machine.Backend.UntilAsync(() => machine.Backend.AcceptedLogLines(stream).Length >= 300);

        accepted.ShouldBeLessThan(300);
        machine.Backend.AcceptedLogLines(stream).ShouldBe(Enumerable.Range(0, 300).Select(number => $"line {number}"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Joins_the_pieces_of_a_long_line(bool pseudoTerminal)
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = machine.TaskOf("/bin/busybox dd if=/dev/zero bs=1000 count=50 2>/tmp/null | /bin/busybox tr '\\000' x; echo; echo end", container =>
        {
            container["dockerConfig"]!["config"] = $$"""{"Tty":{{(pseudoTerminal ? "true" : "false")}}}""";
            container["dockerConfig"]!["hostConfig"] = HostConfig;
        });
        var stream = $"p/app/{((string)task["arn"]!).Split('/')[^1]}";

        await machine.Backend.PayloadAsync(task);
        await machine.Backend.UntilAsync(() => machine.Backend.LogLines(stream).Contains("end"));

        machine.Backend.LogLines(stream).Select(line => line.Length).ShouldBe([50_000, 3]);
    }

    [Fact]
    public async Task Sends_the_lines_of_an_event_as_one_and_the_last_when_no_more_come()
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = machine.TaskOf($"echo '[1] one'; echo '  more'; echo '[2] two'; echo '  more'; {Machine.UntilTerm}", container =>
            container["dockerConfig"]!["hostConfig"] = """{"NetworkMode":"bridge","LogConfig":{"Type":"awslogs","Config":{"awslogs-group":"g","awslogs-stream":"s","awslogs-multiline-pattern":"^\\["}}}""");

        await machine.Backend.PayloadAsync(task);
        await machine.Backend.UntilAsync(() => machine.Backend.AcceptedLogLines("s").Length >= 2);
        await machine.StopAgentAsync();
        machine.StartAgent();
        await machine.Backend.StopTaskAsync((string)task["arn"]!);
        await machine.Backend.ReportAsync((string)task["arn"]!, "STOPPED");

        machine.Backend.AcceptedLogLines("s").ShouldBe(["[1] one\n  more\n", "[2] two\n  more\n"]);
    }
}
