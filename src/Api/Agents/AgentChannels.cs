using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Berth.Domain;
using Berth.Engine;
using Berth.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Api;

/// <summary>The two sockets an agent opens: ACS, by which it is told what to run, and TCS, by which it tells how that goes.</summary>
internal sealed partial class AgentChannels(
    IStreamDirectory<ClusterAggregate, ClusterState> clusters,
    AgentSessions sessions,
    SigV4Verifier verifier,
    TaskCredentials credentials,
    TaskUses uses,
    InstanceStatuses statuses,
    AgentChannelOptions options,
    IIdSource ids,
    TimeProvider clock,
    IHostApplicationLifetime lifetime,
    ILogger<AgentChannels> logger)
{
    private readonly Sequence sequence = new(clock);

    /// <summary><c>GET /acs/ws</c>.</summary>
    public async Task AcsAsync(HttpContext http)
    {
        var query = http.Request.Query;
        if (await AgentUpgrade.AcceptAsync(http, query["containerInstanceArn"], clusters, verifier).ConfigureAwait(false) is not var (stream, instanceId))
        {
            return;
        }

        var agent = new AgentVersion(query["agentVersion"], query["agentHash"], query["dockerVersion"].ToString().Replace("DockerVersion: ", "", StringComparison.Ordinal));
        var connect = new ConnectAgentCommand(instanceId, agent);
        try
        {
            await stream.ExecuteAsync(connect, http.RequestAborted).ConfigureAwait(false);
            await ServeAsync(http, stream, connect).ConfigureAwait(false);
        }
        catch (RefusedException refused) when (!http.Response.HasStarted)
        {
            await AgentUpgrade.RefuseAsync(http, 400, refused.Code, refused.Message).ConfigureAwait(false);
        }
        catch (StreamUnavailableException unavailable) when (!http.Response.HasStarted)
        {
            await AgentUpgrade.RefuseAsync(http, 500, "ServerException", unavailable.Message).ConfigureAwait(false);
        }
        catch (Exception ended) when (ended is RefusedException or StreamUnavailableException or OperationCanceledException)
        {
            LogHalfOpened(instanceId, ended);
        }
        finally
        {
            await LeaveAsync(stream, instanceId).ConfigureAwait(false);
        }
    }

    private async Task ServeAsync(HttpContext http, IStream<ClusterAggregate, ClusterState> stream, ConnectAgentCommand connect)
    {
        using var socket = await http.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
        await using var session = new AgentSession(
            socket, stream, connect.ContainerInstanceId, ProtocolVersion(http), credentials, sequence, options, ids, clock, logger);
        sessions.Add(stream.Id, session);
        try
        {
            // A session this one replaced may have reported the agent gone in between.
            await stream.ExecuteAsync(connect, http.RequestAborted).ConfigureAwait(false);
            LogConnected(connect.ContainerInstanceId, connect.Agent.Version);
            await session.RunAsync(lifetime.ApplicationStopping).ConfigureAwait(false);
        }
        finally
        {
            sessions.Remove(stream.Id, session);
            LogDisconnected(connect.ContainerInstanceId);
        }
    }

    /// <summary>What the agent counts on; the first version where it does not say.</summary>
    private static int ProtocolVersion(HttpContext http) =>
        int.TryParse(http.Request.Query["protocolVersion"], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 1;

    /// <summary>However far an agent came, it is told to be gone, unless a newer session has its place. A command that was given up may have been carried out.</summary>
    private async Task LeaveAsync(IStream<ClusterAggregate, ClusterState> stream, string instanceId)
    {
        if (sessions.Has(stream.Id, instanceId))
        {
            return;
        }

        try
        {
            await stream.ExecuteAsync(new DisconnectAgentsCommand([instanceId]), CancellationToken.None).ConfigureAwait(false);
        }
        catch (StreamUnavailableException)
        {
            // Told again when the stream is opened anew: then all agents count as gone until they return.
        }
    }

    /// <summary><c>GET /tcs/ws</c>.</summary>
    public async Task TcsAsync(HttpContext http)
    {
        if (await AgentUpgrade.AcceptAsync(http, http.Request.Query["containerInstance"], clusters, verifier).ConfigureAwait(false) is not var (stream, instanceId))
        {
            return;
        }

        using var socket = await http.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        using var oneAtATime = new SemaphoreSlim(1, 1);
        var beating = HeartbeatAsync();
        try
        {
            var reader = new FrameReader(socket, options.MostMessageBytes);
            while (await reader.ReadAsync(stop.Token).ConfigureAwait(false) is { } frame)
            {
                if (await ReceiveTelemetryAsync(stream, instanceId, frame, stop.Token).ConfigureAwait(false) is { } acknowledgement)
                {
                    await SendAsync(acknowledgement, new() { ["message"] = "ok" }).ConfigureAwait(false);
                }
            }

            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, stop.Token).ConfigureAwait(false);
        }
        catch (Exception ended) when (ended is OperationCanceledException or WebSocketException or IOException or StreamUnavailableException)
        {
        }
        finally
        {
            uses.Forget(stream.Id, instanceId);
            statuses.Forget(stream.Id, instanceId);
            await stop.CancelAsync().ConfigureAwait(false);
            await beating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        async Task HeartbeatAsync()
        {
            using var timer = new PeriodicTimer(options.Heartbeat, clock);
            while (await timer.WaitForNextTickAsync(stop.Token).ConfigureAwait(false))
            {
                await SendAsync("HeartbeatMessage", new() { ["healthy"] = true }).ConfigureAwait(false);
            }
        }

        async Task SendAsync(string type, JsonObject message)
        {
            await oneAtATime.WaitAsync(stop.Token).ConfigureAwait(false);
            try
            {
                var bytes = Encoding.UTF8.GetBytes(new JsonObject { ["type"] = type, ["message"] = message }.ToJsonString());
                await socket.SendAsync(bytes, WebSocketMessageType.Text, endOfMessage: true, stop.Token).ConfigureAwait(false);
            }
            finally
            {
                oneAtATime.Release();
            }
        }
    }

    /// <summary>Every frame is a block of signed headers, an empty line, and the message. Answers what to acknowledge it with; null where it is no message known.</summary>
    private async ValueTask<string?> ReceiveTelemetryAsync(IStream<ClusterAggregate, ClusterState> stream, string instanceId, ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        var body = frame.Span.IndexOf("\r\n\r\n"u8) is >= 0 and var at ? frame[(at + 4)..] : frame;
        try
        {
            using var envelope = JsonDocument.Parse(body);
            var message = envelope.RootElement.Member("message");
            switch (envelope.RootElement.Text("type"))
            {
                case "PublishMetricsRequest":
                    uses.Take(stream.Id, instanceId, message);
                    return "AckPublishMetric";
                case "PublishInstanceStatusRequest":
                    statuses.Take(stream.Id, instanceId, message);
                    return "AckPublishInstanceStatus";
                case "PublishHealthRequest":
                    foreach (var report in TaskHealthReport.Read(message))
                    {
                        await stream.ExecuteAsync(report, cancellationToken).ConfigureAwait(false);
                    }

                    return "AckPublishHealth";
                default:
                    return null;
            }
        }
        catch (JsonException unreadable)
        {
            LogUnreadable(stream.Id.Value, unreadable);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The agent of {Instance} connected (version {Version})")]
    private partial void LogConnected(string instance, string? version);

    [LoggerMessage(Level = LogLevel.Information, Message = "The agent of {Instance} disconnected")]
    private partial void LogDisconnected(string instance);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The agent of {Instance} was lost before it was served")]
    private partial void LogHalfOpened(string instance, Exception ended);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Telemetry for {Cluster} cannot be read")]
    private partial void LogUnreadable(string cluster, Exception unreadable);
}
