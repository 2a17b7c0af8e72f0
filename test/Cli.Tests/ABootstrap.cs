using System.Diagnostics;

namespace Berth.Host.Tests;

/// <summary>The script <c>./berth</c> in a repository of its own, with programs that only say what they were asked.</summary>
public sealed class ABootstrap : IDisposable
{
    private readonly TestDirectory directory = new();

    public ABootstrap()
    {
        Directory.CreateDirectory(directory.File("src/Berth"));
        Directory.CreateDirectory(directory.File("bench"));
        File.WriteAllText(directory.File("src/Berth/Program.cs"), "");
        File.WriteAllText(directory.File("Directory.Build.props"), "");
        File.WriteAllText(directory.File("global.json"), "");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "bootstrap", "berth"), directory.File("berth"));
        File.SetUnixFileMode(directory.File("berth"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        directory.Program("bin/dotnet",
            """
            case $1 in
              --version) echo "${SDK:-10.0.100}" ;;
              publish) echo "$*" >> "$BERTH_HOME/builds"; while [ "$1" != -o ]; do shift; done
                     [ -e "$BERTH_HOME/broken" ] && { echo "error CS0000: broken"; exit 1; }
                     [ -e "$BERTH_HOME/uncommon" ] && case $* in *BerthBootstrap=true*) exit 1 ;; esac
                     mkdir -p "$2"; echo "$$" > "$2/berth.dll" ;;
              *) shift; echo "ran $*" ;;
            esac
            """);
        directory.Program("bin/docker", "[ -e \"$BERTH_HOME/docker-runs\" ]");
        directory.Program("bin/apt-get", """echo "apt-get $*" >> "$BERTH_HOME/installs"; exit "${APT:-0}" """);
        directory.Program("bin/id", """if [ "$1" = -u ]; then echo "${UID_IS:-0}"; else echo somebody; fi""");
        directory.Program("bin/sudo", "exit 1");
        File.WriteAllText(directory.File("docker-runs"), "");
    }

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task Builds_once_and_again_only_when_a_source_has_changed()
    {
        (await RunAsync("version")).Output.ShouldBe("ran version\n");
        (await RunAsync("status")).Output.ShouldBe("ran status\n");
        Builds().ShouldBe(1);

        ChangeSource();
        (await RunAsync("version")).Output.ShouldBe("ran version\n");
        Builds().ShouldBe(2);

        File.Delete(directory.File("src/Berth/Program.cs"));
        await RunAsync("version");
        Builds().ShouldBe(3);
    }

    [Fact]
    public async Task Runs_from_any_directory_and_through_a_link_with_its_arguments_untouched()
    {
        File.CreateSymbolicLink(directory.File("link"), "berth");

        var run = await RunAsync(["aws", "ecs", "run-task", "--overrides", "{\"a\": \"b c\"}"], program: directory.File("link"), workingDirectory: "/");

        run.Output.ShouldBe("ran aws ecs run-task --overrides {\"a\": \"b c\"}\n");
    }

    [Fact]
    public async Task Shows_why_a_build_failed_and_keeps_the_last_good_one()
    {
        await RunAsync("version");
        ChangeSource();
        await File.WriteAllTextAsync(directory.File("broken"), "", TestContext.Current.CancellationToken);

        var run = await RunAsync("version");

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("error CS0000: broken");
        File.Exists(directory.File("artifacts/berth/release/berth.dll")).ShouldBeTrue();
        File.Delete(directory.File("broken"));
        (await RunAsync("version")).Output.ShouldBe("ran version\n");
        Builds().ShouldBe(4);     // The broken one was tried both ways.
    }

    [Fact]
    public async Task Builds_plainly_where_nothing_compiles_ahead_of_time()
    {
        await File.WriteAllTextAsync(directory.File("uncommon"), "", TestContext.Current.CancellationToken);

        (await RunAsync("version")).Output.ShouldBe("ran version\n");

        Builds().ShouldBe(2);
    }

    [Fact]
    public async Task Leaves_the_files_of_running_processes_alone_when_it_builds()
    {
        await RunAsync("version");
        await using var running = File.OpenRead(directory.File("artifacts/berth/release/berth.dll"));
        var before = await new StreamReader(running).ReadToEndAsync(TestContext.Current.CancellationToken);

        ChangeSource();
        await RunAsync("version");

        running.Position = 0;
        (await new StreamReader(running).ReadToEndAsync(TestContext.Current.CancellationToken)).ShouldBe(before);
        File.ReadAllText(directory.File("artifacts/berth/release/berth.dll")).ShouldNotBe(before);
    }

    [Theory]
    [InlineData("9.0.304")]
    [InlineData("8.0.100")]
    public async Task Refuses_an_old_sdk(string version)
    {
        var run = await RunAsync(["version"], ("SDK", version));

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain($"needs the .NET SDK 10 or newer; found: {version}");
    }

    [Fact]
    public async Task Asks_for_docker_only_where_tasks_run()
    {
        File.Delete(directory.File("docker-runs"));

        (await RunAsync(["status"], ("DOCKER_HOST", "unix:///nowhere"))).ExitCode.ShouldBe(0);
        var up = await RunAsync(["up"], ("DOCKER_HOST", "unix:///nowhere"));

        up.ExitCode.ShouldBe(1);
        up.Error.ShouldContain("No Docker Engine answers at DOCKER_HOST=unix:///nowhere");
        File.Exists(directory.File("installs")).ShouldBeFalse();
    }

    [Fact]
    public async Task Starts_an_engine_that_is_installed_but_does_not_run()
    {
        Assert.SkipWhen(Directory.Exists("/run/systemd/system"), "this machine's service manager would be asked");
        File.Delete(directory.File("docker-runs"));
        directory.Program("bin/dockerd", """echo "the engine's own words"; touch "$BERTH_HOME/docker-runs" """);

        var up = await RunAsync("up", "--data", directory.File("data"));

        up.ExitCode.ShouldBe(0);
        up.Output.ShouldBe($"ran up --data {directory.File("data")}\n");
        File.ReadAllText(directory.File("data/dockerd.log")).ShouldBe("the engine's own words\n");
        File.Exists(directory.File("installs")).ShouldBeFalse();
    }

    [Fact]
    public async Task Says_what_to_install_to_somebody_who_may_not_install()
    {
        var run = await RunAsync(["aws", "sts"], ("UID_IS", "1000"), ("PATH", $"{directory.File("bin")}:{BasicTools()}"));

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("apt-get update && apt-get install awscli");
    }

    [Fact]
    public async Task Installs_the_aws_cli_when_it_is_wanted_and_missing()
    {
        var run = await RunAsync(["aws", "sts"], ("PATH", $"{directory.File("bin")}:{BasicTools()}"));

        run.ExitCode.ShouldBe(0);
        File.ReadAllLines(directory.File("installs")).ShouldBe(["apt-get update -qq", "apt-get install -y -qq --no-install-recommends awscli"]);
    }

    /// <summary>A directory with the tools the script may count on anywhere, and nothing else.</summary>
    private string BasicTools()
    {
        var tools = directory.File("tools");
        Directory.CreateDirectory(tools);
        foreach (var tool in new[] { "sh", "dirname", "readlink", "find", "mkdir", "touch", "mv", "rm", "tail", "mktemp", "env", "cat", "sleep" })
        {
            var link = Path.Combine(tools, tool);
            if (!File.Exists(link))
            {
                File.CreateSymbolicLink(link, new[] { $"/usr/bin/{tool}", $"/bin/{tool}" }.First(File.Exists));
            }
        }

        return tools;
    }

    private int Builds() => File.ReadAllLines(directory.File("builds")).Length;

    private void ChangeSource() => File.SetLastWriteTimeUtc(directory.File("src/Berth/Program.cs"), DateTime.UtcNow.AddSeconds(1));

    private Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) => RunAsync(arguments, environment: []);

    private Task<(int ExitCode, string Output, string Error)> RunAsync(string[] arguments, params (string Name, string Value)[] environment) =>
        RunAsync(arguments, directory.File("berth"), directory.Path, environment);

    private async Task<(int ExitCode, string Output, string Error)> RunAsync(
        string[] arguments, string program, string workingDirectory, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = workingDirectory, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{directory.File("bin")}:/usr/bin:/bin";
        start.Environment.Remove("DOCKER_HOST");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
