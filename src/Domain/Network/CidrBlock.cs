using System.Net;
using System.Net.Sockets;

namespace Berth.Domain;

/// <summary>Blocks of addresses as EC2 writes them.</summary>
public static class CidrBlock
{
    /// <summary>The block with the bits behind its prefix cleared, as EC2 does with what it is given; null when it is none.</summary>
    public static string? Canonical(string? text, bool isIpv6 = false)
    {
        var parts = text?.Split('/') ?? [];
        if (parts.Length != 2
            || !IPAddress.TryParse(parts[0], out var address)
            || address.AddressFamily != (isIpv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork)
            || (!isIpv6 && parts[0].Split('.').Length != 4)
            || !byte.TryParse(parts[1], out var length)
            || length > (isIpv6 ? 128 : 32))
        {
            return null;
        }

        var bytes = address.GetAddressBytes();
        for (var bit = length; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return $"{new IPAddress(bytes)}/{parts[1].TrimStart('0').PadLeft(1, '0')}";
    }

    /// <summary>The length of a canonical block's prefix.</summary>
    public static int PrefixLength(string block) => IPNetwork.Parse(block).PrefixLength;

    /// <summary>Whether one canonical block lies in another.</summary>
    public static bool Contains(string outer, string inner)
    {
        var (around, within) = (IPNetwork.Parse(outer), IPNetwork.Parse(inner));
        return around.PrefixLength <= within.PrefixLength && around.Contains(within.BaseAddress);
    }

    /// <summary>Whether two canonical blocks share an address.</summary>
    public static bool Overlap(string left, string right) => Contains(left, right) || Contains(right, left);

    /// <summary>Addresses of a subnet that are there to be had: EC2 keeps five for itself.</summary>
    public static int AvailableAddresses(string block) => (1 << (32 - PrefixLength(block))) - 5;
}
