using System.Buffers.Binary;
using System.IO.Compression;

namespace Berth.Logs;

/// <summary>
/// One file of a group's events. It begins as a log (<c>.log</c>): blocks in order of arrival, appended by the group's
/// writer, found in memory by a chain of each stream's blocks. When it is full it is rewritten as a sealed segment
/// (<c>.seg</c>): ordered by stream and time, in compressed blocks, with an index at the end. Files are named by their
/// first sequence, and are kept while a reader uses them.
/// </summary>
/// <remarks>Sealed: magic, blocks, index entries, then offset of the index (8 bytes), entries (4), checksum of the index (4).</remarks>
internal sealed class Segment
{
    public const string LogExtension = ".log";
    public const string SealedExtension = ".seg";

    /// <summary>The first bytes of a file of either kind; the digit is the format's version.</summary>
    public static ReadOnlySpan<byte> Magic => "BerthLg1"u8;

    private const int TrailerBytes = 16;

    private readonly FileHandles files;
    private readonly Lock gate = new();
    private readonly Dictionary<int, int> newestOfStream = [];
    private Block[] blocks = [];
    private int count;
    private int readers;
    private bool isDoomed;

    private Segment(string path, FileHandles files)
    {
        Path = path;
        this.files = files;
        Length = Magic.Length;
    }

    public string Path { get; }

    public bool IsSealed => Path.EndsWith(SealedExtension, StringComparison.Ordinal);

    public long FirstSequence => Convert.ToInt64(System.IO.Path.GetFileNameWithoutExtension(Path), 16);

    /// <summary>Where the next block goes: the end of the last that is committed.</summary>
    public long Length { get; private set; }

    public long HighestSequence { get; private set; }

    public long FirstTimestamp { get; private set; } = long.MaxValue;

    public long LastTimestamp { get; private set; } = long.MinValue;

    /// <summary>When the oldest block was written, or null while there is none.</summary>
    public long? FirstIngestion { get; private set; }

    /// <summary>The events' size before compression.</summary>
    public long RawBytes { get; private set; }

    public int Count => Volatile.Read(ref count);

    /// <summary>Creates an empty log, durably.</summary>
    public static Segment CreateLog(string directory, long firstSequence, FileHandles files)
    {
        var path = System.IO.Path.Combine(directory, $"{firstSequence:x16}{LogExtension}");
        using (var handle = File.OpenHandle(path, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(handle, Magic, 0);
            RandomAccess.FlushToDisk(handle);
        }

        FileHandles.SyncDirectory(directory);
        return new Segment(path, files);
    }

    /// <summary>Opens a log and cuts off what a crash left unfinished behind the last intact block.</summary>
    /// <param name="path">The file.</param>
    /// <param name="files">Where the file is read through.</param>
    /// <param name="tornBytes">How much was cut off.</param>
    public static Segment OpenLog(string path, FileHandles files, out long tornBytes)
    {
        var segment = new Segment(path, files);
        var fileLength = new FileInfo(path).Length;
        if (fileLength < Magic.Length)
        {
            files.Write(path, [Magic.ToArray()], 0);
            tornBytes = 0;
            return segment;
        }

        segment.Add(Scan(path));
        tornBytes = fileLength - segment.Length;
        if (tornBytes > 0)
        {
            FileHandles.Truncate(path, segment.Length);
        }

        return segment;
    }

    /// <summary>Opens a sealed segment by its index, or by its blocks when the index is damaged.</summary>
    public static Segment OpenSealed(string path, FileHandles files)
    {
        var segment = new Segment(path, files);
        segment.Add(ReadIndex(path, files) ?? Scan(path));
        return segment;
    }

    /// <summary>Writes blocks and their index as a sealed segment, all or nothing, and opens it.</summary>
    /// <param name="path">The file to make.</param>
    /// <param name="files">Where the file is read through.</param>
    /// <param name="content">The blocks, ordered by stream and time; a builder's content is taken before the next is asked for.</param>
    public static Segment WriteSealed(string path, FileHandles files, IEnumerable<(int StreamId, BlockBuilder Events)> content)
    {
        var temporary = path + ".new";
        var written = new List<Block>();
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 18))
        {
            file.Write(Magic);
            Span<byte> header = stackalloc byte[Block.IndexEntryBytes];
            byte[] compressed = [];
            foreach (var (streamId, events) in content)
            {
                var payload = events.Payload.Span;
                Array.Resize(ref compressed, Math.Max(compressed.Length, payload.Length));
                if (BrotliEncoder.TryCompress(payload, compressed.AsSpan(0, payload.Length), out var size, quality: 1, window: 18)
                    && size < payload.Length)
                {
                    payload = compressed.AsSpan(0, size);
                }

                var block = events.Describe(streamId) with { StoredBytes = payload.Length, Offset = file.Position };
                block.WriteHeader(header, payload);
                file.Write(header[..Block.HeaderBytes]);
                file.Write(payload);
                written.Add(block);
            }

            var indexOffset = file.Position;
            var checksum = uint.MaxValue;
            foreach (var block in written)
            {
                block.WriteHeader(header, []);
                BinaryPrimitives.WriteInt64LittleEndian(header[Block.HeaderBytes..], block.Offset);
                checksum = Block.Checksum(header, checksum);
                file.Write(header);
            }

            BinaryPrimitives.WriteInt64LittleEndian(header, indexOffset);
            BinaryPrimitives.WriteInt32LittleEndian(header[8..], written.Count);
            BinaryPrimitives.WriteUInt32LittleEndian(header[12..], checksum);
            file.Write(header[..TrailerBytes]);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        FileHandles.SyncDirectory(System.IO.Path.GetDirectoryName(path)!); // The path of a file always has one.
        var segment = new Segment(path, files);
        segment.Add(written);
        return segment;
    }

