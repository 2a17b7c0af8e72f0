using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Berth.Agent.Tests;

/// <summary>A backend, and an agent that can be ended and started again over the same directory.</summary>
public sealed class Machine : IAsyncDisposable
{
    /// <summary>A container's script that waits to be stopped, and then ends with code 0.</summary>
    public const string UntilTerm = "trap 'kill $!; exit 0' TERM; /bin/busybox sleep 1000 & wait";

    /// <summary>How long something may be waited for on a machine that has much else to do.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string folder = Path.Combine(Path.GetTempPath(), $"berth-agent-test-{Guid.NewGuid():N}");
    private readonly Engine engine;
    private CancellationTokenSource? ending;
    private Task running = Task.CompletedTask;

    private Machine(Engine engine, FakeBackend backend)
    {
        this.engine = engine;
        Backend = backend;
        Options = new AgentOptions
        {
            Endpoint = backend.Address,
            Credentials = backend.Key,
            DataDirectory = folder,
            Cluster = "test",
            CpuUnits = 2048,
            MemoryMiB = 2048,
            StopTimeout = TimeSpan.FromSeconds(10),
            ContainerReportDelay = TimeSpan.FromMilliseconds(100),
            LogFlushInterval = TimeSpan.FromMilliseconds(50),
            TelemetryInterval = TimeSpan.FromMilliseconds(500),
            ReservedPorts = [22],
            ReadySandboxes = 0,
        };
    }

    public FakeBackend Backend { get; }

    public AgentOptions Options { get; set; }

    public string Folder => folder;

    public Task Running => running;

    /// <summary>The agent's clock.</summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>Begins with an agent connected; skips the test where there is no engine.</summary>
    public static async Task<Machine> StartAsync(Engine engine, Func<AgentOptions, AgentOptions>? change = null, TimeProvider? clock = null)
    {
        Assert.SkipWhen(engine.Unavailable is not null, engine.Unavailable ?? "");
        var machine = new Machine(engine, await FakeBackend.StartAsync());
        machine.Clock = clock ?? machine.Clock;
        machine.Options = change?.Invoke(machine.Options) ?? machine.Options;
        machine.StartAgent();
        return machine;
    }

    public void StartAgent()
    {
        ending = new CancellationTokenSource();
        running = ContainerAgent.RunAsync(Options, Loggers(), Clock, ending.Token);
    }

    /// <summary>Ends the agent; what runs in Docker stays.</summary>
    public async Task StopAgentAsync()
    {
        await ending!.CancelAsync();
        await running.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    /// <summary>A task with one essential container.</summary>
    public JsonObject TaskOf(string script, Action<JsonObject>? change = null) => TaskOf([Container("app", script, change)]);

    public static JsonObject TaskOf(params JsonObject[] containers) => new()
    {
        ["arn"] = FakeBackend.NewTaskArn(),
        ["taskClusterArn"] = FakeBackend.ClusterArn,
        ["family"] = "fam",
        ["version"] = "3",
        ["desiredStatus"] = "RUNNING",
        ["launchType"] = "EC2",
        ["networkMode"] = "bridge",
        ["containers"] = new JsonArray([.. containers]),
        ["volumes"] = new JsonArray(),
    };

    public JsonObject Container(string name, string script, Action<JsonObject>? change = null)
    {
        var container = new JsonObject
        {
            ["name"] = name,
            ["image"] = engine.Image,
            ["essential"] = true,
            ["cpu"] = 16,
            ["memory"] = 32,
            ["command"] = new JsonArray("/bin/sh", "-c", script),
            ["overrides"] = "{}",
            ["stopTimeout"] = 2,
            ["dockerConfig"] = new JsonObject { ["version"] = "1.24", ["config"] = "{}", ["hostConfig"] = """{"NetworkMode":"bridge"}""" },
        };
        change?.Invoke(container);
        return container;
    }

    /// <summary>What a website answers once it listens: a container runs before its program does.</summary>
    public static async Task<string> GetOnceAsync(string address)
    {
        using var http = new HttpClient();
        var answer = "";
        await UntilAsync(async () =>
        {
            try
            {
                answer = await http.GetStringAsync(new Uri(address), TestContext.Current.CancellationToken);
                return true;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
        return answer;
    }

    /// <summary>Waits for something only asking can tell.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await System.Threading.Tasks.Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ending!.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var (_, ids) = await Engine.DockerAsync("ps", "-aq", "--filter", $"label=com.amazonaws.ecs.container-instance-arn={Backend.InstanceArn}");
        if (ids.Length > 0)
        {
            await Engine.DockerAsync(["rm", "-fv", .. ids.Split('\n')]);
        }

        await Backend.DisposeAsync();
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static ILoggerFactory Loggers() =>
        Environment.GetEnvironmentVariable("BERTH_TEST_LOG") is { Length: > 0 } file ? LoggerFactory.Create(builder => builder.SetMinimumLevel(LogLevel.Debug).AddProvider(new FileLog(file))) : NullLoggerFactory.Instance;

    private sealed class FileLog(string path) : ILoggerProvider, ILogger
    {
        private readonly Lock gate = new();

        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (gate)
            {
                File.AppendAllText(path, $"{DateTimeOffset.UtcNow:HH:mm:ss.fff} {logLevel} {formatter(state, exception)} {exception}\n");
            }
        }
    }
}
