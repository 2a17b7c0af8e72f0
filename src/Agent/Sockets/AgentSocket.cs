using System.Net.WebSockets;
using Microsoft.Extensions.Logging;

namespace Berth.Agent;

/// <summary>How a connection to the backend ended.</summary>
internal enum SocketEnd
{
    /// <summary>By the backend's close frame or the end of the stream: to be opened again at once.</summary>
    Orderly,

    /// <summary>By a failure: to be opened again after a wait.</summary>
    Failed,
}

/// <summary>One connection's duties, the same on both channels: read messages, notice silence, renew in time.</summary>
internal sealed partial class AgentSocket(WebSocket socket, TimeProvider clock, TimeSpan inactivity, TimeSpan renewal, ILogger logger) : IDisposable
{
    /// <summary>The longest message read: far more than a payload of one task needs.</summary>
    private const int MaxMessageBytes = 16 << 20;

    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SendTimeout = TimeSpan.FromMinutes(3);

    private readonly SemaphoreSlim sending = new(1, 1);
    private long lastHeard = clock.GetTimestamp();

    /// <summary>Resets the inactivity timer. Which messages count differs between the channels.</summary>
    public void Heard() => Volatile.Write(ref lastHeard, clock.GetTimestamp());

    public async Task SendAsync(ReadOnlyMemory<byte> text, CancellationToken cancellationToken)
    {
        await sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(SendTimeout);
            await socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"A message could not be sent within {SendTimeout.TotalMinutes:0} min.");
        }
        finally
        {
            sending.Release();
        }
    }

    /// <summary>Reads until the connection ends; messages are handled one at a time, in order.</summary>
    public async Task<SocketEnd> RunAsync(Func<ReadOnlyMemory<byte>, CancellationToken, Task> handle, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = WatchAsync(over);
        try
        {
            return await ReadAsync(handle, over.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return SocketEnd.Failed;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await CloseAsync("The agent ends").ConfigureAwait(false);
            throw;
        }
        catch (Exception broken) when (broken is WebSocketException or IOException or ObjectDisposedException)
        {
            LogBroken(broken.Message);
            return SocketEnd.Orderly;
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose()
    {
        socket.Dispose();
        sending.Dispose();
    }

    private async Task<SocketEnd> ReadAsync(Func<ReadOnlyMemory<byte>, CancellationToken, Task> handle, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        var length = 0;
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await CloseAsync("").ConfigureAwait(false);
                return socket.CloseStatus is null or WebSocketCloseStatus.NormalClosure or WebSocketCloseStatus.EndpointUnavailable or WebSocketCloseStatus.InternalServerError
                    ? SocketEnd.Orderly
                    : SocketEnd.Failed;
            }

            length += received.Count;
            if (received.EndOfMessage)
            {
                await handle(buffer.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
                length = 0;
                if (buffer.Length > 1 << 16)
                {
                    buffer = new byte[4096]; // One large payload does not keep its memory.
                }
            }
            else if (length == buffer.Length)
            {
                if (length >= MaxMessageBytes)
                {
                    LogTooLong(MaxMessageBytes);
                    return SocketEnd.Failed;
                }

                Array.Resize(ref buffer, length * 2);
            }
        }
    }

    /// <summary>Ends the connection after a silence, or when it has become old.</summary>
    private async Task WatchAsync(CancellationTokenSource over)
    {
        var opened = clock.GetTimestamp();
        while (!over.IsCancellationRequested)
        {
            var silence = clock.GetElapsedTime(Volatile.Read(ref lastHeard));
            var age = clock.GetElapsedTime(opened);
            if (silence >= inactivity)
            {
                LogSilent(silence.TotalSeconds);
                await over.CancelAsync().ConfigureAwait(false);
                return;
            }

            if (age >= renewal)
            {
                await CloseAsync("ConnectionExpired: Reconnect to continue").ConfigureAwait(false);
                renewal = TimeSpan.MaxValue;
            }

            var next = inactivity - silence < renewal - age ? inactivity - silence : renewal - age;
            await Task.Delay(next > TimeSpan.Zero ? next : TimeSpan.FromMilliseconds(1), clock, over.Token).ConfigureAwait(false);
        }
    }

    private async Task CloseAsync(string why)
    {
        try
        {
            using var limit = new CancellationTokenSource(CloseTimeout);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, why, limit.Token).ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The other side is gone, which is what was wanted.
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The connection to the backend ended: {Reason}")]
    private partial void LogBroken(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The backend sent a message of more than {Bytes} bytes.")]
    private partial void LogTooLong(int bytes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The backend has been silent for {Seconds:0} s; the connection is replaced.")]
    private partial void LogSilent(double seconds);
}
