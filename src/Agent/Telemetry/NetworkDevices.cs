using System.Buffers.Text;

namespace Berth.Agent;

/// <summary>Reads <c>/proc/PID/net/dev</c>: the devices of a process's network namespace.</summary>
internal static class NetworkDevices
{
    private const int HeadLines = 2;

    /// <summary>The sum over all devices but loopback; null where there is no other.</summary>
    public static NetworkCounters? Read(ReadOnlySpan<byte> text)
    {
        NetworkCounters? sum = null;
        var number = 0;
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range];
            var colon = line.IndexOf((byte)':');
            if (number++ < HeadLines || colon < 0 || line[..colon].Trim((byte)' ').SequenceEqual("lo"u8))
            {
                continue;
            }

            // Received: bytes, packets, errors, dropped and four more; then the same of what was sent.
            var figures = new Words(line[(colon + 1)..]);
            var (rxBytes, rxPackets, rxErrors, rxDropped) = (figures.Next(), figures.Next(), figures.Next(), figures.Next());
            figures.Skip(4);
            sum = (sum ?? default) + new NetworkCounters(rxBytes, rxPackets, rxErrors, rxDropped, figures.Next(), figures.Next(), figures.Next(), figures.Next());
        }

        return sum;
    }

    private ref struct Words(ReadOnlySpan<byte> line)
    {
        private ReadOnlySpan<byte> rest = line;

        public long Next()
        {
            rest = rest.TrimStart((byte)' ');
            var value = Utf8Parser.TryParse(rest, out ulong number, out var length) ? (long)Math.Min(number, long.MaxValue) : 0;
            rest = rest[length..];
            return value;
        }

        public void Skip(int count)
        {
            for (var i = 0; i < count; i++)
            {
                Next();
            }
        }
    }
}
