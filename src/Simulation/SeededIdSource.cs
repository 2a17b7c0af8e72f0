using System.Globalization;
using Berth.Domain;

namespace Berth.Simulation;

/// <summary>Ids and chance of one seed; each kind has a generator of its own, so that one more of a kind shifts no other.</summary>
public sealed class SeededIdSource(int seed) : IIdSource
{
    private readonly Random hex = new(seed);
    private readonly Random uuid = new(seed + 1);
    private readonly Random digits = new(seed + 2);
    private readonly Random chance = new(seed + 3);

    /// <inheritdoc/>
    public string NextHexId()
    {
        Span<byte> bytes = stackalloc byte[16];
        hex.NextBytes(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    /// <inheritdoc/>
    public string NextUuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        uuid.NextBytes(bytes);
        return new Guid(bytes).ToString();
    }

    /// <inheritdoc/>
    public string NextDigits19() => digits.NextInt64(1_000_000_000_000_000_000, long.MaxValue).ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public int NextIndex(int exclusiveMax) => chance.Next(exclusiveMax);
}
