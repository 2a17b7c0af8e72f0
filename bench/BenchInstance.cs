using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Berth.Wire;

namespace Berth.Bench;

/// <summary>
/// A container instance without a machine, in a cluster of its own: registers as an agent does, holds the command
/// channel open, acknowledges, and notes when the payload of each task came in. It runs nothing.
/// </summary>
internal sealed class BenchInstance : IAsyncDisposable
{
    private readonly ClientWebSocket socket = new();
    private readonly CancellationTokenSource ending = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<long>> arrivals = new(StringComparer.Ordinal);
    private Task receiving = Task.CompletedTask;

    private BenchInstance(string cluster, string arn) => (Cluster, Arn) = (cluster, arn);

    internal string Cluster { get; }

    internal string Arn { get; }

    /// <summary>Makes the cluster, registers with room for any number of tasks, and connects.</summary>
    internal static async Task<BenchInstance> ConnectAsync(BenchInstallation installation, EcsClient root, string cluster, CancellationToken cancellationToken)
    {
        await root.CallAsync("CreateCluster", $$"""{"clusterName":"{{cluster}}"}""", cancellationToken).ConfigureAwait(false);
        var credentials = installation.Credentials(CredentialsFile.AgentProfile);
        using var agent = new EcsClient(installation.Endpoint, credentials);
        var registered = await agent.CallAsync("RegisterContainerInstance", $$"""
            {"cluster":"{{cluster}}","attributes":[{"name":"ecs.availability-zone","value":"us-east-1a"},{"name":"com.amazonaws.ecs.capability.docker-remote-api.1.18"},
            {"name":"com.amazonaws.ecs.capability.docker-remote-api.1.21"}],
            "totalResources":[{"name":"CPU","type":"INTEGER","integerValue":100000000},{"name":"MEMORY","type":"INTEGER","integerValue":100000000},
            {"name":"PORTS","type":"STRINGSET","stringSetValue":[]},{"name":"PORTS_UDP","type":"STRINGSET","stringSetValue":[]}]}
            """, cancellationToken).ConfigureAwait(false);
        var instance = new BenchInstance(cluster, registered.GetProperty("containerInstance").GetProperty("containerInstanceArn").GetString()!);     // It has one.
        await instance.OpenAsync(installation.Endpoint, credentials, cancellationToken).ConfigureAwait(false);
        return instance;
    }

    /// <summary>When the first payload of a task came in, as <see cref="Stopwatch"/> counts.</summary>
    internal Task<long> ArrivalOf(string taskArn) => Arrival(taskArn).Task;

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync().ConfigureAwait(false);
        await receiving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        socket.Dispose();
        ending.Dispose();
    }

    private TaskCompletionSource<long> Arrival(string taskArn) =>
        arrivals.GetOrAdd(taskArn, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

    private async Task OpenAsync(Uri endpoint, AwsCredentials credentials, CancellationToken cancellationToken)
    {
        var address = new UriBuilder(endpoint)
        {
            Path = "/acs/ws",
            Query = $"agentHash=bench&agentVersion=1.0.0&clusterArn={Cluster}&containerInstanceArn={Uri.EscapeDataString(Arn)}&dockerVersion=none&protocolVersion=2&sendCredentials=true&seqNum=1",
        }.Uri;
        foreach (var (name, value) in SigV4.SignHeaders(credentials, EcsClient.Region, "ecs", "GET", address, [], [], TimeProvider.System.GetUtcNow()))
        {
            socket.Options.SetRequestHeader(name, value);
        }

        await socket.ConnectAsync(new UriBuilder(address) { Scheme = "ws" }.Uri, cancellationToken).ConfigureAwait(false);
        receiving = Task.Run(ReceiveAsync, CancellationToken.None);
    }

    private async Task ReceiveAsync()
    {
        var buffer = new ArrayBufferWriter<byte>(64 << 10);
        while (true)
        {
            buffer.ResetWrittenCount();
            ValueWebSocketReceiveResult received;
            do
            {
                received = await socket.ReceiveAsync(buffer.GetMemory(16 << 10), ending.Token).ConfigureAwait(false);
                buffer.Advance(received.Count);
            }
            while (!received.EndOfMessage);

            var arrived = Stopwatch.GetTimestamp();
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return;
            }

            using var frame = JsonDocument.Parse(buffer.WrittenMemory);
            var message = frame.RootElement.GetProperty("message");
            switch (frame.RootElement.GetProperty("type").GetString())
            {
                case "PayloadMessage":
                    foreach (var task in message.GetProperty("tasks").EnumerateArray())
                    {
                        Arrival(task.GetProperty("arn").GetString()!).TrySetResult(arrived);     // A task has one.
                    }

                    await SendAsync("AckRequest", $"""
                        "cluster":"{Cluster}","containerInstance":"{Arn}","messageId":"{message.GetProperty("messageId").GetString()}"
                        """).ConfigureAwait(false);
                    break;
                case "HeartbeatMessage":
                    await SendAsync("HeartbeatAckRequest", $"\"messageId\":\"{message.GetProperty("messageId").GetString()}\"").ConfigureAwait(false);
                    break;
            }
        }
    }

    private ValueTask SendAsync(string type, string members) => socket.SendAsync(
        Encoding.UTF8.GetBytes("{\"type\":\"" + type + "\",\"message\":{" + members + "}}").AsMemory(), WebSocketMessageType.Text, endOfMessage: true, ending.Token);
}
