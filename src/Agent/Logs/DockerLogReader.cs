using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Berth.Agent;

/// <summary>One line of a container's output.</summary>
/// <param name="Time">Docker's time as Docker writes it, with nanoseconds.</param>
/// <param name="Text">The line without its end.</param>
internal readonly record struct LogLine(string Time, string Text)
{
    public DateTimeOffset At => DateTimeOffset.Parse(Time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>The nanoseconds within the second.</summary>
    public static int Nanoseconds(string time)
    {
        var dot = time.IndexOf('.', StringComparison.Ordinal);
        var fraction = dot < 0 ? "" : time[(dot + 1)..].TrimEnd('Z').Split('+', '-')[0];
        return fraction.Length == 0 ? 0 : int.Parse(fraction.PadRight(9, '0')[..9], NumberStyles.None, CultureInfo.InvariantCulture);
    }
}

/// <summary>Takes Docker's log stream apart: frames, times, and the pieces long lines come in.</summary>
/// <remarks>
/// Without a terminal the stream is frames of an 8-byte head (stream, three zeros, big-endian length) and a message;
/// with one it is plain lines. Each message begins with its time and a blank. Lines over 16 KiB come as several
/// messages of the same time, of which only the last has an end of line.
/// </remarks>
internal sealed class DockerLogReader(Stream source, bool isTerminal)
{
    /// <summary>The longest line taken in one; CloudWatch Logs takes 256 KiB less the 26 bytes an event costs.</summary>
    internal const int MaxLineBytes = (256 * 1024) - 26;

    private const int HeadBytes = 8;
    private const int MaxFrameBytes = 1 << 20;

    private readonly Dictionary<byte, Piece> open = [];

    private sealed record Piece(string Time, MemoryStream Bytes);

    public async IAsyncEnumerable<LogLine> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (stream, message) in (isTerminal ? LinesAsync(cancellationToken) : FramesAsync(cancellationToken)).ConfigureAwait(false))
        {
            foreach (var line in Take(stream, message.Span))
            {
                yield return line;
            }
        }

        foreach (var (time, bytes) in open.Values)
        {
            yield return Line(time, bytes);
        }
    }

    private List<LogLine> Take(byte stream, ReadOnlySpan<byte> message)
    {
        List<LogLine> lines = [];
        var blank = message.IndexOf((byte)' ');
        if (blank < 0)
        {
            return lines;
        }

        var time = Encoding.ASCII.GetString(message[..blank]);
        var text = message[(blank + 1)..];
        if (open.Remove(stream, out var before))
        {
            if (before.Time == time && before.Bytes.Length + text.Length <= MaxLineBytes)
            {
                before.Bytes.Write(text);
                text = before.Bytes.GetBuffer().AsSpan(0, (int)before.Bytes.Length);
            }
            else
            {
                lines.Add(Line(before.Time, before.Bytes));
            }
        }

        if (text.EndsWith("\n"u8))
        {
            text = text[..^1];
            lines.Add(new LogLine(time, Encoding.UTF8.GetString(text.EndsWith("\r"u8) ? text[..^1] : text)));
        }
        else
        {
            var rest = new MemoryStream();
            rest.Write(text);
            open[stream] = new Piece(time, rest);
        }

        return lines;
    }

    private static LogLine Line(string time, MemoryStream bytes) => new(time, Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));

    private async IAsyncEnumerable<(byte Stream, ReadOnlyMemory<byte> Message)> FramesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var head = new byte[HeadBytes];
        var body = new byte[512];
        while (await source.ReadAtLeastAsync(head, HeadBytes, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) == HeadBytes)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(4));
            if (length is < 0 or > MaxFrameBytes)
            {
                throw new IOException($"A frame of {length} bytes is not what Docker sends.");
            }

            if (body.Length < length)
            {
                body = new byte[length];
            }

            await source.ReadExactlyAsync(body.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
            yield return (head[0], body.AsMemory(0, length));
        }
    }

    private async IAsyncEnumerable<(byte Stream, ReadOnlyMemory<byte> Message)> LinesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        var length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, MaxFrameBytes));
                if (length == buffer.Length)
                {
                    yield return (1, buffer.AsMemory(0, length)); // Too long for one; goes out as it is.
                    length = 0;
                }
            }

            var read = await source.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                if (length > 0)
                {
                    yield return (1, buffer.AsMemory(0, length));
                }

                yield break;
            }

            length += read;
            int end;
            var from = 0;
            while ((end = Array.IndexOf(buffer, (byte)'\n', from, length - from)) >= 0)
            {
                yield return (1, buffer.AsMemory(from, end + 1 - from));
                from = end + 1;
            }

            buffer.AsSpan(from, length - from).CopyTo(buffer);
            length -= from;
        }
    }
}
