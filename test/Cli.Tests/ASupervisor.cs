using Microsoft.Extensions.Time.Testing;

namespace Berth.Host.Tests;

/// <summary>Its roles here are small shell programs: real processes with real signals.</summary>
public sealed class ASupervisor : IDisposable
{
    /// <summary>Says in the file <c>told</c> that it runs and that it was asked to stop, as a role does that needs no time for it.</summary>
    private const string Obedient = """trap 'echo "$1 stopped" >> told; kill $!; exit 0' TERM; echo "$1 runs" >> told; sleep 1000 & wait""";

    private readonly TestDirectory directory = new();
    private readonly StringWriter output = new();

    public void Dispose()
    {
        Supervisor.EndAll(directory.Installation);
        directory.Dispose();
        output.Dispose();
    }

    [Fact]
    public async Task Stops_agents_then_the_balancer_then_the_server()
    {
        await using var system = Start(TimeProvider.System, Shell("server", 3, Obedient), Shell("balancer", 2, Obedient), Shell("agent-1", 1, Obedient), Shell("agent-2", 1, Obedient));
        await Eventually.IsTrueAsync(() => Told().Length == 4, "all four run");

        await system.StopAsync();

        var stops = Told()[4..];
        stops[..2].ShouldBe(["agent-1 stopped", "agent-2 stopped"], ignoreOrder: true);
        stops[2..].ShouldBe(["balancer stopped", "server stopped"]);
        Directory.GetFiles(directory.Installation.RunDirectory, "*.pid").ShouldBeEmpty();
    }

    [Fact]
    public async Task Starts_again_what_dies_and_says_so()
    {
        var clock = new FakeTimeProvider();
        await using var system = Start(clock, Shell("server", 3, "echo here >> told; kill -9 $$"));

        await SaidAsync("berth: server ended (signal 9); starting it again in 0.5 s. Its log: ");
        Told().Length.ShouldBe(1);
        clock.Advance(TimeSpan.FromSeconds(0.5));
        await SaidAsync("starting it again in 1 s");
        clock.Advance(TimeSpan.FromSeconds(1));
        await SaidAsync("starting it again in 2 s");
        Told().Length.ShouldBe(3);
    }

    [Fact]
    public async Task Is_patient_again_with_what_ran_for_a_minute()
    {
        var clock = new FakeTimeProvider();
        await using var system = Start(clock, Shell("server", 3, "echo run >> told; [ -e lasting ] && { while [ -e lasting ]; do sleep 0.02; done; }; exit 3"));
        await SaidAsync("server ended (exit code 3); starting it again in 0.5 s");
        clock.Advance(TimeSpan.FromSeconds(0.5));
        await SaidAsync("starting it again in 1 s");

        await File.WriteAllTextAsync(directory.File("lasting"), "", TestContext.Current.CancellationToken);
        clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.IsTrueAsync(() => Told().Length == 3, "it runs for the third time");
        clock.Advance(Supervisor.Healthy);
        File.Delete(directory.File("lasting"));

        await Eventually.IsTrueAsync(() => output.ToString().Split("again in 0.5 s").Length == 3, "the wait is the first one again");
    }

    [Fact]
    public async Task Leaves_the_others_alone_when_one_dies()
    {
        await using var system = Start(TimeProvider.System, Shell("server", 3, "exit 1"), Shell("balancer", 2, Obedient));
        await SaidAsync("server ended (exit code 1)");
        await SaidAsync("starting it again in 1 s");

        Told().ShouldBe(["balancer runs"]);
    }

    [Fact]
    public async Task Says_when_a_program_cannot_be_started_at_all()
    {
        await using var system = Start(TimeProvider.System, new Role("server", [directory.File("missing")], 3));

        await SaidAsync("server ended (exit code 127)");
        File.ReadAllText(directory.Installation.LogOf("server")).ShouldContain("not found");
    }

    [Fact]
    public async Task Keeps_what_a_role_says_in_its_log_and_its_own_terminal_to_itself()
    {
        await using var system = Start(TimeProvider.System, Shell("server", 3, "echo out; echo err >&2; readlink /proc/$$/fd/0; ps -o sid= -p $$ >/dev/null; exec sleep 1000"));

        await Eventually.IsTrueAsync(() => LogLines().Length == 3, "the log is written");
        LogLines().ShouldBe(["out", "err", "/dev/null"]);

        string[] LogLines() => File.Exists(directory.Installation.LogOf("server")) ? File.ReadAllLines(directory.Installation.LogOf("server")) : [];
    }

