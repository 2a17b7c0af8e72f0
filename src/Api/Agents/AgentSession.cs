using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Berth.Domain;
using Berth.Engine;
using Microsoft.Extensions.Logging;

namespace Berth.Api;

/// <summary>
/// One agent's command channel (ACS). What the agent should run follows from the cluster's state: on connect it is told
/// all of it, later what changed; each message is built when it is sent, so it is never older than the state.
/// </summary>
internal sealed partial class AgentSession(
    WebSocket socket,
    IStream<ClusterAggregate, ClusterState> cluster,
    string instanceId,
    int protocolVersion,
    TaskCredentials credentials,
    Sequence sequence,
    AgentChannelOptions options,
    IIdSource ids,
    TimeProvider clock,
    ILogger logger) : IAsyncDisposable
{
    /// <summary>From this version of the protocol on, agents count on being dropped when they do not acknowledge heartbeats.</summary>
    private const int DropsSilentAgents = 2;

    private readonly Channel<Outgoing> outgoing = Channel.CreateBounded<Outgoing>(new BoundedChannelOptions(options.MostQueued) { SingleReader = true });
    private readonly ConcurrentDictionary<string, (string TaskId, DateTimeOffset SentAt)> unacknowledged = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource ending = new();
    private readonly SortedSet<string> held = new(StringComparer.Ordinal);    // The sending loop's own.
    private int missedHeartbeats;

    private enum What
    {
        Task,
        Held,
        Everything,
        Heartbeat,
        Credentials,
        StopVerified,
    }

    public string InstanceId => instanceId;

    /// <summary>A task of this instance changed; the agent is told as the state then says.</summary>
    public void Tell(string taskId) => Enqueue(new(What.Task, taskId));

    /// <summary>A daemon's task of this instance came to run, or will not: what waited for it is told.</summary>
    public void TellHeld() => Enqueue(new(What.Held, ""));

    /// <summary>The agent is told of every task it should know.</summary>
    public void TellEverything() => Enqueue(new(What.Everything, ""));

    /// <summary>Ends the session, one that has ended too; the agent comes back by itself. Never throws, for who calls has others to tell.</summary>
    public void End()
    {
        try
        {
            _ = ending.CancelAsync();    // What waits for it goes on elsewhere.
        }
        catch (ObjectDisposedException)
        {
        }
    }

    /// <summary>Serves the socket until either side ends it.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ending.Token, cancellationToken);
        TellEverything();
        var sending = SendLoopAsync(stop.Token);
        var ticking = TickLoopAsync(stop.Token);
        try
        {
            await ReceiveLoopAsync(stop.Token).ConfigureAwait(false);
        }
        catch (Exception ended) when (ended is OperationCanceledException or WebSocketException or IOException)
        {
        }

        await ending.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(sending, ticking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await CloseAsync().ConfigureAwait(false);
    }

    public ValueTask DisposeAsync()
    {
        ending.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Enqueue(Outgoing message)
    {
        if (!outgoing.Writer.TryWrite(message) && !ending.IsCancellationRequested)
        {
            LogTooSlow(instanceId);
            End();
        }
    }

    private async Task SendLoopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var message in outgoing.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                var state = await cluster.QueryAsync(new ReadCluster(), cancellationToken).ConfigureAwait(false);
                switch (message.What)
                {
                    case What.Task:
                        await SendTaskAsync(state, message.Id, cancellationToken).ConfigureAwait(false);
                        break;
                    case What.Held:
                        foreach (var taskId in held.ToList())
                        {
                            await SendTaskAsync(state, taskId, cancellationToken).ConfigureAwait(false);
                        }

                        break;
                    case What.Everything:
                        await SendEverythingAsync(state, cancellationToken).ConfigureAwait(false);
                        break;
                    case What.Heartbeat:
                        await SendAsync("HeartbeatMessage", new() { ["healthy"] = true, ["messageId"] = ids.NextUuid() }, cancellationToken).ConfigureAwait(false);
                        break;
                    case What.Credentials:
                        foreach (var task in TasksToKnow(state))
                        {
                            await SendCredentialsAsync(state, task, cancellationToken).ConfigureAwait(false);
                        }

                        break;
                    case What.StopVerified:
                        await SendStopVerifiedAsync(state, message.Id, message.Tasks!, cancellationToken).ConfigureAwait(false);
                        break;
                }
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or WebSocketException or IOException or StreamUnavailableException)
        {
        }
        finally
        {
            End();
        }
    }

    private async Task SendTaskAsync(ClusterState state, string taskId, CancellationToken cancellationToken)
    {
        held.Remove(taskId);
        if (!state.Tasks.TryGetValue(taskId, out var task) || task.ContainerInstanceId != instanceId)
        {
            return;
        }

        if (WaitsForDaemon(state, task))
        {
            held.Add(taskId);
            return;
        }

        if (task.LastStatus is EcsTaskStatus.Stopping)
        {
            await SendPayloadAsync(state, taskId, PayloadTask.Stop(state.TaskArn(taskId)), cancellationToken).ConfigureAwait(false);
        }
        else if (task.LastStatus < EcsTaskStatus.Stopping)
        {
            var arn = state.TaskArn(taskId);
            var payload = PayloadTask.Run(
                state,
                task,
                (type, role) => credentials.Issue(state.Account, arn, type, role),
                options.RegistryAuthority,
                options.Endpoint);
            await SendPayloadAsync(state, taskId, payload, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A managed daemon's task is up before others: they are told of when it runs, or when it has ended.</summary>
    private bool WaitsForDaemon(ClusterState state, EcsTask task) =>
        !state.Daemons.IsEmpty
        && task is { LastStatus: EcsTaskStatus.Pending, DaemonName: null }
        && state.TasksOn(instanceId, TaskPhase.Live).Any(other => other is { DaemonName: not null, StartedAt: null });

    /// <summary>Everything the agent should know, then the manifest by which it finds what it should not have.</summary>
    private async Task SendEverythingAsync(ClusterState state, CancellationToken cancellationToken)
    {
        var manifest = new JsonArray();
        foreach (var task in TasksToKnow(state))
        {
            if (task.LastStatus == EcsTaskStatus.Stopping)
            {
                // It runs until it has stopped, and what stops it does not carry them.
                await SendCredentialsAsync(state, task, cancellationToken).ConfigureAwait(false);
            }

            await SendTaskAsync(state, task.Id, cancellationToken).ConfigureAwait(false);
            manifest.Add(new JsonObject
            {
                ["taskArn"] = state.TaskArn(task.Id),
                ["taskClusterArn"] = state.Arn,
                ["desiredStatus"] = task.LastStatus == EcsTaskStatus.Stopping ? "STOPPED" : "RUNNING",
            });
        }

        await SendAsync("TaskManifestMessage", Addressed(state, new()
        {
            ["messageId"] = ids.NextUuid(),
            ["generatedAt"] = clock.GetUtcNow().ToUnixTimeMilliseconds(),
            ["timeline"] = sequence.Next(),
            ["tasks"] = manifest,
        }), cancellationToken).ConfigureAwait(false);
    }

    private List<EcsTask> TasksToKnow(ClusterState state) =>
        [.. state.TasksOn(instanceId, TaskPhase.Stopping), .. state.TasksOn(instanceId, TaskPhase.Live)];

    /// <summary>The newest keys of a task's roles; an agent passes over those of a task it does not have.</summary>
    private async Task SendCredentialsAsync(ClusterState state, EcsTask task, CancellationToken cancellationToken)
    {
        var definition = state.TaskDefinitions[task.TaskDefinitionArn];
        foreach (var (type, role) in ((string, string?)[])
            [("TaskApplication", task.Overrides.TaskRoleArn ?? definition.TaskRoleArn), ("TaskExecution", task.Overrides.ExecutionRoleArn ?? definition.ExecutionRoleArn)])
        {
            if (role is not null)
            {
                await SendAsync("IAMRoleCredentialsMessage", new()
                {
                    ["messageId"] = ids.NextUuid(),
                    ["taskArn"] = state.TaskArn(task.Id),
                    ["taskClusterArn"] = state.Arn,
                    ["roleType"] = type,
                    ["roleCredentials"] = credentials.Issue(state.Account, state.TaskArn(task.Id), type, role),
                }, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Of the tasks an agent offers to stop, those that really should not run. Each is also stopped by a payload, which every agent version carries out.</summary>
    private async Task SendStopVerifiedAsync(ClusterState state, string messageId, IReadOnlyList<string> candidates, CancellationToken cancellationToken)
    {
        var stop = candidates
            .Where(arn => !state.Tasks.TryGetValue(arn[(arn.LastIndexOf('/') + 1)..], out var task) || task.LastStatus >= EcsTaskStatus.Stopping)
            .ToList();
        if (stop.Count == 0)
        {
            return;
        }

        await SendAsync("TaskStopVerificationAck", new()
        {
            ["messageId"] = messageId,
            ["generatedAt"] = clock.GetUtcNow().ToUnixTimeMilliseconds(),
            ["stopTasks"] = new JsonArray([.. stop.Select(arn => (JsonNode)new JsonObject { ["taskArn"] = arn, ["taskClusterArn"] = state.Arn, ["desiredStatus"] = "STOPPED" })]),
        }, cancellationToken).ConfigureAwait(false);
        foreach (var arn in stop)
        {
            await SendPayloadAsync(state, arn[(arn.LastIndexOf('/') + 1)..], PayloadTask.Stop(arn), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>One task a payload, so that one an agent cannot read holds no other up.</summary>
    private async Task SendPayloadAsync(ClusterState state, string taskId, JsonObject task, CancellationToken cancellationToken)
    {
        var messageId = ids.NextUuid();
        unacknowledged[messageId] = (taskId, clock.GetUtcNow());
        await SendAsync("PayloadMessage", Addressed(state, new()
        {
            ["messageId"] = messageId,
            ["seqNum"] = sequence.Next(),
            ["generatedAt"] = clock.GetUtcNow().ToUnixTimeMilliseconds(),
            ["tasks"] = new JsonArray(task),
        }), cancellationToken).ConfigureAwait(false);
    }

    private JsonObject Addressed(ClusterState state, JsonObject message)
    {
        message["clusterArn"] = state.Arn;
        message["containerInstanceArn"] = state.ContainerInstanceArn(instanceId);
        return message;
    }

    private async Task SendAsync(string type, JsonObject message, CancellationToken cancellationToken)
    {
        var frame = Encoding.UTF8.GetBytes(new JsonObject { ["type"] = type, ["message"] = message }.ToJsonString());
        await socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, cancellationToken).ConfigureAwait(false);
    }

    private async Task TickLoopAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.Heartbeat, clock);
        var renewedAt = clock.GetUtcNow();
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                if (protocolVersion >= DropsSilentAgents && Interlocked.Increment(ref missedHeartbeats) > options.MostMissedHeartbeats)
                {
                    LogSilent(instanceId);
                    await ending.CancelAsync().ConfigureAwait(false);
                    return;
                }

                var now = clock.GetUtcNow();
                Enqueue(new(What.Heartbeat, ""));
                foreach (var (messageId, (taskId, sentAt)) in unacknowledged)
                {
                    if (sentAt + options.Resend <= now && unacknowledged.TryRemove(messageId, out _))
                    {
                        Enqueue(new(What.Task, taskId));
                    }
                }

                if (renewedAt + TaskCredentials.Renewal <= now)
                {
                    renewedAt = now;
                    Enqueue(new(What.Credentials, ""));
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task ReceiveLoopAsync(CancellationToken cancellationToken)
    {
        var reader = new FrameReader(socket, options.MostMessageBytes);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false) is { } frame)
        {
            Receive(frame);
        }
    }

    private void Receive(ReadOnlyMemory<byte> frame)
    {
        try
        {
            using var envelope = JsonDocument.Parse(frame);
            var message = envelope.RootElement.GetProperty("message");
            switch (envelope.RootElement.GetProperty("type").GetString())
            {
                case "HeartbeatAckRequest":
                    Interlocked.Exchange(ref missedHeartbeats, 0);
                    break;
                case "AckRequest":
                    unacknowledged.TryRemove(message.GetProperty("messageId").GetString() ?? "", out _);
                    break;
                case "NackRequest":
                    LogRefused(instanceId, message.TryGetProperty("reason", out var reason) ? reason.GetString() : null);
                    break;
                case "TaskStopVerificationMessage":
                    Enqueue(new(What.StopVerified, message.GetProperty("messageId").GetString() ?? "")
                    {
                        Tasks = [.. message.GetProperty("stopCandidates").EnumerateArray().Select(candidate => candidate.GetProperty("taskArn").GetString()).OfType<string>()],
                    });
                    break;
            }
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            LogUnreadable(instanceId, unreadable);
        }
    }

    private async Task CloseAsync()
    {
        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2), clock);
            try
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "Reconnect", patience.Token).ConfigureAwait(false);
            }
            catch (Exception ended) when (ended is OperationCanceledException or WebSocketException or IOException)
            {
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The agent of {Instance} does not take its messages; its session is dropped")]
    private partial void LogTooSlow(string instance);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The agent of {Instance} does not answer heartbeats; its session is dropped")]
    private partial void LogSilent(string instance);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The agent of {Instance} refused a message: {Reason}")]
    private partial void LogRefused(string instance, string? reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The agent of {Instance} sent what cannot be read")]
    private partial void LogUnreadable(string instance, Exception unreadable);

    private readonly record struct Outgoing(What What, string Id)
    {
        public IReadOnlyList<string>? Tasks { get; init; }
    }
}
