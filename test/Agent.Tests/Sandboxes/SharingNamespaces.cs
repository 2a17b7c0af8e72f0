using System.Text.Json.Nodes;

namespace Berth.Agent.Tests;

public sealed class SharingNamespaces(Engine engine)
{
    [Fact]
    public async Task Containers_of_a_task_see_each_others_processes_and_the_sandbox_goes_with_the_last()
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = Sharing(machine,
            machine.Container("one", $": marker-of-one; {Machine.UntilTerm}"),
            machine.Container("two", Machine.UntilTerm));
        var arn = (string)task["arn"]!;

        await machine.Backend.PayloadAsync(task);
        await machine.Backend.ReportAsync(arn, "RUNNING");

        var reported = machine.Backend.Reports(arn).SelectMany(report => report["containers"]!.AsArray()).ToList();
        reported.Select(container => (string?)container!["containerName"]).ShouldBe(["one", "two"], ignoreOrder: true);
        var sandbox = (await SandboxesAsync(arn)).ShouldHaveSingleItem();
        var two = reported.Single(container => (string?)container!["containerName"] == "two")!["runtimeId"]!.GetValue<string>();
        (await Engine.DockerAsync("inspect", "-f", "{{.HostConfig.PidMode}} {{.HostConfig.IpcMode}} {{.HostConfig.NetworkMode}}", two)).Output.ShouldBe($"container:{sandbox} container:{sandbox} bridge");
        (await Engine.DockerAsync("exec", two, "/bin/busybox", "ps")).Output.ShouldContain("marker-of-one");

        await machine.Backend.StopTaskAsync(arn);
        await machine.Backend.ReportAsync(arn, "STOPPED");
        await Machine.UntilAsync(async () => (await SandboxesAsync(arn)).Length == 0);
        (await Engine.DockerAsync("ps", "-aq", "--filter", $"label={CreateRequest.TaskLabel}={arn}")).Output.Split('\n').Length.ShouldBe(2, "Stopped containers stay to be looked at.");
    }

    [Fact]
    public async Task A_sandbox_that_dies_stops_its_task_and_says_so()
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = Sharing(machine, machine.Container("one", Machine.UntilTerm));
        var arn = (string)task["arn"]!;
        await machine.Backend.PayloadAsync(task);
        await machine.Backend.ReportAsync(arn, "RUNNING");

        await Engine.DockerAsync("kill", (await SandboxesAsync(arn)).Single());

        (await machine.Backend.ReportAsync(arn, "STOPPED"))["reason"]!.GetValue<string>().ShouldBe("ContainerRuntimeError: the sandbox of the task ended");
        await Machine.UntilAsync(async () => (await SandboxesAsync(arn)).Length == 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_agent_that_forgot_its_last_steps_finds_the_one_sandbox_again(bool rememberTheSandbox)
    {
        await using var machine = await Machine.StartAsync(engine);
        var task = Sharing(machine, machine.Container("one", Machine.UntilTerm));
        var arn = (string)task["arn"]!;
        await machine.Backend.PayloadAsync(task);
        var runtime = (await machine.Backend.ReportAsync(arn, "RUNNING"))["containers"]![0]!["runtimeId"]!.GetValue<string>();
        var sandbox = (await SandboxesAsync(arn)).Single();
        await machine.StopAgentAsync();

        // What a kill leaves behind: Docker has done more than the agent wrote down.
        var file = Path.Combine(machine.Folder, "tasks", $"{arn[(arn.LastIndexOf('/') + 1)..]}.json");
        var saved = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!;
        saved["containers"]![0]!["known"] = "None";
        saved["containers"]![0]!.AsObject().Remove("dockerId");
        saved.AsObject().Remove("hasRun");
        if (!rememberTheSandbox)
        {
            saved["sandbox"]!["known"] = "None";
            saved["sandbox"]!.AsObject().Remove("dockerId");
        }

        await File.WriteAllTextAsync(file, saved.ToJsonString(), TestContext.Current.CancellationToken);
        var reports = machine.Backend.Reports(arn).Length;
        machine.StartAgent();
        await machine.Backend.UntilAsync(() => machine.Backend.Upgrades.Count(upgrade => upgrade.Path == "/acs/ws") == 2);
        await machine.Backend.StopTaskAsync(arn);
        var stopped = await machine.Backend.ReportAsync(arn, "STOPPED");

        stopped["containers"]!.AsArray().Select(container => (string?)container!["runtimeId"]).ShouldAllBe(id => id == runtime);
        machine.Backend.Reports(arn).Skip(reports).ShouldAllBe(report => (string?)report["reason"] == "");
        await Machine.UntilAsync(async () => (await SandboxesAsync(arn)).Length == 0);
        (await Engine.DockerAsync("ps", "-aq", "--no-trunc", "--filter", $"label={CreateRequest.TaskLabel}={arn}")).Output.ShouldBe(runtime);
        sandbox.ShouldNotBe(runtime);
    }

    private static JsonObject Sharing(Machine machine, params JsonObject[] containers)
    {
        var task = Machine.TaskOf(containers);
        task["pidMode"] = "task";
        task["ipcMode"] = "task";
        return task;
    }

    private static async Task<string[]> SandboxesAsync(string arn) =>
        (await Engine.DockerAsync("ps", "-aq", "--no-trunc", "--filter", $"label={CreateRequest.TaskLabel}={arn}", "--filter", $"label={CreateRequest.ContainerLabel}={SandboxState.ContainerName}"))
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
