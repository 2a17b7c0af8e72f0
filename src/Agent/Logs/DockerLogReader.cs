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
    /// <summary>The most characters of a time: nine digits of a second, and an offset.</summary>
    private const int MaxTimeBytes = 35;

    public DateTimeOffset At => DateTimeOffset.Parse(Time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>The length of the time that a message begins with, and of the blank behind it; 0 where there is none.</summary>
    public static int StampBytes(ReadOnlySpan<byte> message)
    {
        var blank = message[..Math.Min(message.Length, MaxTimeBytes + 1)].IndexOf((byte)' ');
        if (blank < 0)
        {
            return 0;
        }

        Span<char> time = stackalloc char[MaxTimeBytes];
        time = time[..Encoding.ASCII.GetChars(message[..blank], time)];
        return time is [_, _, _, _, '-', _, _, '-', _, _, 'T', ..] && DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _) ? blank + 1 : 0;
    }

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
/// with one it is the messages alone. Each message begins with its time and a blank. Lines over 16 KiB come as several
/// messages of the same time, of which only the last has an end of line.
/// </remarks>
internal sealed class DockerLogReader(Stream source, bool isTerminal)
{
    /// <summary>The longest line taken in one; CloudWatch Logs takes 256 KiB less the 26 bytes an event costs.</summary>
    internal const int MaxLineBytes = (256 * 1024) - 26;

    private const int HeadBytes = 8;
    private const int MaxFrameBytes = 1 << 20;
    private const byte TerminalStream = 1;

    /// <summary>Docker takes lines apart after so many bytes, of which bytes that are no text may have become three.</summary>
    private const int PieceBytes = 16 * 1024;

    /// <summary>More than a message of a terminal has; one that is longer all the same is taken apart here.</summary>
    private const int MaxTerminalMessageBytes = 4 * PieceBytes;

    private readonly Dictionary<byte, Piece> open = [];

    /// <summary>Also that of a message without one.</summary>
    private string? lastTime;

    private sealed record Piece(string Time, MemoryStream Bytes);

    public async IAsyncEnumerable<LogLine> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (stream, message) in (isTerminal ? MessagesAsync(cancellationToken) : FramesAsync(cancellationToken)).ConfigureAwait(false))
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
        var stamp = LogLine.StampBytes(message);
        if (stamp > 0)
        {
            lastTime = Encoding.ASCII.GetString(message[..(stamp - 1)]);
        }

        if (lastTime is not { } time)
        {
            return lines;
        }

        var text = message[stamp..];
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

    /// <summary>
    /// Messages of a terminal have no head: each ends with its line, or where the same time stands again, which is where
    /// the next piece of the line begins.
    /// </summary>
    private async IAsyncEnumerable<(byte Stream, ReadOnlyMemory<byte> Message)> MessagesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxTerminalMessageBytes];
        var length = 0;
        int read;
        while ((read = await source.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false)) > 0)
        {
            length += read;
            var from = 0;
            int end;
            while ((end = EndOfMessage(buffer.AsSpan(from, length - from))) > 0)
            {
                yield return (TerminalStream, buffer.AsMemory(from, end));
                from += end;
            }

            buffer.AsSpan(from, length - from).CopyTo(buffer);
            length -= from;
            if (length == buffer.Length)
            {
                // Goes out as it is. What follows is of the same line, and so of its time.
                yield return (TerminalStream, buffer);
                length = LogLine.StampBytes(buffer);
            }
        }

        if (length > 0)
        {
            yield return (TerminalStream, buffer.AsMemory(0, length));
        }
    }

    /// <returns>How many bytes the first message has; 0 where its end is not there yet.</returns>
    private static int EndOfMessage(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)'\n') + 1;
        var within = end == 0 ? bytes : bytes[..end];
        if (within.Length <= PieceBytes)
        {
            return end;
        }

        var stamp = LogLine.StampBytes(bytes);
        var next = stamp == 0 ? -1 : within[PieceBytes..].IndexOf(bytes[..stamp]);
        return next < 0 ? end : PieceBytes + next;
    }
}
