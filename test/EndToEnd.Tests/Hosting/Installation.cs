using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Berth.Bench;
using Berth.Clients;

namespace Berth.EndToEnd.Tests;

/// <summary>
/// The built product on a port, an account and in a data directory of its own, for one class of tests. Everything is done by
/// commands in a shell, which has the variables of <c>berth env</c> and the function <c>berth</c>.
/// </summary>
public abstract class Installation : IAsyncLifetime
{
    private const string TaskLabel = "com.amazonaws.ecs.task-arn";
    private static readonly string[] Foreign =
        ["BERTH_HOME", "BERTH_DATA", "BERTH_ACCOUNT_ID", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_REGION"];

    private readonly string directory = Directory.CreateTempSubdirectory("berth-e2e-").FullName;
    private readonly string options;
    private readonly Dictionary<string, string?> environment = [];
    private string? missing, webImage;

    /// <summary>An installation that is up before the first test.</summary>
    /// <param name="options">What <c>berth up</c> is told besides its place.</param>
    protected Installation(string options) => this.options = options;

    public string Account { get; } = string.Create(CultureInfo.InvariantCulture, $"{Random.Shared.NextInt64(100_000_000_000, 1_000_000_000_000)}");

    public string Data => Path.Combine(directory, "data");

    public string Registry { get; } = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{FreePort()}");

    /// <summary>A port that nobody listens on, below those that Docker and the kernel give away.</summary>
    public static int FreePort()
    {
        while (true)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Any, Random.Shared.Next(20_000, 30_000));
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException)
            {
                // Another one, then.
            }
        }
    }

    /// <summary>A name that no other installation uses: Docker's names and labels are everybody's.</summary>
    public string Named(string name) => $"{name}-{Account}";

    /// <summary>Skips the test where this machine lacks a tool.</summary>
    public void Require() => Assert.SkipWhen(missing is not null, missing ?? "");

    public async ValueTask InitializeAsync()
    {
        foreach (var name in Foreign)
        {
            environment[name] = null;
        }

        environment["BERTH_TASK_HEALTHY_AFTER"] = "1";
        environment["AWS_CONFIG_FILE"] = environment["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null";
        environment["AWS_DEFAULT_OUTPUT"] = "text";
        environment["AWS_PAGER"] = "";
        environment["PATH"] = LoadedAwsCli.Path;
        environment["DOCKER_CONFIG"] = Path.Combine(directory, "docker");
        if ((await TryAsync("docker version && test -x /bin/busybox && command -v aws && command -v dotnet", CancellationToken.None)).ExitCode != 0)
        {
            missing = "This needs a Docker Engine, a static /bin/busybox and the aws CLI.";
            return;
        }

        try
        {
            missing = await PrepareAsync();
            if (missing is not null)
            {
                return;
            }

            await UpAsync(CancellationToken.None);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (missing is null)
        {
            await TryAsync("berth down --erase", CancellationToken.None);
            await TryAsync(
                $$$"""
                docker images --digests --format '{{.Repository}}:{{.Tag}} {{.Repository}}@{{.Digest}}' | grep '^{{{Registry}}}/' |
                  while read tag digest; do case $tag in *:'<none>') docker rmi $digest ;; *) docker rmi $tag ;; esac; done
                """,
                CancellationToken.None);
        }

        await CleanUpAsync();
        Directory.Delete(directory, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes what the installation is to stand on; says why that cannot be had here, or null when it can.</summary>
    protected virtual Task<string?> PrepareAsync() => Task.FromResult<string?>(null);

    /// <summary>Takes away what <see cref="PrepareAsync"/> made, all or some of it.</summary>
    protected virtual Task CleanUpAsync() => Task.CompletedTask;

    /// <summary>Gives a variable to every command from now on.</summary>
    protected void Export(string name, string value) => environment[name] = value;

    /// <summary>The web image in this installation's registry; pushed when it is asked for first.</summary>
    internal async Task<string> WebImageAsync() => webImage ??= await WebImage.PushAsync(this, "web");

    /// <summary>Its registry is empty again.</summary>
    internal void ForgetImage() => webImage = null;

    /// <summary>Starts it, or finds that it runs, and returns what was said.</summary>
    public async Task<string> UpAsync(CancellationToken cancellationToken)
    {
        var said = await RunAsync($"berth up --detach --port {Registry.Split(':')[1]} --account {Account} {options}", cancellationToken);
        foreach (var export in (await RunAsync("berth env", cancellationToken)).Split('\n').Where(line => line.StartsWith("export ", StringComparison.Ordinal)))
        {
            var (name, value) = (export["export ".Length..export.IndexOf('=', StringComparison.Ordinal)], export[(export.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim('\''));
            environment[name] = value;
        }

        return said;
    }

    /// <summary>Calls without the aws CLI, with the keys that it has.</summary>
    internal EcsClient OpenEcs() => new(new(environment["AWS_ENDPOINT_URL"]!), new(environment["AWS_ACCESS_KEY_ID"]!, environment["AWS_SECRET_ACCESS_KEY"]!));

    /// <summary>Runs a script that must succeed and returns its output.</summary>
    public async Task<string> RunAsync(string script, CancellationToken? cancellationToken = null)
    {
        var answer = await TryAsync(script, cancellationToken);
        if (answer.ExitCode != 0)
        {
            Assert.Fail($"{script}\nended with {answer.ExitCode}:\n{answer.Output}\n{answer.Errors}\n{Logs()}");
        }

        return answer.Output;
    }

    /// <summary>Runs a script that must fail and returns its errors.</summary>
    public async Task<string> RefusedAsync(string script)
    {
        var answer = await TryAsync(script);
        answer.ExitCode.ShouldNotBe(0, $"{script}\nhas answered:\n{answer.Output}");
        return answer.Errors;
    }

    /// <summary>Repeats a command until its output is the one waited for, and returns it.</summary>
    public Task<string> UntilAsync(string script, Func<string, bool> isIt) => Eventually.IsAsync(script, () => RunAsync(script), isIt);

    /// <summary>Runs a script, come what may.</summary>
    internal async Task<Answer> TryAsync(string script, CancellationToken? cancellationToken = null)
    {
        var begun = Stopwatch.GetTimestamp();
        var answer = await Shell.RunAsync(
            $$"""berth() { dotnet '{{Product.Program}}' "$@" --data '{{Data}}'; }; {{script}}""", environment, cancellationToken ?? TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(begun).TotalSeconds,5:F1} s  {script.Trim().Split('\n')[0]}  => {answer.ExitCode} {answer.Output.ReplaceLineEndings(" ")}"));
        return answer;
    }

    /// <summary>Ends a role's process as the kernel does when memory is short: <c>server</c>, <c>balancer</c>, <c>agent-1</c>, <c>supervisor</c>.</summary>
    internal async Task KillAsync(string role)
    {
        var stat = $"/proc/{ProcessOf(role)}/stat";
        using (var process = Process.GetProcessById(ProcessOf(role)))
        {
            process.Kill();
        }

        // One whose parent was killed too may stay behind as a zombie.
        await Eventually.IsAsync($"{role} has ended", () => Task.FromResult(File.Exists(stat) ? File.ReadAllText(stat).Split(") ")[1][..1] : "gone"), state => state is "Z" or "X" or "gone");
    }

    /// <summary>Ends a role's process likewise and waits until its supervisor has started another.</summary>
    internal async Task KillAndAwaitAnotherAsync(string role)
    {
        var killed = ProcessOf(role);
        await KillAsync(role);
        await Eventually.IsAsync($"another {role} runs", () => Task.FromResult(ProcessOf(role)), process => process is not 0 && process != killed);
    }

    /// <summary>The number of a role's process, as its pid file has it; 0 while that is being written.</summary>
    internal int ProcessOf(string role)
    {
        var run = Path.Combine(Data, "run");
        var file = role == "supervisor" ? Path.Combine(run, role) : Directory.GetFiles(run, $"?-{role}.pid").ShouldHaveSingleItem();
        return int.TryParse(File.ReadAllText(file).Split(' ')[0], CultureInfo.InvariantCulture, out var process) ? process : 0;
    }

    /// <summary>The containers that run for a family's tasks, by their ids.</summary>
    internal async Task<string[]> ContainersAsync(string family, string more = "") =>
        [.. (await RunAsync($"docker ps -q --no-trunc --filter label=com.amazonaws.ecs.task-definition-family={family} {more}")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];

    /// <summary>The task that a container belongs to.</summary>
    internal Task<string> TaskOfAsync(string container) => RunAsync($$$"""docker inspect --format '{{index .Config.Labels "{{{TaskLabel}}}"}}' {{{container}}}""");

    private string Logs() => Directory.Exists(Data)
        ? string.Concat(Directory.GetFiles(Data, "*.log").Select(log => $"--- {Path.GetFileName(log)}\n{string.Join('\n', File.ReadLines(log).TakeLast(8))}\n"))
        : "";
}
