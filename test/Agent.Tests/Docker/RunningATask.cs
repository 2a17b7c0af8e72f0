namespace Berth.Agent.Tests;

public sealed class RunningATask(Engine engine) : IClassFixture<Engine>
{
    [Fact]
    public async Task Is_acknowledged_reported_running_and_stopped_with_its_own_exit_code()
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = machine.TaskOf("trap 'exit 3' TERM; while true; do /bin/busybox sleep 0.1; done");
        var arn = (string)task["arn"]!;

        var message = await machine.Backend.PayloadAsync(task);
        var running = await machine.Backend.ReportAsync(arn, "RUNNING");
        await machine.Backend.StopTaskAsync(arn);
        var stopped = await machine.Backend.ReportAsync(arn, "STOPPED");

        running["cluster"]!.GetValue<string>().ShouldBe("test");
        running["reason"]!.GetValue<string>().ShouldBe("");
        var container = running["containers"]!.AsArray().Single()!;
        container["containerName"]!.GetValue<string>().ShouldBe("app");
        container["status"]!.GetValue<string>().ShouldBe("RUNNING");
        container["runtimeId"]!.GetValue<string>().Length.ShouldBe(64);
        container["networkBindings"]!.AsArray().ShouldBeEmpty();
        stopped["containers"]!.AsArray().Single()!["exitCode"]!.GetValue<int>().ShouldBe(3);
        stopped["executionStoppedAt"]!.GetValue<double>().ShouldBeGreaterThan(1_700_000_000);
        await machine.Backend.UntilAsync(() => machine.Backend.AcsMessages.Any(ack => (string?)ack["type"] == "AckRequest" && (string?)ack["message"]!["messageId"] == message));
        machine.Backend.Reports(arn).Select(report => (string?)report["status"]).ShouldBe(["RUNNING", "STOPPED"]);
        machine.Backend.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task That_ignores_the_signal_is_killed_after_its_stop_timeout()
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = machine.TaskOf("trap '' TERM; while true; do /bin/busybox sleep 0.1; done", container => container["stopTimeout"] = 1);
        var arn = (string)task["arn"]!;

        await machine.Backend.PayloadAsync(task);
        await machine.Backend.ReportAsync(arn, "RUNNING");
        await machine.Backend.StopTaskAsync(arn);

        var stopped = await machine.Backend.ReportAsync(arn, "STOPPED");
        stopped["containers"]!.AsArray().Single()!["exitCode"]!.GetValue<int>().ShouldBe(137);
    }
}
