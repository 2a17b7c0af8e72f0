using System.Net.WebSockets;
using System.Text.Json;
using Berth.Wire;
using Microsoft.Extensions.Logging;

namespace Berth.LoadBalancer;

/// <summary>The balancer's end of the channel: keeps connecting, hands configurations on, sends reports.</summary>
internal sealed partial class ServerChannel(
    BalancerOptions options, ReportOutbox outbox, Action<BalancerConfiguration> onConfiguration, TimeProvider clock, ILogger<ServerChannel> logger)
{
    /// <summary>The largest configuration: some 200,000 targets.</summary>
    public const int MostConfigurationBytes = 64 << 20;

    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                using var socket = await ConnectAsync(cancellationToken).ConfigureAwait(false);
                LogConnected(options.Server);
                pause = FirstPause;
                await TalkAsync(socket, cancellationToken).ConfigureAwait(false);
                LogDisconnected(options.Server);
            }
            catch (Exception failure) when (failure is WebSocketException or IOException or HttpRequestException or JsonException or InvalidDataException)
            {
                LogFailed(options.Server, failure.Message);
            }

            await Task.Delay(pause, clock, cancellationToken).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task<ClientWebSocket> ConnectAsync(CancellationToken cancellationToken)
    {
        var address = new Uri(options.Server, BalancerEndpoint.Path);
        var signature = SigV4.SignHeaders(
            options.Credentials, options.Region, BalancerEndpoint.SigningName, "GET", address, [], [], clock.GetUtcNow());
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.KeepAliveInterval = KeepAlive;
            socket.Options.KeepAliveTimeout = KeepAlive;
            foreach (var (name, value) in signature)
            {
                socket.Options.SetRequestHeader(name, value);
            }

            var scheme = address.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs;
            await socket.ConnectAsync(new UriBuilder(address) { Scheme = scheme }.Uri, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task TalkAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        outbox.BeginConnection();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var directions = new[] { ReceiveAsync(socket, ending.Token), SendAsync(socket, ending.Token) };
        var first = await Task.WhenAny(directions).ConfigureAwait(false);
        await ending.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(directions).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first.ConfigureAwait(false);
    }

    private async Task ReceiveAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        while (await socket.ReceiveMessageAsync(MostConfigurationBytes, cancellationToken).ConfigureAwait(false) is { } message)
        {
            onConfiguration(JsonSerializer.Deserialize(message.Span, BalancerJson.Default.BalancerConfiguration)
                ?? throw new JsonException("A configuration cannot be null."));
        }
    }

    private async Task SendAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        while (true)
        {
            var report = await outbox.TakeAsync(cancellationToken).ConfigureAwait(false);
            var text = JsonSerializer.SerializeToUtf8Bytes(report, BalancerJson.Default.BalancerReport);
            await socket.SendAsync(text.AsMemory(), WebSocketMessageType.Text, endOfMessage: true, cancellationToken).ConfigureAwait(false);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Connected to {Server}")]
    private partial void LogConnected(Uri server);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Server} closed the channel; serving on with the last configuration")]
    private partial void LogDisconnected(Uri server);

    [LoggerMessage(Level = LogLevel.Debug, Message = "No channel to {Server}: {Reason}; serving on with the last configuration")]
    private partial void LogFailed(Uri server, string reason);
}
