using System.Buffers.Binary;
using System.Net.Sockets;

namespace Berth.Agent;

/// <summary>A running command's input and output. One reader, one writer.</summary>
internal sealed class DockerExecStream(Socket socket, NetworkStream stream, ReadOnlyMemory<byte> early, bool terminal) : IDisposable
{
    private const int HeaderBytes = 8;
    private const byte ErrorStream = 2;

    private ReadOnlyMemory<byte> early = early;    // Came along with the engine's answer.
    private int partLeft;
    private bool isError;

    /// <summary>Reads some output; zero bytes are its end. Without a terminal, tells standard error apart.</summary>
    public async ValueTask<(int Bytes, bool IsError)> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (terminal)
        {
            return (await ReadSomeAsync(buffer, cancellationToken).ConfigureAwait(false), IsError: false);
        }

        while (partLeft == 0)
        {
            var header = new byte[HeaderBytes];
            for (var length = 0; length < HeaderBytes;)
            {
                var read = await ReadSomeAsync(header.AsMemory(length), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    return (0, IsError: false);
                }

                length += read;
            }

            (isError, partLeft) = (header[0] == ErrorStream, BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4)));
        }

        var bytes = await ReadSomeAsync(buffer[..Math.Min(buffer.Length, partLeft)], cancellationToken).ConfigureAwait(false);
        partLeft -= bytes;
        return (bytes, isError);
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => stream.WriteAsync(bytes, cancellationToken);

    /// <summary>Ends the command's standard input.</summary>
    public void EndInput() => socket.Shutdown(SocketShutdown.Send);

    public void Dispose() => stream.Dispose();

    private async ValueTask<int> ReadSomeAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (early.IsEmpty)
        {
            return await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }

        var bytes = Math.Min(buffer.Length, early.Length);
        early[..bytes].CopyTo(buffer);
        early = early[bytes..];
        return bytes;
    }
}