    /// <summary>Makes committed blocks visible to readers. Only the group's writer calls it, in the order of the file.</summary>
    public void Add(IReadOnlyList<Block> added)
    {
        lock (gate)
        {
            if (blocks.Length < count + added.Count)
            {
                Array.Resize(ref blocks, Math.Max(count + added.Count, IsSealed ? 0 : Math.Max(16, blocks.Length * 2)));
            }

            foreach (var block in added)
            {
                var previous = -1;
                if (!IsSealed)
                {
                    previous = newestOfStream.GetValueOrDefault(block.StreamId, -1);
                    newestOfStream[block.StreamId] = count;
                }

                blocks[count] = block with { PreviousOfStream = previous };
                Length = block.End;
                HighestSequence = Math.Max(HighestSequence, block.HighestSequence);
                FirstTimestamp = Math.Min(FirstTimestamp, block.FirstTimestamp);
                LastTimestamp = Math.Max(LastTimestamp, block.LastTimestamp);
                FirstIngestion ??= block.LastIngestion;
                RawBytes += block.RawBytes;
                Volatile.Write(ref count, count + 1);
            }
        }
    }

    /// <summary>Every block, in the order of the file. A block is never changed once it can be seen.</summary>
    public ReadOnlyMemory<Block> Blocks()
    {
        lock (gate)
        {
            return blocks.AsMemory(0, count);
        }
    }

    /// <summary>Collects the blocks of the streams that may hold events from <paramref name="from"/> to before <paramref name="to"/>.</summary>
    /// <param name="streamId">One stream, or null for all.</param>
    /// <param name="from">The earliest timestamp wanted.</param>
    /// <param name="to">The earliest timestamp no longer wanted.</param>
    /// <param name="found">Where the blocks are added, in no order.</param>
    public void Collect(int? streamId, long from, long to, List<(Segment Segment, Block Block)> found)
    {
        ReadOnlySpan<Block> all;
        int newest;
        lock (gate)
        {
            if (count == 0 || LastTimestamp < from || FirstTimestamp >= to)
            {
                return;
            }

            all = blocks.AsSpan(0, count);
            newest = newestOfStream.GetValueOrDefault(streamId ?? 0, -1);
        }

        if (streamId is not { } wanted)
        {
            Take(all, from, to, found);
        }
        else if (IsSealed)
        {
            var begin = LowerBound(all, wanted);
            Take(all[begin..LowerBound(all, wanted + 1)], from, to, found);
        }
        else
        {
            for (; newest >= 0; newest = all[newest].PreviousOfStream)
            {
                Take(all.Slice(newest, 1), from, to, found);
            }
        }
    }

