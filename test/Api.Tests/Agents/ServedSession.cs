using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Berth.Api.Tests;

/// <summary>A session of ACS on the test's clock, for an instance of a real cluster, and the agent's end of its socket.</summary>
internal sealed class ServedSession : IAsyncDisposable
{
    private readonly WebSocket far;
    private readonly FrameReader reader;
    private readonly CancellationTokenSource ending = new();

    private ServedSession(AgentSession session, WebSocket far)
    {
        (Session, this.far) = (session, far);
        reader = new(far, 1 << 20);
        Served = session.RunAsync(ending.Token);
    }

    public AgentSession Session { get; }

    /// <summary>Ends with the session.</summary>
    public Task Served { get; }

    public static async Task<ServedSession> StartAsync(
        EcsServer server, string instanceId, FakeTimeProvider clock, TaskCredentials credentials, AgentChannelOptions? options = null, int protocolVersion = 2)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var agent = new TcpClient();
        var accepting = listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await agent.ConnectAsync((IPEndPoint)listener.LocalEndpoint, TestContext.Current.CancellationToken);
        var stream = await server.StreamAsync("default");
        return new(
            new(End(await accepting, isServer: true), stream, instanceId, protocolVersion, credentials, new(clock), options ?? new(), new RandomIds(), clock, NullLogger.Instance),
            End(agent, isServer: false));

        static WebSocket End(TcpClient client, bool isServer) =>
            WebSocket.CreateFromStream(client.GetStream(), new WebSocketCreationOptions { IsServer = isServer, KeepAliveInterval = TimeSpan.Zero });
    }

    /// <summary>The next message of a type; others before it are passed over, and kept where asked for.</summary>
    public async Task<JsonElement> NextAsync(string type, List<(string Type, JsonElement Message)>? before = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        while (true)
        {
            var frame = await reader.ReadAsync(limit.Token) ?? throw new InvalidOperationException($"The session ended before a {type}.");
            var envelope = JsonElement.Parse(frame.Span);
            var message = envelope.GetProperty("message");
            if (envelope.GetProperty("type").GetString() == type)
            {
                return message;
            }

            before?.Add((envelope.GetProperty("type").GetString()!, message));
        }
    }

    public Task SayAsync(string type, string message) =>
        far.SendAsync(Encoding.UTF8.GetBytes($$"""{"type":"{{type}}","message":{{message}}}"""), WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await Served;
        await Session.DisposeAsync();
        far.Dispose();
        ending.Dispose();
    }
}
