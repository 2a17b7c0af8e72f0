using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Berth.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Berth.Agent.Tests;

/// <summary>A session between a client and a command in a real container; the agent's time is the test's.</summary>
public sealed class ASession(Engine engine)
{
    private const string Id = "ecs-execute-command-0123456789abcdef0";

    [Fact]
    public async Task That_nobody_uses_ends_after_twenty_minutes_and_one_that_is_used_does_not()
    {
        await using var talk = await Talk.BeginAsync(engine);
        var end = talk.Client.RunAsync(TestContext.Current.CancellationToken);
        var shown = talk.Listen();
        await talk.ShakeHandsAsync();
        var running = talk.Session.RunAsync(talk.Container, "/bin/busybox cat", transcript: null, TestContext.Current.CancellationToken);

        // Every nineteen minutes something is typed, and comes back.
        for (var round = 1; round <= 3; round++)
        {
            await talk.Client.SendAsync(PayloadType.Output, new[] { (byte)('0' + round) }, TestContext.Current.CancellationToken);
            await Machine.UntilAsync(() => Task.FromResult(shown().EndsWith($"{round}", StringComparison.Ordinal)));
            await talk.AdvanceAsync(TimeSpan.FromMinutes(19));
        }

        running.IsCompleted.ShouldBeFalse();
        await talk.AdvanceAsync(TimeSpan.FromMinutes(1.2));

        (await Ended(running)).ShouldBe($"Session: {Id} timed out.");
        await Machine.UntilAsync(async () => !(await Engine.DockerAsync("top", talk.Container)).Output.Contains("busybox cat", StringComparison.Ordinal));
        await talk.Session.FinishAsync("over");
        (await Ended(end)).ShouldBe(new ChannelEnd(IsClosed: true, "over"));
    }

    [Fact]
    public async Task Whose_client_does_not_shake_hands_never_begins()
    {
        await using var talk = await Talk.BeginAsync(engine);
        var running = talk.Session.RunAsync(talk.Container, "/bin/busybox yes", transcript: null, TestContext.Current.CancellationToken);

        await talk.AdvanceAsync(TimeSpan.FromSeconds(24));

        (await Ended(running)).ShouldBe("The client did not answer the handshake.");
    }

    [Fact]
    public async Task Whose_client_acknowledges_nothing_ends_after_five_minutes()
    {
        await using var talk = await Talk.BeginAsync(engine);
        var end = talk.Client.RunAsync(TestContext.Current.CancellationToken);    // It receives, but nobody reads.
        await talk.ShakeHandsAsync();
        var running = talk.Session.RunAsync(talk.Container, "/bin/busybox sleep 500", transcript: null, TestContext.Current.CancellationToken);
        await Machine.UntilAsync(RunsAsync);

        await talk.AdvanceAsync(TimeSpan.FromMinutes(4.6));
        running.IsCompleted.ShouldBeFalse();
        await talk.AdvanceAsync(TimeSpan.FromMinutes(0.6));

        (await Ended(running)).ShouldBe("The client does not answer.");
        await Machine.UntilAsync(async () => !await RunsAsync());
        end.IsCompleted.ShouldBeFalse("Its connection was whole all the time.");

        async Task<bool> RunsAsync() => (await Engine.DockerAsync("top", talk.Container)).Output.Contains("busybox sleep 500", StringComparison.Ordinal);
    }

    private static Task<T> Ended<T>(Task<T> running) => running.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    /// <summary>Both ends of a session's channel, and a container.</summary>
    private sealed class Talk : IAsyncDisposable
    {
        private readonly FakeTimeProvider clock = new();
        private readonly string folder = Directory.CreateTempSubdirectory("berth-session-").FullName;
        private readonly DockerEngine docker = new("unix:///var/run/docker.sock");
        private readonly DataChannel agent;

        private Talk(WebSocket here, WebSocket there)
        {
            agent = new(here, AgentMessageType.OutputStreamData, clock);
            Client = new(there, AgentMessageType.InputStreamData, TimeProvider.System);
            Session = new(agent, docker, new ExecProcesses(docker, folder), Id, agent.RunAsync(TestContext.Current.CancellationToken), clock);
        }

        public ExecSession Session { get; }

        public DataChannel Client { get; }

        public string Container { get; private set; } = "";

        public static async Task<Talk> BeginAsync(Engine engine)
        {
            Assert.SkipWhen(engine.Unavailable is not null, engine.Unavailable ?? "");
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var there = new TcpClient();
            await there.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
            var talk = new Talk(Open(await listener.AcceptTcpClientAsync(), isServer: true), Open(there, isServer: false));
            await talk.docker.NegotiateAsync(TestContext.Current.CancellationToken);
            talk.Container = (await Engine.DockerAsync("run", "-d", engine.Image, "/bin/busybox", "sleep", "600")).Output;
            return talk;

            static WebSocket Open(TcpClient end, bool isServer) =>
                WebSocket.CreateFromStream(end.GetStream(), new WebSocketCreationOptions { IsServer = isServer, KeepAliveInterval = TimeSpan.Zero });
        }

        public Task ShakeHandsAsync() => Client.SendAsync(
            PayloadType.HandshakeResponse,
            JsonSerializer.SerializeToUtf8Bytes(new HandshakeResponse { Berth = new(Terminal: false) }, SessionJson.Default.HandshakeResponse),
            TestContext.Current.CancellationToken);

        /// <summary>Begins to read what is shown; gives what that is by now.</summary>
        public Func<string> Listen()
        {
            var shown = new StringBuilder();
            _ = ReadAsync();
            return () =>
            {
                lock (shown)
                {
                    return shown.ToString();
                }
            };

            async Task ReadAsync()
            {
                await foreach (var message in Client.ReadAllAsync(TestContext.Current.CancellationToken))
                {
                    if (message.PayloadType == PayloadType.Output)
                    {
                        lock (shown)
                        {
                            shown.Append(Encoding.ASCII.GetString(message.Payload.Span));
                        }
                    }
                }
            }
        }

        /// <summary>In steps, so that whoever looks now and then does so, and what a client has to acknowledge is acknowledged.</summary>
        public async Task AdvanceAsync(TimeSpan time)
        {
            for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(12))
            {
                clock.Advance(TimeSpan.FromSeconds(12));
                await Task.Delay(1, TestContext.Current.CancellationToken);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await Engine.DockerAsync("rm", "-f", Container);
            agent.Dispose();
            Client.Dispose();
            docker.Dispose();
            Directory.Delete(folder, recursive: true);
        }
    }
}