    /// <summary>The payload of a block, decompressed.</summary>
    /// <exception cref="InvalidDataException">The block on the disk is not what was written.</exception>
    public byte[] Read(Block block)
    {
        var stored = new byte[Block.HeaderBytes + block.StoredBytes];
        var header = stored.AsSpan(0, Block.HeaderBytes);
        var payload = stored.AsSpan(Block.HeaderBytes);
        if (files.Read(Path, stored, block.Offset) != stored.Length || !Block.IsIntact(header, payload))
        {
            throw new InvalidDataException($"The block at {block.Offset} of {Path} is damaged.");
        }

        var raw = new byte[block.RawBytes];
        if (block.StoredBytes == block.RawBytes)
        {
            payload.CopyTo(raw);
        }
        else if (!BrotliDecoder.TryDecompress(payload, raw, out var size) || size != raw.Length)
        {
            throw new InvalidDataException($"The block at {block.Offset} of {Path} does not decompress.");
        }

        return raw;
    }

    /// <summary>Keeps the file until <see cref="Release"/>. Not to be called once it is doomed.</summary>
    public void Acquire()
    {
        lock (gate)
        {
            readers++;
        }
    }

    public void Release()
    {
        lock (gate)
        {
            readers--;
        }

        DeleteWhenUnused();
    }

    /// <summary>Deletes the file as soon as no reader uses it.</summary>
    public void Doom()
    {
        lock (gate)
        {
            isDoomed = true;
        }

        DeleteWhenUnused();
    }

    public void Close() => files.Close(Path);

    private void DeleteWhenUnused()
    {
        lock (gate)
        {
            if (!isDoomed || readers > 0)
            {
                return;
            }
        }

        files.Close(Path);
        if (Directory.Exists(System.IO.Path.GetDirectoryName(Path)))
        {
            File.Delete(Path);
        }
    }

    private static List<Block> Scan(string path)
    {
        var found = new List<Block>();
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1 << 18);
        Span<byte> header = stackalloc byte[Block.HeaderBytes];
        if (file.ReadAtLeast(header[..Magic.Length], Magic.Length, throwOnEndOfStream: false) < Magic.Length
            || !header[..Magic.Length].SequenceEqual(Magic))
        {
            throw new InvalidDataException($"{path} is not a log segment of a known version.");
        }

        byte[] payload = [];
        while (true)
        {
            var offset = file.Position;
            if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length
                || !Block.TryReadHeader(header, offset, out var block)
                || block.End > file.Length)
            {
                return found;
            }

            Array.Resize(ref payload, Math.Max(payload.Length, block.StoredBytes));
            file.ReadExactly(payload.AsSpan(0, block.StoredBytes));
            if (!Block.IsIntact(header, payload.AsSpan(0, block.StoredBytes)))
            {
                return found;
            }

            found.Add(block);
        }
    }

    private static List<Block>? ReadIndex(string path, FileHandles files)
    {
        var fileLength = new FileInfo(path).Length;
        Span<byte> trailer = stackalloc byte[TrailerBytes];
        if (fileLength < Magic.Length + TrailerBytes || files.Read(path, trailer, fileLength - TrailerBytes) < TrailerBytes)
        {
            return null;
        }

        var offset = BinaryPrimitives.ReadInt64LittleEndian(trailer);
        var entries = BinaryPrimitives.ReadInt32LittleEndian(trailer[8..]);
        if (offset < Magic.Length || entries < 0 || offset + ((long)entries * Block.IndexEntryBytes) != fileLength - TrailerBytes)
        {
            return null;
        }

        var index = new byte[entries * Block.IndexEntryBytes];
        if (files.Read(path, index, offset) < index.Length
            || Block.Checksum(index) != BinaryPrimitives.ReadUInt32LittleEndian(trailer[12..]))
        {
            return null;
        }

        var found = new List<Block>(entries);
        for (var i = 0; i < entries; i++)
        {
            var entry = index.AsSpan(i * Block.IndexEntryBytes, Block.IndexEntryBytes);
            if (!Block.TryReadHeader(entry, BinaryPrimitives.ReadInt64LittleEndian(entry[Block.HeaderBytes..]), out var block))
            {
                return null;
            }

            found.Add(block);
        }

        return found;
    }

    private void Take(ReadOnlySpan<Block> candidates, long from, long to, List<(Segment Segment, Block Block)> found)
    {
        foreach (ref readonly var block in candidates)
        {
            if (block.Overlaps(from, to))
            {
                found.Add((this, block));
            }
        }
    }

    private static int LowerBound(ReadOnlySpan<Block> sorted, int streamId)
    {
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (sorted[middle].StreamId < streamId)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
