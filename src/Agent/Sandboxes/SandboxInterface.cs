using System.Net;
using System.Text.RegularExpressions;

namespace Berth.Agent;

/// <summary>The network interface a sandbox is to have: which subnet it is in, and who it is there.</summary>
internal sealed partial record SandboxInterface
{
    public required string AttachmentArn { get; init; }

    public required string SubnetId { get; init; }

    /// <summary>The subnet's block, such as <c>10.0.0.0/24</c>.</summary>
    public required string CidrBlock { get; init; }

    /// <summary>The subnet's gateway, which this machine is.</summary>
    public required string Gateway { get; init; }

    public required string MacAddress { get; init; }

    /// <summary>The name of the subnet's network in Docker, the same for all agents of a machine.</summary>
    public string NetworkName() => $"berth-{NotInNames.Replace(SubnetId, "-")}";

    /// <returns>Null where the payload lacks what an interface needs.</returns>
    public static SandboxInterface? Read(ElasticNetworkInterface given)
    {
        if (given is not { AttachmentArn.Length: > 0, SubnetId.Length: > 0, MacAddress.Length: > 0, SubnetGatewayIpv4Address: { } gateway }
            || gateway.Split('/') is not [var address, var prefix]
            || !IPAddress.TryParse(address, out var host)
            || host.GetAddressBytes() is not { Length: 4 } bytes
            || !int.TryParse(prefix, out var length) || length is < 1 or > 30)
        {
            return null;
        }

        var network = BitConverter.ToUInt32([.. bytes.Reverse()]) & (uint.MaxValue << (32 - length));
        return new()
        {
            AttachmentArn = given.AttachmentArn,
            SubnetId = given.SubnetId,
            CidrBlock = $"{new IPAddress(BitConverter.GetBytes(network).Reverse().ToArray())}/{length}",
            Gateway = address,
            MacAddress = given.MacAddress,
        };
    }

    [GeneratedRegex("[^A-Za-z0-9_.-]")]
    private static partial Regex NotInNames { get; }
}
