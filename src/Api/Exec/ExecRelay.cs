using System.Net.WebSockets;
using Berth.Wire;

namespace Berth.Api;

/// <summary>
/// Passes a session's frames on between client and agent, unread: one a direction is in hand, so whoever does not read holds
/// the other up. What the agent cannot say any more, the client is told from here.
/// </summary>
internal sealed class ExecRelay(WebSocket client, WebSocket agent, string sessionId, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private bool toldClosed;

    /// <summary>Runs until one side ends, or <paramref name="ended"/> says what the client is to be told.</summary>
    public async Task RunAsync(Task<string> ended, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var clientTurn = new SemaphoreSlim(1, 1);
        var toAgent = PumpAsync(client, SendToAgentAsync);
        var toClient = PumpAsync(agent, SendToClientAsync);
        var first = await Task.WhenAny(toAgent, toClient, ended).ConfigureAwait(false);
        if (first != toAgent && !toldClosed)
        {
            var reason = first == ended ? await ended.ConfigureAwait(false) : "The connection to the container was lost.";
            await TryAsync(async limit =>
            {
                await clientTurn.WaitAsync(limit).ConfigureAwait(false);     // Kept: nothing else is sent any more.
                var frame = DataChannel.Closed(sessionId, reason, clock.GetUtcNow()).Encode();
                await client.SendAsync(frame, WebSocketMessageType.Binary, endOfMessage: true, limit).ConfigureAwait(false);
            }).ConfigureAwait(false);
        }

        await Task.WhenAll(CloseAsync(client), CloseAsync(agent)).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(toAgent, toClient).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        async Task PumpAsync(WebSocket from, Func<ReadOnlyMemory<byte>, Task> send)
        {
            await Task.Yield();
            try
            {
                var reader = new FrameReader(from, AgentMessage.MostBytes);
                while (await reader.ReadAsync(over.Token).ConfigureAwait(false) is { } frame)
                {
                    await send(frame).ConfigureAwait(false);
                }
            }
            catch (Exception broken) when (broken is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
            {
                // As good as an end.
            }
        }

        async Task SendToAgentAsync(ReadOnlyMemory<byte> frame) =>
            await agent.SendAsync(frame, WebSocketMessageType.Binary, endOfMessage: true, over.Token).ConfigureAwait(false);

        async Task SendToClientAsync(ReadOnlyMemory<byte> frame)
        {
            await clientTurn.WaitAsync(over.Token).ConfigureAwait(false);
            await client.SendAsync(frame, WebSocketMessageType.Binary, endOfMessage: true, over.Token).ConfigureAwait(false);
            toldClosed |= AgentMessage.TypeOf(frame.Span) == AgentMessageType.ChannelClosed;
            clientTurn.Release();
        }
    }

    private Task CloseAsync(WebSocket socket) => TryAsync(limit => socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit));

    private async Task TryAsync(Func<CancellationToken, Task> act)
    {
        try
        {
            using var limit = new CancellationTokenSource(Patience, clock);
            await act(limit.Token).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // It is gone, or does not listen.
        }
    }
}