    [Fact]
    public async Task Stops_what_a_killed_supervisor_left_behind_before_it_starts_its_own()
    {
        Directory.CreateDirectory(directory.Installation.RunDirectory);
        using var orphan = RoleProcess.Start(["sh", "-c", Script(Obedient), "sh", "orphan"], directory.File("orphan.log"));
        orphan.Identity.WriteTo(Path.Combine(directory.Installation.RunDirectory, "3-server.pid"));
        await Eventually.IsTrueAsync(() => Told().Length == 1, "the orphan runs");

        await using var system = Start(TimeProvider.System, Shell("server", 3, Obedient));
        await Eventually.IsTrueAsync(() => Told().Length == 3, "the new one runs");

        Told().ShouldBe(["orphan runs", "orphan stopped", "server runs"]);
        orphan.Identity.IsAlive.ShouldBeFalse();
    }

    [Fact]
    public async Task Ends_by_force_what_does_not_stop_when_asked()
    {
        using var deaf = RoleProcess.Start(["sh", "-c", Script("trap '' TERM; echo runs >> told; while :; do sleep 1; done")], directory.File("deaf.log"));
        await Eventually.IsTrueAsync(() => Told().Length == 1, "it runs");

        await deaf.Identity.StopAsync(TimeSpan.FromMilliseconds(100), TimeProvider.System);

        deaf.Identity.IsAlive.ShouldBeFalse();
    }

    [Fact]
    public void Does_not_take_another_process_with_the_same_number_for_the_one_it_knew()
    {
        var self = ProcessIdentity.Of(Environment.ProcessId).ShouldNotBeNull();
        var file = directory.File("a.pid");
        self.WriteTo(file);
        ProcessIdentity.ReadFrom(file).ShouldBe(self);

        (self with { Started = self.Started - 1 }).WriteTo(file);
        ProcessIdentity.ReadFrom(file).ShouldBeNull();
        File.WriteAllText(file, "");
        ProcessIdentity.ReadFrom(file).ShouldBeNull();
    }

    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(2, 1)]
    [InlineData(5, 8)]
    [InlineData(6, 16)]
    [InlineData(7, 30)]
    [InlineData(10_000, 30)]
    public void Waits_longer_each_time_up_to_half_a_minute(int failures, double seconds) =>
        Supervisor.WaitAfter(failures).ShouldBe(TimeSpan.FromSeconds(seconds));

    [Fact]
    public void Is_alone_over_its_data_directory()
    {
        using (SupervisorLock.TryTake(directory.Installation).ShouldNotBeNull())
        {
            SupervisorLock.TryTake(directory.Installation).ShouldBeNull();
            SupervisorLock.HeldBy(directory.Installation)!.Id.ShouldBe(Environment.ProcessId);
        }

        using var next = SupervisorLock.TryTake(directory.Installation).ShouldNotBeNull();
    }

    [Fact]
    public void Moves_a_log_that_grew_too_long_aside_while_its_writer_goes_on()
    {
        var path = directory.File("server.log");
        using (var writer = new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true })
        {
            writer.Write(new string('a', 2_000));
            BoundedLog.Trim(path, mostBytes: 5_000);
            new FileInfo(path).Length.ShouldBe(2_000);
            writer.Write(new string('b', 4_000));
            BoundedLog.Trim(path, mostBytes: 5_000);
        }

        new FileInfo(path).Length.ShouldBe(0);
        new FileInfo(path + ".1").Length.ShouldBe(6_000);
    }

    private Role Shell(string name, int stage, string script) => new(name, ["sh", "-c", Script(script), "sh", name], stage);

    private string Script(string script) => $"cd '{directory.Path}'; {script}";

    private string[] Told() => File.Exists(directory.File("told")) ? File.ReadAllLines(directory.File("told")) : [];

    private Task SaidAsync(string text) => Eventually.IsTrueAsync(() => output.ToString().Contains(text, StringComparison.Ordinal), $"it says '{text}'");

    private RunningSystem Start(TimeProvider clock, params Role[] roles) => new(new Supervisor(directory.Installation, roles, output, clock));

    private sealed class RunningSystem : IAsyncDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly Task running;

        public RunningSystem(Supervisor supervisor) => running = supervisor.RunAsync(stop.Token);

        public async Task StopAsync()
        {
            await stop.CancelAsync();
            await running;
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            stop.Dispose();
        }
    }
}
