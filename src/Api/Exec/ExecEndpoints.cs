using System.Net.WebSockets;
using System.Text.Json;
using Berth.Domain;
using Berth.Engine;
using Berth.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Api;

/// <summary>
/// The sockets of ExecuteCommand: the client's data channel, proven by its session's token; the agent's control channel and its
/// ends of data channels, proven by their signatures.
/// </summary>
internal sealed partial class ExecEndpoints(
    ExecSessions sessions,
    ExecControlChannels controls,
    IStreamDirectory<ClusterAggregate, ClusterState> clusters,
    SigV4Verifier verifier,
    ExecOptions options,
    TimeProvider clock,
    IHostApplicationLifetime lifetime,
    ILogger<ExecEndpoints> logger)
{
    private const int MostOpeningBytes = 4096, MostOpening = 256;
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(25), OpeningPatience = TimeSpan.FromSeconds(10);

    private int opening;

    /// <summary>Maps the three sockets; the server must have WebSockets switched on.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoints = routes.ServiceProvider.GetRequiredService<ExecEndpoints>();
        routes.MapGet("/v1/data-channel/{session}", (RequestDelegate)endpoints.ClientAsync);
        routes.MapGet("/exec/ws", (RequestDelegate)endpoints.ControlAsync);
        routes.MapGet("/exec/session/ws", (RequestDelegate)endpoints.AgentAsync);
    }

    /// <summary><c>GET /v1/data-channel/SESSION</c>: the first message brings the token.</summary>
    private async Task ClientAsync(HttpContext http)
    {
        var id = (string)http.Request.RouteValues["session"]!;     // The route has it.
        if (!http.WebSockets.IsWebSocketRequest || !sessions.Awaits(id))
        {
            http.Response.StatusCode = http.WebSockets.IsWebSocketRequest ? StatusCodes.Status404NotFound : StatusCodes.Status400BadRequest;
            return;
        }

        ExecSession? session = null;
        try
        {
            using var client = await http.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
            session = await ClaimAsync(client, id, http.RequestAborted).ConfigureAwait(false);
            if (session is null)
            {
                await client.CloseOutputAsync(WebSocketCloseStatus.PolicyViolation, "The token is not this session's, or has been used.", http.RequestAborted).ConfigureAwait(false);
                return;
            }

            await ServeAsync(session, client, http.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is WebSocketException or IOException or OperationCanceledException)
        {
            LogGone(id, gone.Message);
        }
        finally
        {
            if (session is not null)
            {
                sessions.Remove(session);
            }
        }
    }

    private async ValueTask<ExecSession?> ClaimAsync(WebSocket client, string id, CancellationToken cancellationToken)
    {
        try
        {
            using var patience = new CancellationTokenSource(OpeningPatience, clock);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
            if (Interlocked.Increment(ref opening) > MostOpening
                || await new FrameReader(client, MostOpeningBytes).ReadAsync(limit.Token).ConfigureAwait(false) is not { } first)
            {
                return null;
            }

            return JsonSerializer.Deserialize(first.Span, SessionJson.Default.OpenDataChannelInput)?.TokenValue is { } token ? sessions.Claim(id, token) : null;
        }
        catch (JsonException)
        {
            return null;
        }
        finally
        {
            Interlocked.Decrement(ref opening);
        }
    }

    private async Task ServeAsync(ExecSession session, WebSocket client, CancellationToken cancellationToken)
    {
        var target = session.Target;
        if (controls.Find(target.Cluster, target.InstanceId)?.Begin(session) != true || await AgentOf(session, cancellationToken).ConfigureAwait(false) is not { } agent)
        {
            var frame = DataChannel.Closed(session.Id, "The container's agent cannot be reached.", clock.GetUtcNow()).Encode();
            await client.SendAsync(frame, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken).ConfigureAwait(false);
            await client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken).ConfigureAwait(false);
            return;
        }

        LogBegun(session.Id, target.TaskArn, target.ContainerName);
        await using var longest = session.LimitTo(options.LongestSession, clock).ConfigureAwait(false);
        await using var stopping = lifetime.ApplicationStopping.UnsafeRegister(static session => ((ExecSession)session!).End("The server is shutting down."), session);
        await new ExecRelay(client, agent, session.Id, clock).RunAsync(session.Ended, cancellationToken).ConfigureAwait(false);
        LogOver(session.Id);
    }

    private async ValueTask<WebSocket?> AgentOf(ExecSession session, CancellationToken cancellationToken)
    {
        try
        {
            return await session.Agent.WaitAsync(options.AgentPatience, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary><c>GET /exec/ws</c>: an agent with tasks that allow ExecuteCommand waits here to be asked for sessions.</summary>
    private async Task ControlAsync(HttpContext http)
    {
        if (await AgentUpgrade.AcceptAsync(http, http.Request.Query["containerInstanceArn"], clusters, verifier).ConfigureAwait(false) is not var (stream, instanceId)
            || !await IsKnownAsync(http, stream, instanceId).ConfigureAwait(false))
        {
            return;
        }

        using var socket = await http.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
        var channel = new ExecControlChannel();
        controls.Add(stream.Id, instanceId, channel);
        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
            await channel.RunAsync(socket, Heartbeat, clock, stop.Token).ConfigureAwait(false);
        }
        finally
        {
            controls.Remove(stream.Id, instanceId, channel);
        }
    }

    /// <summary><c>GET /exec/session/ws</c>: an agent brings its end of a session it was asked for.</summary>
    private async Task AgentAsync(HttpContext http)
    {
        var query = http.Request.Query;
        if (await AgentUpgrade.AcceptAsync(http, query["containerInstanceArn"], clusters, verifier).ConfigureAwait(false) is not var (stream, instanceId))
        {
            return;
        }

        if (sessions.Find(query["sessionId"].ToString()) is not { IsClaimed: true } session || session.Target.Cluster != stream.Id || session.Target.InstanceId != instanceId)
        {
            await AgentUpgrade.RefuseAsync(http, 400, "InvalidSessionException", "There is no such session.").ConfigureAwait(false);
            return;
        }

        using var socket = await http.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
        if (session.Attach(socket))
        {
            await session.Over.WaitAsync(http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async ValueTask<bool> IsKnownAsync(HttpContext http, IStream<ClusterAggregate, ClusterState> stream, string instanceId)
    {
        if ((await stream.QueryAsync(new ReadCluster(), http.RequestAborted).ConfigureAwait(false)).ContainerInstances.ContainsKey(instanceId))
        {
            return true;
        }

        await AgentUpgrade.RefuseAsync(http, 400, "InvalidInstanceException", "The container instance is not known.").ConfigureAwait(false);
        return false;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Session {Session} begins in container {Container} of {Task}")]
    private partial void LogBegun(string session, string task, string container);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Session {Session} is over")]
    private partial void LogOver(string session);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The client of session {Session} is gone: {Reason}")]
    private partial void LogGone(string session, string reason);
}
