using Berth.Domain;

namespace Berth.Network;

/// <summary>Reads where a route goes.</summary>
internal static class RouteDestination
{
    /// <summary>The one destination that is given, canonical.</summary>
    public static string Read(string? ipv4, string? ipv6, string? prefixListId)
    {
        Invalid.Unsupported(prefixListId is not null, "DestinationPrefixListId");
        return ipv6 is null ? Invalid.Cidr(ipv4, "destinationCidrBlock")
            : ipv4 is not null ? throw Invalid.Combination("Only one destination can be given.")
            : CidrBlock.Canonical(ipv6, isIpv6: true) ?? throw Invalid.Value($"Value ({ipv6}) for parameter destinationIpv6CidrBlock is invalid. This is not a valid CIDR block.");
    }
}
