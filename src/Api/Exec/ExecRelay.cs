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
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var clientTurn = new SemaphoreSlim(1, 1);
        var (clientOver, agentOver) = (new TaskCompletionSource(), new TaskCompletionSource());
        var pumps = Task.WhenAll(PumpAsync(client, SendToAgentAsync, clientOver), PumpAsync(agent, SendToClientAsync, agentOver));
        var first = await Task.WhenAny(clientOver.Task, agentOver.Task, ended).ConfigureAwait(false);
        if (first != clientOver.Task && !toldClosed)
        {
            var reason = first == ended ? await ended.ConfigureAwait(false) : "The connection to the container was lost.";
            await TryAsync(async limit =>
            {
                await clientTurn.WaitAsync(limit).ConfigureAwait(false);     // Kept: nothing else is sent any more.
                var frame = DataChannel.Closed(sessionId, reason, clock.GetUtcNow()).Encode();
                await client.SendAsync(frame, WebSocketMessageType.Binary, endOfMessage: true, limit).ConfigureAwait(false);
            }).ConfigureAwait(false);
        }

        // What still comes is read and dropped: a connection that is closed over unread bytes takes back what was sent on it.
        await Task.WhenAll(CloseAsync(client), CloseAsync(agent)).ConfigureAwait(false);
        giveUp.CancelAfter(Patience);
        await pumps.ConfigureAwait(false);

        async Task PumpAsync(WebSocket from, Func<ReadOnlyMemory<byte>, Task> send, TaskCompletionSource over)
        {
            await Task.Yield();
            try
            {
                var reader = new FrameReader(from, AgentMessage.MostBytes);
                while (await reader.ReadAsync(giveUp.Token).ConfigureAwait(false) is { } frame)
                {
                    try
                    {
                        await (over.Task.IsCompleted ? Task.CompletedTask : send(frame)).ConfigureAwait(false);
                    }
                    catch (Exception gone) when (IsGone(gone))
                    {
                        over.TrySetResult();
                    }
                }
            }
            catch (Exception broken) when (IsGone(broken))
            {
                // As good as an end.
            }

            over.TrySetResult();
        }

        async Task SendToAgentAsync(ReadOnlyMemory<byte> frame) =>
            await agent.SendAsync(frame, WebSocketMessageType.Binary, endOfMessage: true, giveUp.Token).ConfigureAwait(false);

        async Task SendToClientAsync(ReadOnlyMemory<byte> frame)
        {
            await clientTurn.WaitAsync(giveUp.Token).ConfigureAwait(false);
            await client.SendAsync(frame, WebSocketMessageType.Binary, endOfMessage: true, giveUp.Token).ConfigureAwait(false);
            toldClosed |= AgentMessage.TypeOf(frame.Span) == AgentMessageType.ChannelClosed;
            clientTurn.Release();
        }
    }

    private Task<bool> CloseAsync(WebSocket socket) => TryAsync(limit => socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit));

    /// <returns>False where the other side is gone, or does not listen.</returns>
    private async Task<bool> TryAsync(Func<CancellationToken, Task> act)
    {
        try
        {
            using var limit = new CancellationTokenSource(Patience, clock);
            await act(limit.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception gone) when (IsGone(gone))
        {
            return false;
        }
    }

    private static bool IsGone(Exception failure) =>
        failure is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException;
}
