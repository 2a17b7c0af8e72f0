using System.Buffers.Text;

namespace Berth.Agent;

/// <summary>Reads the figures that the kernel keeps of a control group, of both versions.</summary>
internal static class ControlGroupFigures
{
    /// <summary>A file that holds one number, such as <c>cpuacct.usage</c>; null where it holds none.</summary>
    public static long? Number(ReadOnlySpan<byte> text) => Utf8Parser.TryParse(text, out long number, out var length) && length > 0 ? number : null;

    /// <summary>One figure of a file with a name and a number a line, such as <c>memory.stat</c>; null where it is not there.</summary>
    public static long? Named(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range];
            if (line.Length > name.Length && line[name.Length] == (byte)' ' && line.StartsWith(name))
            {
                return Number(line[(name.Length + 1)..]);
            }
        }

        return null;
    }

    /// <summary>
    /// Version 1's <c>blkio.*.io_service_bytes*</c>, a device and an operation a line: <c>8:0 Read 4096</c>; null where no
    /// device is listed.
    /// </summary>
    public static BlockBytes? BlockOfVersion1(ReadOnlySpan<byte> text)
    {
        BlockBytes? sum = null;
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range];
            var (first, last) = (line.IndexOf((byte)' '), line.LastIndexOf((byte)' '));
            if (first < 0 || first == last || Number(line[(last + 1)..]) is not { } bytes)
            {
                continue;    // The last line is the total of all.
            }

            var operation = line[(first + 1)..last];
            var before = sum ?? default;
            sum = operation.SequenceEqual("Read"u8) ? before with { Read = before.Read + bytes }
                : operation.SequenceEqual("Write"u8) ? before with { Written = before.Written + bytes }
                : before;
        }

        return sum;
    }

    /// <summary>Version 2's <c>io.stat</c>, a device a line: <c>8:0 rbytes=4096 wbytes=0 …</c>.</summary>
    public static BlockBytes BlockOfVersion2(ReadOnlySpan<byte> text)
    {
        var sum = default(BlockBytes);
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range];
            sum = new(sum.Read + Member(line, " rbytes="u8), sum.Written + Member(line, " wbytes="u8));
        }

        return sum;

        static long Member(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name) =>
            line.IndexOf(name) is >= 0 and var at ? Number(line[(at + name.Length)..]) ?? 0 : 0;
    }
}
