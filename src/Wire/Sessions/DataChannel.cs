using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;

namespace Berth.Wire;

/// <summary>How a data channel ended.</summary>
/// <param name="IsClosed">Whether the other end said so; false when the connection broke.</param>
/// <param name="Output">What it said, if anything.</param>
public sealed record ChannelEnd(bool IsClosed, string? Output);

/// <summary>
/// One end of a session's data channel over a WebSocket: sends numbered messages, no more at once than the other end keeps up
/// with, and gives out what arrives, each once and in order. <see cref="SendAsync"/> may be called by several at a time.
/// </summary>
public sealed class DataChannel : IDisposable
{
    /// <summary>Messages, and their bytes, that have arrived and wait to be read; what comes beyond is dropped and so comes again.</summary>
    private const int MostWaiting = 1024, MostWaitingBytes = 1 << 20;

    /// <summary>Acknowledgements that wait to be sent; one that finds no room is made up for when its message comes again.</summary>
    private const int MostAcknowledgements = 256;

    private static readonly TimeSpan ResendInterval = TimeSpan.FromMilliseconds(100), CloseTimeout = TimeSpan.FromSeconds(2);

    private readonly WebSocket socket;
    private readonly TimeProvider clock;
    private readonly string receives;
    private readonly long started;
    private readonly Lock gate = new();
    private readonly OutgoingStream outgoing;
    private readonly IncomingStream incoming = new();
    private readonly Channel<AgentMessage> arrived = Channel.CreateUnbounded<AgentMessage>();    // Bounded by MostWaiting.
    private readonly Channel<AgentMessage> acknowledgements = Channel.CreateBounded<AgentMessage>(new BoundedChannelOptions(MostAcknowledgements) { SingleReader = true });
    private readonly SemaphoreSlim sending = new(1, 1);
    private readonly SemaphoreSlim room = new(OutgoingStream.MostUnacknowledged);
    private TaskCompletionSource? emptied;
    private long lastStreamed;
    private int waitingBytes;

    /// <param name="socket">The connection; stays the caller's.</param>
    /// <param name="sends">The stream type this end sends; it receives the other one.</param>
    /// <param name="clock">The time.</param>
    public DataChannel(WebSocket socket, string sends, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        (this.socket, this.clock, started) = (socket, clock, clock.GetTimestamp());
        receives = sends == AgentMessageType.InputStreamData ? AgentMessageType.OutputStreamData : AgentMessageType.InputStreamData;
        outgoing = new(sends);
        lastStreamed = started;
    }


    /// <summary>How long nothing has been sent or received but acknowledgements.</summary>
    public TimeSpan Idle => clock.GetElapsedTime(Volatile.Read(ref lastStreamed));

    /// <summary>How long the other end has left the oldest message unacknowledged.</summary>
    public TimeSpan Silence
    {
        get
        {
            lock (gate)
            {
                return outgoing.OldestAge(Now);
            }
        }
    }

    private TimeSpan Now => clock.GetElapsedTime(started);

    /// <summary>Sends one numbered message, once there is room for it.</summary>
    /// <param name="type">What the payload is.</param>
    /// <param name="payload">The payload; must not change any more.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task SendAsync(PayloadType type, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        await room.WaitAsync(cancellationToken).ConfigureAwait(false);
        AgentMessage message;
        lock (gate)
        {
            message = outgoing.Send(type, payload, Guid.NewGuid(), clock.GetUtcNow(), Now);
        }

        Volatile.Write(ref lastStreamed, clock.GetTimestamp());
        await TransmitAsync(message, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits for a message; false when the channel has ended and all were read.</summary>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken) => arrived.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>The next message, which stays.</summary>
    public bool TryPeek([NotNullWhen(true)] out AgentMessage? message) => arrived.Reader.TryPeek(out message);

    /// <summary>Takes the next message. Only now is it acknowledged: the other end sends no more than is read.</summary>
    public bool TryRead([NotNullWhen(true)] out AgentMessage? message)
    {
        if (!arrived.Reader.TryRead(out message))
        {
            return false;
        }

        Interlocked.Add(ref waitingBytes, -message.Payload.Length);
        Acknowledge(message);
        return true;
    }

