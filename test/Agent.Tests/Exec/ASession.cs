using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
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
        Assert.SkipWhen(engine.Unavailable is not null, engine.Unavailable ?? "");
        var token = TestContext.Current.CancellationToken;
        var clock = new FakeTimeProvider();
        var container = (await Engine.DockerAsync("run", "-d", engine.Image, "/bin/busybox", "sleep", "600")).Output;
        var folder = Directory.CreateTempSubdirectory("berth-session-").FullName;
        try
        {
            using var docker = new DockerEngine("unix:///var/run/docker.sock");
            await docker.NegotiateAsync(token);
            var (here, there) = await ConnectAsync();
            using var agent = new DataChannel(here, AgentMessageType.OutputStreamData, clock);
            using var client = new DataChannel(there, AgentMessageType.InputStreamData, TimeProvider.System);
            var (channelEnd, clientEnd) = (agent.RunAsync(token), client.RunAsync(token));
            var shown = ReadAsync(client, token);
            var session = new ExecSession(agent, docker, new ExecProcesses(docker, folder), Id, channelEnd, clock);
            await client.SendAsync(PayloadType.HandshakeResponse, JsonSerializer.SerializeToUtf8Bytes(new HandshakeResponse { Berth = new(Terminal: false) }, SessionJson.Default.HandshakeResponse), token);
            var running = session.RunAsync(container, "/bin/busybox cat", transcript: null, token);

            // Every nineteen minutes something is typed, and comes back.
            for (var round = 1; round <= 3; round++)
            {
                await client.SendAsync(PayloadType.Output, new[] { (byte)('0' + round) }, token);
                await Machine.UntilAsync(() => Task.FromResult(Shown(shown).EndsWith($"{round}", StringComparison.Ordinal)));
                await AdvanceAsync(TimeSpan.FromMinutes(19));
            }

            running.IsCompleted.ShouldBeFalse();
            await AdvanceAsync(TimeSpan.FromMinutes(1.2));

            (await running.WaitAsync(TimeSpan.FromSeconds(20), token)).ShouldBe($"Session: {Id} timed out.");
            await Machine.UntilAsync(async () => !(await Engine.DockerAsync("top", container)).Output.Contains("busybox cat", StringComparison.Ordinal));
            await session.FinishAsync("over");
            (await clientEnd.WaitAsync(TimeSpan.FromSeconds(20), token)).ShouldBe(new ChannelEnd(IsClosed: true, "over"));
        }
        finally
        {
            await Engine.DockerAsync("rm", "-f", container);
            Directory.Delete(folder, recursive: true);
        }

        // In steps, so that whoever looks now and then does so, and what a client has to acknowledge is acknowledged.
        async Task AdvanceAsync(TimeSpan time)
        {
            for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(12))
            {
                clock.Advance(TimeSpan.FromSeconds(12));
                await Task.Delay(1, token);
            }
        }
    }

    private static string Shown(List<byte> shown)
    {
        lock (shown)
        {
            return System.Text.Encoding.ASCII.GetString([.. shown]);
        }
    }

    private static List<byte> ReadAsync(DataChannel client, CancellationToken cancellationToken)
    {
        var shown = new List<byte>();
        _ = Task.Run(
            async () =>
            {
                await foreach (var message in client.ReadAllAsync(cancellationToken))
                {
                    if (message.PayloadType == PayloadType.Output)
                    {
                        lock (shown)
                        {
                            shown.AddRange(message.Payload.Span);
                        }
                    }
                }
            },
            cancellationToken);
        return shown;
    }

    private static async Task<(WebSocket Here, WebSocket There)> ConnectAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var there = new TcpClient();
        await there.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        var here = await listener.AcceptTcpClientAsync();
        return (Open(here, isServer: true), Open(there, isServer: false));

        static WebSocket Open(TcpClient end, bool isServer) =>
            WebSocket.CreateFromStream(end.GetStream(), new WebSocketCreationOptions { IsServer = isServer, KeepAliveInterval = TimeSpan.Zero });
    }
}
