using System.Globalization;
using System.Security.Cryptography;
using Berth.Domain;

namespace Berth.Engine;

/// <summary>Ids nobody can guess, from the system's generator.</summary>
public sealed class RandomIdSource : IIdSource
{
    /// <inheritdoc/>
    public string NextHexId()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    /// <inheritdoc/>
    public string NextUuid() => Guid.NewGuid().ToString();

    /// <inheritdoc/>
    public string NextDigits19()
    {
        Span<byte> bytes = stackalloc byte[8];
        RandomNumberGenerator.Fill(bytes);
        var number = (BitConverter.ToUInt64(bytes) % 9_000_000_000_000_000_000) + 1_000_000_000_000_000_000;
        return number.ToString(CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public int NextIndex(int exclusiveMax) => RandomNumberGenerator.GetInt32(exclusiveMax);
}
