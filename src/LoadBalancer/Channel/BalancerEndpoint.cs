using System.Net.WebSockets;
using System.Text.Json;
using Berth.Domain;
using Berth.Engine;
using Berth.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.LoadBalancer;

/// <summary>
/// The server's end of a balancer's channel: configuration goes out, health and drained targets come in. A report is
/// carried out before the next is read, so a balancer cannot run ahead of the journal.
/// </summary>
internal sealed partial class BalancerEndpoint(
    LoadBalancingConfiguration configuration,
    ListenerFailures failures,
    IStreamDirectory<LoadBalancingAggregate, LoadBalancingState> streams,
    SigV4Verifier verifier,
    IHostApplicationLifetime lifetime,
    ILogger<BalancerEndpoint> logger)
{
    /// <summary>Where balancers connect.</summary>
    public const string Path = "/_berth/balancer";

    /// <summary>The service of the signature's scope.</summary>
    public const string SigningName = "elasticloadbalancing";

    /// <summary>The largest report; the balancer sends them in portions far below it.</summary>
    public const int MostReportBytes = 1 << 20;

    private const string BalancerUser = ":user/berth/balancer";

    public async Task HandleAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            return;
        }

        if (!IsBalancer(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
        LogConnected(context.Connection.RemotePort);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var directions = new[] { SendAsync(socket, ending.Token), ReceiveAsync(socket, ending.Token) };
        var first = await Task.WhenAny(directions).ConfigureAwait(false);
        await ending.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(directions).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var reason = first.Exception?.InnerException;
        if (reason is null or WebSocketException or OperationCanceledException)
        {
            LogDisconnected(context.Connection.RemotePort);
        }
        else
        {
            LogFailed(context.Connection.RemotePort, reason);
        }
    }

    private bool IsBalancer(HttpRequest request)
    {
        try
        {
            var caller = verifier.Verify(request);
            return caller.Service == SigningName && caller.Key.PrincipalArn.EndsWith(BalancerUser, StringComparison.Ordinal);
        }
        catch (SignatureException refusal)
        {
            LogRefused(refusal.Message);
            return false;
        }
    }

    private async Task SendAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        var sent = -1L;
        while (true)
        {
            var (version, text) = await configuration.NextAsync(sent, cancellationToken).ConfigureAwait(false);
            await socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, cancellationToken).ConfigureAwait(false);
            sent = version;
        }
    }

    private async Task ReceiveAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        while (await socket.ReceiveMessageAsync(MostReportBytes, cancellationToken).ConfigureAwait(false) is { } message)
        {
            var report = JsonSerializer.Deserialize(message.Span, BalancerJson.Default.BalancerReport) ?? throw new JsonException("A report cannot be null.");
            if (report.ListenerFailures is { } told)
            {
                failures.Set(told);
            }

            foreach (var portion in report.Health.GroupBy(health => StreamOf(health.TargetGroupArn)))
            {
                await ExecuteAsync(portion.Key, new ReportTargetHealth([.. portion]), cancellationToken).ConfigureAwait(false);
            }

            foreach (var portion in report.Drained.GroupBy(drained => StreamOf(drained.TargetGroupArn)))
            {
                await ExecuteAsync(portion.Key, new ReportTargetsDrained([.. portion]), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // A stream that is gone (the account was reset) has nothing left to report on.
    private async ValueTask ExecuteAsync(StreamId id, Command<LoadBalancingAggregate, int> command, CancellationToken cancellationToken)
    {
        if (await streams.FindAsync(id, cancellationToken).ConfigureAwait(false) is { } stream)
        {
            await stream.ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
        }
    }

    private static StreamId StreamOf(string targetGroupArn) =>
        targetGroupArn.Split(':') is [_, _, _, { Length: > 0 } region, { Length: > 0 } account, ..]
            ? StreamId.Of(LoadBalancingStreams.Kind, account, region)
            : throw new JsonException($"'{targetGroupArn}' is not the ARN of a target group.");

    [LoggerMessage(Level = LogLevel.Information, Message = "Balancer connected from port {Port}")]
    private partial void LogConnected(int port);

    [LoggerMessage(Level = LogLevel.Information, Message = "Balancer on port {Port} disconnected")]
    private partial void LogDisconnected(int port);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Channel of the balancer on port {Port} failed")]
    private partial void LogFailed(int port, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A balancer's connection was refused: {Reason}")]
    private partial void LogRefused(string reason);
}
