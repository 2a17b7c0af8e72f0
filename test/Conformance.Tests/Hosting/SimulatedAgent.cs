using System.Buffers;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Berth.Wire;

namespace Berth.Conformance.Tests;

/// <summary>What a <see cref="SimulatedAgent"/> does with its tasks.</summary>
internal enum AgentConduct
{
    /// <summary>Takes note of them, and nothing comes of it: no fact comes to be by itself.</summary>
    Idle,

    /// <summary>Says of each what it is asked for: that it runs, that it has stopped.</summary>
    Obedient,
}

/// <summary>
/// A container instance without a machine: registered and connected as the agent is, so that tasks are placed on it. What
/// its tasks do is only said; these tests are about the clients of the API.
/// </summary>
internal sealed class SimulatedAgent : IAsyncDisposable
{
    private readonly SignedCalls ecs;
    private readonly string cluster;
    private readonly AgentConduct conduct;
    private readonly ClientWebSocket socket = new();
    private readonly CancellationTokenSource ending = new();
    private readonly ConcurrentDictionary<string, string[]> containers = new(StringComparer.Ordinal);
    private Task receiving = Task.CompletedTask;

    private SimulatedAgent(SignedCalls ecs, string cluster, AgentConduct conduct, string arn) =>
        (this.ecs, this.cluster, this.conduct, Arn) = (ecs, cluster, conduct, arn);

    /// <summary>The container instance's ARN.</summary>
    public string Arn { get; }

    /// <summary>Registers an instance in a cluster that is there, and connects.</summary>
    public static async Task<SimulatedAgent> ConnectAsync(SignedCalls ecs, string cluster, AgentConduct conduct)
    {
        var registered = await ecs.AskAsync("RegisterContainerInstance", $$"""
            {"cluster":"{{cluster}}","attributes":[{"name":"ecs.availability-zone","value":"us-east-1a"},{"name":"com.amazonaws.ecs.capability.docker-remote-api.1.18"},
            {"name":"com.amazonaws.ecs.capability.docker-remote-api.1.21"},{"name":"ecs.capability.execute-command"}],
            "totalResources":[{"name":"CPU","type":"INTEGER","integerValue":1000000},{"name":"MEMORY","type":"INTEGER","integerValue":1000000},
            {"name":"PORTS","type":"STRINGSET","stringSetValue":["22"]},{"name":"PORTS_UDP","type":"STRINGSET","stringSetValue":[]}]}
            """);
        var agent = new SimulatedAgent(ecs, cluster, conduct, registered.GetProperty("containerInstance").GetProperty("containerInstanceArn").GetString()!);    // It has one.
        await agent.OpenAsync();
        return agent;
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await receiving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        socket.Dispose();
        ending.Dispose();
    }

    private async Task OpenAsync()
    {
        var address = new UriBuilder(ecs.Endpoint)
        {
            Path = "/acs/ws",
            Query = $"agentHash=test&agentVersion=1.0.0&clusterArn={cluster}&containerInstanceArn={Uri.EscapeDataString(Arn)}&dockerVersion=none&protocolVersion=2&sendCredentials=true&seqNum=1",
        }.Uri;
        foreach (var (name, value) in SigV4.SignHeaders(ecs.Credentials, ecs.Region, "ecs", "GET", address, [], [], TimeProvider.System.GetUtcNow()))
        {
            socket.Options.SetRequestHeader(name, value);
        }

        await socket.ConnectAsync(new UriBuilder(address) { Scheme = "ws" }.Uri, TestContext.Current.CancellationToken);
        receiving = Task.Run(ReceiveAsync, CancellationToken.None);
    }

    private async Task ReceiveAsync()
    {
        var frame = new ArrayBufferWriter<byte>(64 << 10);
        while (true)
        {
            frame.ResetWrittenCount();
            ValueWebSocketReceiveResult received;
            do
            {
                received = await socket.ReceiveAsync(frame.GetMemory(16 << 10), ending.Token);
                frame.Advance(received.Count);
            }
            while (!received.EndOfMessage);

            if (received.MessageType == WebSocketMessageType.Close)
            {
                return;
            }

            using var envelope = JsonDocument.Parse(frame.WrittenMemory);
            var message = envelope.RootElement.GetProperty("message");
            switch (envelope.RootElement.GetProperty("type").GetString())
            {
                case "PayloadMessage":
                    await SendAsync("AckRequest", new()
                    {
                        ["cluster"] = cluster, ["containerInstance"] = Arn, ["messageId"] = message.GetProperty("messageId").GetString(),
                    });
                    if (conduct == AgentConduct.Obedient)
                    {
                        foreach (var task in message.GetProperty("tasks").EnumerateArray())
                        {
                            await ReportAsync(task);
                        }
                    }

                    break;
                case "HeartbeatMessage":
                    await SendAsync("HeartbeatAckRequest", new() { ["messageId"] = message.GetProperty("messageId").GetString() });
                    break;
            }
        }
    }

    private async Task ReportAsync(JsonElement task)
    {
        var (arn, status) = (task.GetProperty("arn").GetString()!, task.GetProperty("desiredStatus").GetString()!);    // Every task of a payload has both.
        if (status == "RUNNING")
        {
            containers[arn] = [.. task.GetProperty("containers").EnumerateArray().Select(container => container.GetProperty("name").GetString()!)];
        }

        var report = new JsonObject
        {
            ["cluster"] = cluster,
            ["task"] = arn,
            ["status"] = status,
            ["containers"] = new JsonArray([.. containers.GetValueOrDefault(arn, []).Select(name => (JsonNode)(status == "RUNNING"
                ? new JsonObject { ["containerName"] = name, ["runtimeId"] = $"{name}-of-{arn.Split('/')[^1]}", ["status"] = status }
                : new JsonObject { ["containerName"] = name, ["status"] = status, ["exitCode"] = 143 }))]),
        };
        await ecs.AskAsync("SubmitTaskStateChange", report.ToJsonString());
    }

    private ValueTask SendAsync(string type, JsonObject message) => socket.SendAsync(
        Encoding.UTF8.GetBytes(new JsonObject { ["type"] = type, ["message"] = message }.ToJsonString()).AsMemory(),
        WebSocketMessageType.Text, endOfMessage: true, ending.Token);
}
