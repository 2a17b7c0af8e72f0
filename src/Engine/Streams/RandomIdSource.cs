using System.Globalization;
using System.Security.Cryptography;
using Berth.Domain;

namespace Berth.Engine;

/// <summary>Ids nobody can guess, from the system's generator.</summary>
public sealed class RandomIdSource : IIdSource
{
    // Random bytes are asked for by the block: the system's price is by the call.
    [ThreadStatic]
    private static Block? block;

    /// <inheritdoc/>
    public string NextHexId() => Convert.ToHexStringLower(Next(16));

    /// <inheritdoc/>
    public string NextUuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        Next(16).CopyTo(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);     // RFC 9562: version 4, the variant of all such ids.
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }

    /// <inheritdoc/>
    public string NextDigits19()
    {
        var number = (BitConverter.ToUInt64(Next(8)) % 9_000_000_000_000_000_000) + 1_000_000_000_000_000_000;
        return number.ToString(CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public int NextIndex(int exclusiveMax) => RandomNumberGenerator.GetInt32(exclusiveMax);

    private static ReadOnlySpan<byte> Next(int count) => (block ??= new()).Next(count);

    private sealed class Block
    {
        private readonly byte[] bytes = new byte[4_096];
        private int used = int.MaxValue;

        public ReadOnlySpan<byte> Next(int count)
        {
            if (used > bytes.Length - count)
            {
                RandomNumberGenerator.Fill(bytes);
                used = 0;
            }

            used += count;
            return bytes.AsSpan(used - count, count);
        }
    }
}
