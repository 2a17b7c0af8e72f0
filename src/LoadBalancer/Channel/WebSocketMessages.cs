using System.Buffers;
using System.Net.WebSockets;

namespace Berth.LoadBalancer;

/// <summary>Whole text messages over a WebSocket, bounded.</summary>
internal static class WebSocketMessages
{
    /// <summary>Waits for one message; null when the other side has closed.</summary>
    /// <exception cref="InvalidDataException">It is longer than <paramref name="mostBytes"/>.</exception>
    public static async ValueTask<ReadOnlyMemory<byte>?> ReceiveMessageAsync(this WebSocket socket, int mostBytes, CancellationToken cancellationToken)
    {
        var message = new ArrayBufferWriter<byte>(4096);
        while (true)
        {
            var received = await socket.ReceiveAsync(message.GetMemory(4096), cancellationToken).ConfigureAwait(false);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            message.Advance(received.Count);
            if (message.WrittenCount > mostBytes)
            {
                throw new InvalidDataException($"A message of more than {mostBytes} bytes.");
            }

            if (received.EndOfMessage)
            {
                return message.WrittenMemory;
            }
        }
    }
}
