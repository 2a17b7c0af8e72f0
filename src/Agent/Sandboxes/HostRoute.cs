using System.Globalization;
using System.Net;

namespace Berth.Agent;

/// <summary>A network this machine has a route to other than its default one.</summary>
internal sealed record HostRoute(string Device, IPNetwork Network)
{
    private const string Table = "/proc/net/route";

    public bool Overlaps(IPNetwork other) => Network.Contains(other.BaseAddress) || other.Contains(Network.BaseAddress);

    /// <summary>The kernel's IPv4 routes; none where there is no such table.</summary>
    public static IEnumerable<HostRoute> Current() => File.Exists(Table) ? Read(File.ReadLines(Table)) : [];

    /// <summary>Reads the kernel's table: addresses are hexadecimal, their first byte last.</summary>
    public static IEnumerable<HostRoute> Read(IEnumerable<string> lines)
    {
        const int DestinationColumn = 1;
        const int MaskColumn = 7;
        foreach (var line in lines.Skip(1))
        {
            var columns = line.Split('\t', StringSplitOptions.TrimEntries);
            if (columns.Length > MaskColumn
                && uint.TryParse(columns[DestinationColumn], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var destination)
                && uint.TryParse(columns[MaskColumn], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var mask)
                && mask != 0)
            {
                yield return new(columns[0], new IPNetwork(new IPAddress(BitConverter.GetBytes(destination & mask)), System.Numerics.BitOperations.PopCount(mask)));
            }
        }
    }
}