    /// <summary>Takes messages, in order, until the channel ends.</summary>
    public async IAsyncEnumerable<AgentMessage> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (TryRead(out var message))
            {
                yield return message;
            }
        }
    }

    /// <summary>Receives, acknowledges and sends again until the channel ends.</summary>
    public async Task<ChannelEnd> RunAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // Receiving never waits for sending: two ends that did would wait for each other for ever.
        var resending = Task.WhenAll(ResendAsync(over.Token), AcknowledgeAsync(over.Token));
        try
        {
            return await ReceiveAsync(over.Token).ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is WebSocketException or IOException or ObjectDisposedException)
        {
            return new(IsClosed: false, broken.Message);
        }
        finally
        {
            arrived.Writer.TryComplete();
            await over.CancelAsync().ConfigureAwait(false);
            await resending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Waits until all that was sent is acknowledged.</summary>
    public Task WhenArrivedAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (outgoing.IsEmpty)
            {
                return Task.CompletedTask;
            }

            emptied ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return emptied.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Tells the other end that the session is over, and why.</summary>
    public Task TellClosedAsync(string sessionId, string output, CancellationToken cancellationToken) =>
        TransmitAsync(Closed(sessionId, output, clock.GetUtcNow()), cancellationToken);

    /// <summary>The message that ends a session.</summary>
    /// <param name="sessionId">The session.</param>
    /// <param name="output">Why, to be read by the client's user; empty when the command has ended.</param>
    /// <param name="now">The time.</param>
    public static AgentMessage Closed(string sessionId, string output, DateTimeOffset now)
    {
        var id = Guid.NewGuid();
        var content = new ChannelClosedContent
        {
            MessageType = AgentMessageType.ChannelClosed,
            MessageId = id.ToString(),
            DestinationId = sessionId,
            SessionId = sessionId,
            SchemaVersion = 1,
            CreatedDate = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            Output = output,
        };
        return new()
        {
            Type = AgentMessageType.ChannelClosed,
            CreatedMilliseconds = now.ToUnixTimeMilliseconds(),
            Flags = 3,
            Id = id,
            Payload = JsonSerializer.SerializeToUtf8Bytes(content, SessionJson.Default.ChannelClosedContent),
        };
    }

    /// <summary>Ends the connection in order.</summary>
    public async Task CloseAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(CloseTimeout, clock);
            await sending.WaitAsync(limit.Token).ConfigureAwait(false);     // Kept: nothing is sent any more.
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            socket.Abort();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        sending.Dispose();
        room.Dispose();
    }

    private async Task<ChannelEnd> ReceiveAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[AgentMessage.MostBytes];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                if (length == buffer.Length)
                {
                    return new(IsClosed: false, "A message was too long.");
                }

                part = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
                length += part.Count;
            }
            while (!part.EndOfMessage);

            if (part.MessageType == WebSocketMessageType.Close)
            {
                return new(IsClosed: false, socket.CloseStatusDescription);
            }

            if (part.MessageType != WebSocketMessageType.Binary || !AgentMessage.TryDecode(buffer.AsSpan(0, length), out var message))
            {
                continue;
            }

            if (message.Type == AgentMessageType.ChannelClosed)
            {
                return new(IsClosed: true, Read(message.Payload.Span, SessionJson.Default.ChannelClosedContent)?.Output);
            }

            if (message.Type == AgentMessageType.Acknowledge)
            {
                Take(Read(message.Payload.Span, SessionJson.Default.AcknowledgeContent));
            }
            else if (message.Type == receives)
            {
                Take(message);
            }
        }
    }

    private void Take(AcknowledgeContent? acknowledged)
    {
        lock (gate)
        {
            if (acknowledged is null || !outgoing.Acknowledge(acknowledged.AcknowledgedMessageSequenceNumber, Now))
            {
                return;
            }

            if (outgoing.IsEmpty)
            {
                emptied?.TrySetResult();
                emptied = null;
            }
        }

        room.Release();
    }

    private void Take(AgentMessage message)
    {
        if (arrived.Reader.Count >= MostWaiting || Volatile.Read(ref waitingBytes) >= MostWaitingBytes || !incoming.Receive(message, out var inTurn))
        {
            return;
        }

        if (inTurn.Count == 0)
        {
            // It waits for another, or came before. What is yet to be read is acknowledged then.
            if (!arrived.Reader.TryPeek(out var unread) || message.SequenceNumber < unread.SequenceNumber)
            {
                Acknowledge(message);
            }

            return;
        }

        Volatile.Write(ref lastStreamed, clock.GetTimestamp());
        foreach (var next in inTurn)
        {
            Interlocked.Add(ref waitingBytes, next.Payload.Length);
            arrived.Writer.TryWrite(next);
        }
    }

    private void Acknowledge(AgentMessage message)
    {
        var content = new AcknowledgeContent
        {
            AcknowledgedMessageType = message.Type,
            AcknowledgedMessageId = message.Id.ToString(),
            AcknowledgedMessageSequenceNumber = message.SequenceNumber,
            IsSequentialMessage = true,
        };
        acknowledgements.Writer.TryWrite(new()
        {
            Type = AgentMessageType.Acknowledge,
            CreatedMilliseconds = clock.GetUtcNow().ToUnixTimeMilliseconds(),
            Flags = 3,
            Id = Guid.NewGuid(),
            Payload = JsonSerializer.SerializeToUtf8Bytes(content, SessionJson.Default.AcknowledgeContent),
        });
    }

    private async Task AcknowledgeAsync(CancellationToken cancellationToken)
    {
        await foreach (var message in acknowledgements.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            await TransmitAsync(message, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ResendAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(ResendInterval, clock);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            AgentMessage? due;
            lock (gate)
            {
                due = outgoing.Due(Now);
            }

            if (due is not null)
            {
                await TransmitAsync(due, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task TransmitAsync(AgentMessage message, CancellationToken cancellationToken)
    {
        await sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await socket.SendAsync(message.Encode(), WebSocketMessageType.Binary, endOfMessage: true, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            sending.Release();
        }
    }

    private static T? Read<T>(ReadOnlySpan<byte> json, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
