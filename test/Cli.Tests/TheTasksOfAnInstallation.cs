using System.Diagnostics;

namespace Berth.Host.Tests;

/// <summary>On a real Docker Engine, with containers of this test's own.</summary>
public sealed class TheTasksOfAnInstallation : IAsyncLifetime
{
    private readonly string unique = $"berth-cli-{Guid.NewGuid():N}";
    private readonly TestDirectory directory = new();
    private bool ready;

    private string Arn => $"arn:aws:ecs:us-east-1:000000000000:container-instance/default/{unique}";

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(directory.File("root/bin"));
        ready = File.Exists("/bin/busybox") && await DockerAsync("version");
        if (ready)
        {
            File.Copy("/bin/busybox", directory.File("root/bin/busybox"));
            using var shell = Process.Start("sh", ["-c", $"tar -C '{directory.File("root")}' -c . | docker import - {unique}:1 >/dev/null"]);
            await shell.WaitForExitAsync();
            Directory.CreateDirectory(directory.Installation.AgentDirectory("1"));
            await File.WriteAllTextAsync(Path.Combine(directory.Installation.AgentDirectory("1"), "agent.json"), $$"""{"ContainerInstanceArn":"{{Arn}}","Token":"x"}""");
            await RunContainerAsync("ours", Arn);
            await RunContainerAsync("theirs", "arn:aws:ecs:us-east-1:000000000000:container-instance/default/somebody-else");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (ready)
        {
            await DockerAsync("rm", "-f", $"{unique}-ours", $"{unique}-theirs");
            await DockerAsync("rmi", "-f", $"{unique}:1");
        }

        directory.Dispose();
    }

    [Fact]
    public async Task Are_stopped_and_removed_and_nobody_elses_are()
    {
        Assert.SkipUnless(ready, "no Docker Engine answers, or busybox is not installed");
        using var containers = new TaskContainers(directory.Installation, TaskContainers.DockerHost);

        (await containers.StopAsync(TestContext.Current.CancellationToken)).ShouldBe(1);
        (await StateAsync("ours")).ShouldBe("exited");
        (await StateAsync("theirs")).ShouldBe("running");

        (await containers.RemoveAsync(TestContext.Current.CancellationToken)).ShouldBe(1);
        (await StateAsync("ours")).ShouldBe("");
        (await StateAsync("theirs")).ShouldBe("running");
        (await containers.RemoveAsync(TestContext.Current.CancellationToken)).ShouldBe(0);
    }

    [Fact]
    public async Task Keep_the_data_from_being_erased_when_docker_does_not_answer()
    {
        Directory.CreateDirectory(directory.Installation.AgentDirectory("1"));
        await File.WriteAllTextAsync(Path.Combine(directory.Installation.AgentDirectory("1"), "agent.json"), $$"""{"ContainerInstanceArn":"{{Arn}}"}""", TestContext.Current.CancellationToken);
        using var containers = new TaskContainers(directory.Installation, $"unix://{directory.File("nothing.sock")}");

        (await Should.ThrowAsync<CommandException>(() => containers.RemoveAsync(TestContext.Current.CancellationToken))).Message.ShouldContain("Docker does not answer");
    }

    [Fact]
    public async Task Share_a_machine_whose_size_docker_knows()
    {
        Assert.SkipUnless(ready, "no Docker Engine answers, or busybox is not installed");

        var machine = await TaskContainers.MachineAsync(TaskContainers.DockerHost, TestContext.Current.CancellationToken);

        machine.ShouldNotBeNull().CpuUnits.ShouldBe(Environment.ProcessorCount * 1024);
        (await TaskContainers.MachineAsync("unix:///nowhere.sock", TestContext.Current.CancellationToken)).ShouldBeNull();
    }

    private async Task RunContainerAsync(string name, string instance) => (await DockerAsync(
        "run", "-d", "--network", "none", "--init", "--name", $"{unique}-{name}", "--label", $"com.amazonaws.ecs.container-instance-arn={instance}", $"{unique}:1", "/bin/busybox", "sleep", "600")).ShouldBeTrue();

    private async Task<string> StateAsync(string name)
    {
        using var docker = Process.Start(new ProcessStartInfo("docker", ["ps", "-a", "--filter", $"name={unique}-{name}", "--format", "{{.State}}"]) { RedirectStandardOutput = true })!;
        return (await docker.StandardOutput.ReadToEndAsync()).Trim();
    }

    private static async Task<bool> DockerAsync(params string[] arguments)
    {
        try
        {
            using var docker = Process.Start(new ProcessStartInfo("docker", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            await docker.WaitForExitAsync();
            return docker.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
