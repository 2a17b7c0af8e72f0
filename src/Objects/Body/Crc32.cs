namespace Berth.Objects;

/// <summary>The checksum of ISO 3309, which today's clients send with every object.</summary>
internal struct Crc32
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(number => Enumerable.Range(0, 8).Aggregate((uint)number, (value, _) => (value >> 1) ^ ((value & 1) * 0xEDB88320)))];

    private uint inverse;

    public void Append(ReadOnlySpan<byte> data)
    {
        var value = ~inverse;
        foreach (var item in data)
        {
            value = (value >> 8) ^ Table[(byte)(value ^ item)];
        }

        inverse = ~value;
    }

    /// <summary>The checksum of all that was appended.</summary>
    public readonly uint Value => inverse;
}
