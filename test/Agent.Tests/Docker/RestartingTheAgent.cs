namespace Berth.Agent.Tests;

public sealed class RestartingTheAgent(Engine engine)
{
    [Fact]
    public async Task Keeps_the_same_instance_and_leaves_its_containers_running()
    {
        await using var machine = await Machine.StartAsync(engine, options => options with { Attributes = new Dictionary<string, string> { ["stack"] = "dev" } });
        var task = machine.TaskOf(Machine.UntilTerm);
        var arn = (string)task["arn"]!;
        await machine.Backend.PayloadAsync(task);
        var container = (string)(await machine.Backend.ReportAsync(arn, "RUNNING"))["containers"]![0]!["runtimeId"]!;
        var instance = machine.Backend.InstanceArn;
        await machine.StopAgentAsync();
        var (_, startedAt) = await Engine.DockerAsync("inspect", "-f", "{{.State.StartedAt}}", container);

        machine.StartAgent();
        await machine.Backend.UntilAsync(() => machine.Backend.Upgrades.Count(upgrade => upgrade.Path == "/acs/ws") == 2);
        await machine.Backend.StopTaskAsync(arn);
        var stopped = await machine.Backend.ReportAsync(arn, "STOPPED");

        machine.Backend.InstanceArn.ShouldBe(instance);
        (await Engine.DockerAsync("inspect", "-f", "{{.State.StartedAt}}", container)).Output.ShouldBe(startedAt);
        stopped["containers"]![0]!["runtimeId"]!.GetValue<string>().ShouldBe(container);
        stopped["containers"]![0]!["exitCode"]!.GetValue<int>().ShouldBe(0);
        machine.Backend.Reports(arn).Select(report => (string?)report["status"]).Distinct().ShouldBe(["RUNNING", "STOPPED"]);
        var registrations = machine.Backend.Calls.Where(call => call.Operation == "RegisterContainerInstance").Select(call => call.Body).ToList();
        registrations.Select(body => body["attributes"]!.AsArray().Any(attribute => (string?)attribute!["name"] == "stack")).ShouldBe([true, false]);
        registrations.Select(body => (string?)body["containerInstanceArn"]).ShouldBe([null, instance]);
        registrations[0]["instanceIdentityDocument"]!.GetValue<string>().ShouldBe(registrations[1]["instanceIdentityDocument"]!.GetValue<string>());
        machine.Backend.Upgrades.Where(upgrade => upgrade.Path == "/acs/ws").ShouldAllBe(upgrade => upgrade.Query.Contains("sendCredentials=true", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Reports_what_ended_meanwhile()
    {
        await using var machine = await Machine.StartAsync(engine);
        var (ending, vanishing) = (machine.TaskOf(Machine.UntilTerm), machine.TaskOf(Machine.UntilTerm));
        await machine.Backend.PayloadAsync(ending);
        await machine.Backend.PayloadAsync(vanishing);
        var ended = (string)(await machine.Backend.ReportAsync((string)ending["arn"]!, "RUNNING"))["containers"]![0]!["runtimeId"]!;
        var vanished = (string)(await machine.Backend.ReportAsync((string)vanishing["arn"]!, "RUNNING"))["containers"]![0]!["runtimeId"]!;
        await machine.StopAgentAsync();
        await Engine.DockerAsync("kill", ended);
        await Engine.DockerAsync("rm", "-f", vanished);

        machine.StartAgent();

        (await machine.Backend.ReportAsync((string)ending["arn"]!, "STOPPED"))["containers"]![0]!["exitCode"]!.GetValue<int>().ShouldBe(137);
        (await machine.Backend.ReportAsync((string)vanishing["arn"]!, "STOPPED"))["containers"]![0]!["reason"]!.GetValue<string>().ShouldStartWith("ContainerVanishedError: ");
    }

    [Fact]
    public async Task Removes_containers_of_tasks_it_never_acknowledged()
    {
        await using var machine = await Machine.StartAsync(engine);
        await machine.Backend.UntilAsync(() => machine.Backend.Upgrades.Any(upgrade => upgrade.Path == "/acs/ws"));
        await machine.StopAgentAsync();
        var (_, stray) = await Engine.DockerAsync("run", "-d", "--label", $"com.amazonaws.ecs.container-instance-arn={machine.Backend.InstanceArn}", "--label", $"com.amazonaws.ecs.task-arn={FakeBackend.NewTaskArn()}", engine.Image, "/bin/busybox", "sleep", "1000");

        machine.StartAgent();

        await Machine.UntilAsync(async () => (await Engine.DockerAsync("ps", "-aq", "--filter", $"id={stray}")).Output.Length == 0);
    }

    [Fact]
    public async Task Loses_no_report_made_while_the_backend_was_away()
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = machine.TaskOf("/bin/busybox sleep 0.5; exit 9");
        var arn = (string)task["arn"]!;
        machine.Backend.Intercept = (operation, _) => operation == "SubmitTaskStateChange" ? (503, []) : null;
        await machine.Backend.PayloadAsync(task);
        await machine.Backend.UntilAsync(() => machine.Backend.Reports(arn).Length > 0);
        await machine.Backend.StopAsync();
        await machine.StopAgentAsync();
        var before = machine.Backend.Reports(arn).Length;
        machine.Backend.Intercept = (_, _) => null;

        await machine.Backend.ReturnAsync();
        machine.StartAgent();
        await machine.Backend.ReportAsync(arn, "STOPPED");

        machine.Backend.Reports(arn).Skip(before).Select(report => (string?)report["status"]).ShouldBe(["RUNNING", "STOPPED"]);
        machine.Backend.Reports(arn)[^1]["containers"]![0]!["exitCode"]!.GetValue<int>().ShouldBe(9);
    }
}
