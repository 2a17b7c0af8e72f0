using System.Net.WebSockets;

namespace Berth.Api;

/// <summary>Reads whole messages of a socket, up to a size. The memory returned is good until the next read.</summary>
internal sealed class FrameReader(WebSocket socket, int mostBytes)
{
    private byte[] buffer = new byte[4096];

    /// <summary>The next message; null when the other side closed or sent one that is too large.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        for (var length = 0; ;)
        {
            if (length == buffer.Length)
            {
                if (length >= mostBytes)
                {
                    return null;
                }

                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, mostBytes));
            }

            var part = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            length += part.Count;
            if (part.EndOfMessage)
            {
                return buffer.AsMemory(0, length);
            }
        }
    }
}
