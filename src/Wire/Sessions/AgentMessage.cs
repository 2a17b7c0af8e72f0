using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Berth.Wire;

/// <summary>The message types of a data channel, as they stand in a frame.</summary>
public static class AgentMessageType
{
    /// <summary>From the client to the agent: a numbered part of what is typed.</summary>
    public const string InputStreamData = "input_stream_data";

    /// <summary>From the agent to the client: a numbered part of what is shown.</summary>
    public const string OutputStreamData = "output_stream_data";

    /// <summary>A numbered message has arrived; the payload is a <see cref="AcknowledgeContent"/>.</summary>
    public const string Acknowledge = "acknowledge";

    /// <summary>The session is over; the payload is a <see cref="ChannelClosedContent"/>.</summary>
    public const string ChannelClosed = "channel_closed";
}

/// <summary>What the payload of a numbered message is.</summary>
public enum PayloadType
{
    /// <summary>Nothing in particular: acknowledgements and ends.</summary>
    None = 0,

    /// <summary>Bytes of a terminal, or of standard input and output.</summary>
    Output = 1,

    /// <summary>A <see cref="TerminalSize"/>.</summary>
    Size = 3,

    /// <summary>A <see cref="HandshakeRequest"/>.</summary>
    HandshakeRequest = 5,

    /// <summary>A <see cref="HandshakeResponse"/>.</summary>
    HandshakeResponse = 6,

    /// <summary>A <see cref="HandshakeComplete"/>.</summary>
    HandshakeComplete = 7,

    /// <summary>A <see cref="SessionFlag"/>, four bytes, the highest first.</summary>
    Flag = 10,

    /// <summary>Bytes of standard error, where there is no terminal that mixes them in.</summary>
    StandardError = 11,

    /// <summary>The command's exit code in decimal digits; only for clients that asked for it.</summary>
    ExitCode = 12,
}

/// <summary>What a client says by <see cref="PayloadType.Flag"/>.</summary>
public enum SessionFlag
{
    /// <summary>The session shall end.</summary>
    TerminateSession = 2,

    /// <summary>Standard input has ended: Berth's own, for commands without a terminal.</summary>
    EndOfInput = 0x42455254,
}

/// <summary>
/// One frame of a data channel: 120 bytes of header, all numbers with the highest byte first, and a payload.
/// </summary>
/// <remarks>
/// Source: the public clients and agents of AWS Systems Manager. The header is: its length without the last field (4 bytes,
/// always 116), message type (32, filled up with blanks), schema version (4), milliseconds since the epoch (8), sequence
/// number (8), flags (8: 1 is the first of its stream, 2 the last), id (16: a UUID whose halves have changed places),
/// SHA-256 of the payload (32), payload type (4), payload length (4).
/// </remarks>
public sealed record AgentMessage
{
    /// <summary>The largest frame that is taken: far more than the clients send.</summary>
    public const int MostBytes = 64 * 1024;

    /// <summary>Bytes before the payload.</summary>
    public const int HeaderBytes = 120;

    private const int TypeAt = 4, TypeBytes = 32, SchemaAt = 36, CreatedAt = 40, SequenceAt = 48, FlagsAt = 56, IdAt = 64, DigestAt = 80, PayloadTypeAt = 112, LengthAt = 116;

    /// <summary>One of <see cref="AgentMessageType"/>; others are passed over.</summary>
    public required string Type { get; init; }

    /// <summary>Milliseconds since the epoch, never 0.</summary>
    public required long CreatedMilliseconds { get; init; }

    /// <summary>Counted from 0 in each direction, for the two stream types.</summary>
    public long SequenceNumber { get; init; }

    /// <summary>1 is the first of its stream, 2 the last, 3 stands alone.</summary>
    public long Flags { get; init; }

    /// <summary>Which message this is.</summary>
    public required Guid Id { get; init; }

    /// <summary>What <see cref="Payload"/> is.</summary>
    public PayloadType PayloadType { get; init; }

    /// <summary>At most <see cref="MostBytes"/> less the header.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>The frame's bytes.</summary>
    public byte[] Encode()
    {
        var frame = new byte[HeaderBytes + Payload.Length];
        var bytes = frame.AsSpan();
        BinaryPrimitives.WriteInt32BigEndian(bytes, LengthAt);
        bytes.Slice(TypeAt, TypeBytes).Fill((byte)' ');
        Encoding.ASCII.GetBytes(Type, bytes.Slice(TypeAt, TypeBytes));
        BinaryPrimitives.WriteInt32BigEndian(bytes[SchemaAt..], 1);
        BinaryPrimitives.WriteInt64BigEndian(bytes[CreatedAt..], CreatedMilliseconds);
        BinaryPrimitives.WriteInt64BigEndian(bytes[SequenceAt..], SequenceNumber);
        BinaryPrimitives.WriteInt64BigEndian(bytes[FlagsAt..], Flags);
        Span<byte> id = stackalloc byte[16];
        Id.TryWriteBytes(id, bigEndian: true, out _);
        id[8..].CopyTo(bytes[IdAt..]);
        id[..8].CopyTo(bytes[(IdAt + 8)..]);
        SHA256.HashData(Payload.Span, bytes[DigestAt..]);
        BinaryPrimitives.WriteInt32BigEndian(bytes[PayloadTypeAt..], (int)PayloadType);
        BinaryPrimitives.WriteInt32BigEndian(bytes[LengthAt..], Payload.Length);
        Payload.Span.CopyTo(bytes[HeaderBytes..]);
        return frame;
    }

    /// <summary>Reads a frame; its payload is a copy.</summary>
    /// <remarks>
    /// The digest is not looked at, as the public agent does not: a broken connection cannot alter a byte unnoticed, and some clients
    /// send digits instead.
    /// </remarks>
    /// <returns>False when the bytes are no frame.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> frame, [NotNullWhen(true)] out AgentMessage? message)
    {
        message = null;
        if (frame.Length is < HeaderBytes or > MostBytes
            || BinaryPrimitives.ReadInt32BigEndian(frame) != LengthAt
            || BinaryPrimitives.ReadInt32BigEndian(frame[LengthAt..]) != frame.Length - HeaderBytes)
        {
            return false;
        }

        var created = BinaryPrimitives.ReadInt64BigEndian(frame[CreatedAt..]);
        var type = TypeOf(frame);
        if (created <= 0 || type.Length == 0)
        {
            return false;
        }

        Span<byte> id = stackalloc byte[16];
        frame.Slice(IdAt, 8).CopyTo(id[8..]);
        frame.Slice(IdAt + 8, 8).CopyTo(id);
        message = new()
        {
            Type = type,
            CreatedMilliseconds = created,
            SequenceNumber = BinaryPrimitives.ReadInt64BigEndian(frame[SequenceAt..]),
            Flags = BinaryPrimitives.ReadInt64BigEndian(frame[FlagsAt..]),
            Id = new Guid(id, bigEndian: true),
            PayloadType = (PayloadType)BinaryPrimitives.ReadInt32BigEndian(frame[PayloadTypeAt..]),
            Payload = frame[HeaderBytes..].ToArray(),
        };
        return true;
    }

    /// <summary>The message type of a frame that is otherwise passed on unread; empty when there is none.</summary>
    public static string TypeOf(ReadOnlySpan<byte> frame) =>
        frame.Length < HeaderBytes ? "" : Encoding.ASCII.GetString(frame.Slice(TypeAt, TypeBytes).Trim("\0 "u8));
}
