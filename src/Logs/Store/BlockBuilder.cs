using System.Buffers;

namespace Berth.Logs;

/// <summary>
/// Gathers events of one stream, in order, into a block's payload. An event is four varints (timestamp, sequence and
/// ingestion time as differences from the event before, then the message's length) and the message in UTF-8.
/// Differences keep the payload valid whatever sequence the block is given when it is committed.
/// </summary>
internal sealed class BlockBuilder : IDisposable
{
    /// <summary>The most bytes that an event takes beside its message: three varints of 10 bytes and one of 5.</summary>
    private const int MostEventOverhead = 35;

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(4096);
    private Position first;
    private Position last;
    private long highestSequence;
    private long previousIngestion;
    private long lastIngestion;

    public int Count { get; private set; }

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Payload => buffer.AsMemory(0, Length);

    /// <summary>Adds an event and returns the room for its message, to be filled before the next call.</summary>
    public Span<byte> Add(Position position, long ingestedAt, int messageBytes)
    {
        if (Count == 0)
        {
            first = last = position;
            previousIngestion = position.Timestamp;
        }

        Reserve(messageBytes + MostEventOverhead);
        WriteVarint((ulong)(position.Timestamp - last.Timestamp));
        WriteVarint(ZigZag(position.Sequence - last.Sequence));
        WriteVarint(ZigZag(ingestedAt - previousIngestion));
        WriteVarint((ulong)messageBytes);
        last = position;
        previousIngestion = ingestedAt;
        lastIngestion = Math.Max(lastIngestion, ingestedAt);
        highestSequence = Math.Max(highestSequence, position.Sequence);
        Count++;
        var room = buffer.AsSpan(Length, messageBytes);
        Length += messageBytes;
        return room;
    }

    /// <summary>The header for what was gathered, when its payload is stored as it is.</summary>
    public Block Describe(int streamId) => new()
    {
        StreamId = streamId,
        Count = Count,
        StoredBytes = Length,
        RawBytes = Length,
        FirstSequence = first.Sequence,
        HighestSequence = highestSequence,
        FirstTimestamp = first.Timestamp,
        LastTimestamp = last.Timestamp,
        LastIngestion = lastIngestion,
        PreviousOfStream = -1,
    };

    public void Clear()
    {
        Count = 0;
        Length = 0;
        lastIngestion = 0;
        highestSequence = 0;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    /// <summary>Reads a payload back, event by event, with no trust in its content beyond the checksum that was tested.</summary>
    public static IEnumerable<StoredEvent> Read(Block block, ReadOnlyMemory<byte> payload)
    {
        var timestamp = block.FirstTimestamp;
        var sequence = block.FirstSequence;
        var ingestedAt = timestamp;
        var at = 0;
        for (var i = 0; i < block.Count; i++)
        {
            timestamp += (long)ReadVarint(payload.Span, ref at);
            sequence += UnZigZag(ReadVarint(payload.Span, ref at));
            ingestedAt += UnZigZag(ReadVarint(payload.Span, ref at));
            var length = (int)ReadVarint(payload.Span, ref at);
            yield return new(block.StreamId, new(timestamp, sequence), ingestedAt, payload.Slice(at, length));
            at += length;
        }
    }

    private static ulong ReadVarint(ReadOnlySpan<byte> data, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = data[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }

    private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    private static long UnZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    private void WriteVarint(ulong value)
    {
        while (value >= 0x80)
        {
            buffer[Length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        buffer[Length++] = (byte)value;
    }

    private void Reserve(int bytes)
    {
        if (buffer.Length - Length >= bytes)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(buffer.Length * 2, Length + bytes));
        buffer.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
