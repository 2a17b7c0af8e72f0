using System.Buffers.Binary;
using System.Numerics;

namespace Berth.Logs;

/// <summary>
/// The unit of writing, reading and indexing: some events of one stream, ordered by position, and where they are in
/// their segment's file. In the file a block is this header in <see cref="HeaderBytes"/> bytes, then the payload.
/// </summary>
internal readonly record struct Block
{
    public const int HeaderBytes = 64;

    /// <summary>An entry of a sealed segment's index: the header and the block's offset.</summary>
    public const int IndexEntryBytes = HeaderBytes + sizeof(long);

    /// <summary>The longest payload that a reader believes: far above what any writer makes.</summary>
    public const int MostPayloadBytes = 64 * 1024 * 1024;

    public required int StreamId { get; init; }

    public required int Count { get; init; }

    /// <summary>The payload's size in the file; less than <see cref="RawBytes"/> when it is compressed.</summary>
    public required int StoredBytes { get; init; }

    public required int RawBytes { get; init; }

    /// <summary>The sequence of the first event, which need not be the lowest once blocks have been merged.</summary>
    public required long FirstSequence { get; init; }

    public required long HighestSequence { get; init; }

    public required long FirstTimestamp { get; init; }

    public required long LastTimestamp { get; init; }

    public required long LastIngestion { get; init; }

    /// <summary>Where the header begins in the file.</summary>
    public long Offset { get; init; }

    /// <summary>In memory only, in a segment still in order of arrival: the index of the stream's previous block, or -1.</summary>
    public int PreviousOfStream { get; init; }

    public long End => Offset + HeaderBytes + StoredBytes;

    public bool Overlaps(long from, long to) => LastTimestamp >= from && FirstTimestamp < to;

    /// <summary>Writes the header, with the checksum of the header and the payload.</summary>
    public void WriteHeader(Span<byte> header, ReadOnlySpan<byte> payload)
    {
        BinaryPrimitives.WriteInt32LittleEndian(header, StoredBytes);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], RawBytes);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], StreamId);
        BinaryPrimitives.WriteInt64LittleEndian(header[16..], FirstSequence);
        BinaryPrimitives.WriteInt64LittleEndian(header[24..], HighestSequence);
        BinaryPrimitives.WriteInt64LittleEndian(header[32..], FirstTimestamp);
        BinaryPrimitives.WriteInt64LittleEndian(header[40..], LastTimestamp);
        BinaryPrimitives.WriteInt64LittleEndian(header[48..], LastIngestion);
        BinaryPrimitives.WriteInt32LittleEndian(header[56..], Count);
        BinaryPrimitives.WriteInt32LittleEndian(header[60..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], Checksum(header, payload));
    }

    /// <summary>Reads a header; false when it cannot be one. Says nothing of the checksum.</summary>
    public static bool TryReadHeader(ReadOnlySpan<byte> header, long offset, out Block block)
    {
        block = new Block
        {
            Offset = offset,
            PreviousOfStream = -1,
            StoredBytes = BinaryPrimitives.ReadInt32LittleEndian(header),
            RawBytes = BinaryPrimitives.ReadInt32LittleEndian(header[8..]),
            StreamId = BinaryPrimitives.ReadInt32LittleEndian(header[12..]),
            FirstSequence = BinaryPrimitives.ReadInt64LittleEndian(header[16..]),
            HighestSequence = BinaryPrimitives.ReadInt64LittleEndian(header[24..]),
            FirstTimestamp = BinaryPrimitives.ReadInt64LittleEndian(header[32..]),
            LastTimestamp = BinaryPrimitives.ReadInt64LittleEndian(header[40..]),
            LastIngestion = BinaryPrimitives.ReadInt64LittleEndian(header[48..]),
            Count = BinaryPrimitives.ReadInt32LittleEndian(header[56..]),
        };
        return block is { StoredBytes: > 0 and <= MostPayloadBytes, RawBytes: > 0 and <= MostPayloadBytes, Count: > 0 }
            && block.StoredBytes <= block.RawBytes;
    }

    /// <summary>Whether header and payload are as they were written.</summary>
    public static bool IsIntact(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload) =>
        BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) == Checksum(header, payload);

    /// <summary>CRC-32C, which the processor computes.</summary>
    public static uint Checksum(ReadOnlySpan<byte> data, uint seed = uint.MaxValue)
    {
        while (data.Length >= sizeof(ulong))
        {
            seed = BitOperations.Crc32C(seed, BinaryPrimitives.ReadUInt64LittleEndian(data));
            data = data[sizeof(ulong)..];
        }

        foreach (var value in data)
        {
            seed = BitOperations.Crc32C(seed, value);
        }

        return seed;
    }

    private static uint Checksum(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload) =>
        Checksum(payload, Checksum(header[8..HeaderBytes]));
}
