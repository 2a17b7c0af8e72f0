using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Berth.Engine;

namespace Berth.Api;

/// <summary>The connection by which one agent is asked to begin sessions.</summary>
internal sealed class ExecControlChannel
{
    private const int MostQueued = 64;

    private readonly Channel<JsonObject> outgoing = Channel.CreateBounded<JsonObject>(new BoundedChannelOptions(MostQueued) { SingleReader = true });
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Asks the agent to begin a session; false when it does not keep up.</summary>
    public bool Begin(ExecSession session) => outgoing.Writer.TryWrite(Envelope("StartSessionMessage", new()
    {
        ["sessionId"] = session.Id,
        ["taskArn"] = session.Target.TaskArn,
        ["containerName"] = session.Target.ContainerName,
        ["command"] = session.Target.Command,
        ["logging"] = Logging(session.Target.Configuration),
    }));

    /// <summary>Ends the connection: another has taken its place.</summary>
    public void End() => ended.TrySetResult();

    /// <summary>Serves the socket until either side ends it.</summary>
    public async Task RunAsync(WebSocket socket, TimeSpan heartbeat, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] parts = [SendAsync(), BeatAsync(), ReceiveAsync()];
        await Task.WhenAny([.. parts, ended.Task]).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(parts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        async Task SendAsync()
        {
            await foreach (var message in outgoing.Reader.ReadAllAsync(stop.Token).ConfigureAwait(false))
            {
                await socket.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, stop.Token).ConfigureAwait(false);
            }
        }

        async Task BeatAsync()
        {
            using var timer = new PeriodicTimer(heartbeat, clock);
            while (await timer.WaitForNextTickAsync(stop.Token).ConfigureAwait(false) && outgoing.Writer.TryWrite(Envelope("HeartbeatMessage", new() { ["healthy"] = true })))
            {
                // An agent that leaves no room for a heartbeat is gone.
            }
        }

        async Task ReceiveAsync()
        {
            var nothing = new byte[256];
            while ((await socket.ReceiveAsync(nothing.AsMemory(), stop.Token).ConfigureAwait(false)).MessageType != WebSocketMessageType.Close)
            {
                // An agent says nothing here: it answers by opening the session's own connection.
            }
        }
    }

    private static JsonObject Logging(ExecuteCommandConfigurationShape? configuration) => new()
    {
        ["logging"] = configuration?.Logging ?? "DEFAULT",
        ["logConfiguration"] = configuration?.LogConfiguration is { } own ? JsonSerializer.SerializeToNode(own, EcsJson.Shared.ExecuteCommandLogConfigurationShape) : null,
    };

    private static JsonObject Envelope(string type, JsonObject message) => new() { ["type"] = type, ["message"] = message };
}

/// <summary>The agents that have a control channel open.</summary>
internal sealed class ExecControlChannels
{
    private readonly ConcurrentDictionary<(StreamId Cluster, string InstanceId), ExecControlChannel> channels = new();

    public ExecControlChannel? Find(StreamId cluster, string instanceId) => channels.GetValueOrDefault((cluster, instanceId));

    /// <summary>Takes a channel in; an earlier one of the same instance is ended.</summary>
    public void Add(StreamId cluster, string instanceId, ExecControlChannel channel) => channels.AddOrUpdate((cluster, instanceId), channel, (_, earlier) =>
    {
        earlier.End();
        return channel;
    });

    /// <summary>Takes a channel out, unless a newer one has its place.</summary>
    public void Remove(StreamId cluster, string instanceId, ExecControlChannel channel) =>
        channels.TryRemove(KeyValuePair.Create((cluster, instanceId), channel));
}
