using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Berth.Wire;

namespace Berth.Api.Tests;

/// <summary>
/// A connection as the official agent 1.78.0 opens it, by recordings of its requests and frames; what it says is up to
/// the test.
/// </summary>
internal sealed class OfficialAgent : IAsyncDisposable
{
    private readonly EcsServer server;
    private readonly string cluster;
    private readonly ClientWebSocket socket = new();
    private readonly ConcurrentQueue<JsonElement> received = new();
    private readonly CancellationTokenSource ending = new();
    private Task receiving = Task.CompletedTask;
    private Uri address = null!;    // Set when it connects.

    private OfficialAgent(EcsServer server, string cluster, string arn) => (this.server, this.cluster, Arn) = (server, cluster, arn);

    public string Arn { get; }

    public WebSocketState State => socket.State;

    /// <summary>The messages of one type, in the order they came.</summary>
    public IReadOnlyList<JsonElement> Received(string type) => [.. received.Where(message => message.GetProperty("type").GetString() == type).Select(message => message.GetProperty("message"))];

    public static Task<OfficialAgent> OpenAcsAsync(EcsServer server, string cluster, string arn) => OpenAsync(server, cluster, arn, "acs",
        $"agentHash=e3218ca6&agentVersion=1.78.0&clusterArn={cluster}&containerInstanceArn={Uri.EscapeDataString(arn)}&dockerVersion=DockerVersion%3A+20.10.24%2Bdfsg1&protocolVersion=2&sendCredentials=true&seqNum=1");

    public static Task<OfficialAgent> OpenTcsAsync(EcsServer server, string cluster, string arn) => OpenAsync(server, cluster, arn, "tcs",
        $"agentHash=e3218ca6&agentVersion=1.78.0&cluster={cluster}&containerInstance={Uri.EscapeDataString(arn)}&dockerVersion=20.10.24%2Bdfsg1");

    /// <summary>Waits for so many messages of a type.</summary>
    public async Task<IReadOnlyList<JsonElement>> AwaitAsync(string type, int count = 1)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        while (Received(type).Count < count)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, limit.Token);
        }

        return Received(type);
    }

    public Task SendAsync(string type, string message) => SendRawAsync($$"""{"type":"{{type}}","message":{{message}}}""");

    public Task SendRawAsync(string text) => socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);

    /// <summary>A frame of telemetry as the agent writes it: signed header lines, a blank line, the message.</summary>
    public Task SendSignedAsync(string type, string message)
    {
        var body = $$"""{"type":"{{type}}","message":{{message}}}""";
        var head = string.Concat(SigV4.SignHeaders(server.Http.Keys.Credentials("default"), "us-east-1", "ecs", "GET", address, [], Encoding.UTF8.GetBytes(body), TimeProvider.System.GetUtcNow())
            .Append(new("Host", address.Authority)).OrderBy(header => header.Key, StringComparer.Ordinal).Select(header => $"{header.Key}: {header.Value}\r\n"));
        return SendRawAsync($"{head}\r\n{body}");
    }

    public Task AcknowledgeAsync(JsonElement payload) => SendAsync("AckRequest", new JsonObject
    {
        ["cluster"] = payload.GetProperty("clusterArn").GetString(),
        ["containerInstance"] = payload.GetProperty("containerInstanceArn").GetString(),
        ["messageId"] = payload.GetProperty("messageId").GetString(),
    }.ToJsonString());

    public async Task CloseAsync() => await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "ConnectionExpired: Reconnect to continue", TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await receiving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        socket.Dispose();
        ending.Dispose();
    }

    private static async Task<OfficialAgent> OpenAsync(EcsServer server, string cluster, string arn, string channel, string query)
    {
        var agent = new OfficialAgent(server, cluster, arn) { address = new UriBuilder(server.Http.Address) { Path = $"/{channel}/ws", Query = query }.Uri };
        foreach (var (name, value) in SigV4.SignHeaders(server.Http.Keys.Credentials("default"), "us-east-1", "ecs", "GET", agent.address, [], [], TimeProvider.System.GetUtcNow()))
        {
            agent.socket.Options.SetRequestHeader(name, value);
        }

        agent.socket.Options.CollectHttpResponseDetails = true;
        await agent.socket.ConnectAsync(new UriBuilder(agent.address) { Scheme = "ws" }.Uri, TestContext.Current.CancellationToken);
        agent.receiving = Task.Run(agent.ReceiveAsync, CancellationToken.None);
        return agent;
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[1 << 20];
        while (socket.State is WebSocketState.Open or WebSocketState.CloseSent)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(length), ending.Token);
                length += part.Count;
            }
            while (!part.EndOfMessage);
            if (part.MessageType == WebSocketMessageType.Text)
            {
                received.Enqueue(JsonElement.Parse(buffer.AsSpan(0, length)));
            }
        }
    }
}
