using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Berth.Domain;

/// <summary>
/// What every account has in every region before it makes anything: a VPC with a subnet a zone, a way to the internet, a
/// security group. Its ids follow from account and region, so they are the same for ever and need not be recorded.
/// </summary>
public static class DefaultNetwork
{
    /// <summary>The block of a default VPC.</summary>
    public const string VpcBlock = "172.31.0.0/16";

    /// <summary>The destination that means everywhere.</summary>
    public const string Everywhere = "0.0.0.0/0";

    private const string ZoneLetters = "abc";

    /// <summary>The zones of a region.</summary>
    public static ImmutableArray<string> Zones(string region) => [.. ZoneLetters.Select(letter => $"{region}{letter}")];

    /// <summary>A zone's id, such as <c>use1-az1</c> of <c>us-east-1a</c>.</summary>
    public static string ZoneId(string zone)
    {
        var parts = zone[..^1].Split('-');
        var region = string.Concat(parts.Select((part, index) => index == 0 ? part : part switch
        {
            "northeast" => "ne",
            "northwest" => "nw",
            "southeast" => "se",
            "southwest" => "sw",
            _ => part[..1],
        }));
        return $"{region}-az{ZoneLetters.IndexOf(zone[^1], StringComparison.Ordinal) + 1}";
    }

    /// <summary>The network.</summary>
    public static NetworkState Of(string account, string region)
    {
        string Id(string prefix, string what) =>
            $"{prefix}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{account}/{region}/{what}")))[..17]}";
        var vpc = new Vpc
        {
            Id = Id("vpc", "vpc"),
            CidrBlock = VpcBlock,
            IsDefault = true,
            DhcpOptionsId = Id("dopt", "dhcp-options"),
            CidrAssociationId = Id("vpc-cidr-assoc", "cidr"),
            EnableDnsSupport = true,
            EnableDnsHostnames = true,
        };
        var gateway = new InternetGateway(Id("igw", "internet-gateway"), vpc.Id);
        var table = MainRouteTable(vpc, Id("rtb", "main"), Id("rtbassoc", "main"));
        var state = new NetworkState { Account = account, Region = region }.Apply(new NetworkEvent.VpcCreated(
            vpc,
            table with { Routes = table.Routes.Add(new(Everywhere, gateway.Id)) },
            Group(vpc.Id, Id("sg", "default"), Id("sgr", "ingress"), Id("sgr", "egress")),
            new(Id("acl", "default"), vpc.Id)));
        return state with
        {
            InternetGateways = state.InternetGateways.Add(gateway.Id, gateway),
            Subnets = Zones(region).Select((zone, index) => new Subnet
            {
                Id = Id("subnet", zone),
                VpcId = vpc.Id,
                CidrBlock = $"172.31.{index * 16}.0/20",
                ZoneName = zone,
                DefaultForZone = true,
                MapPublicIpOnLaunch = true,
            }).ToImmutableSortedDictionary(subnet => subnet.Id, subnet => subnet),
        };
    }

    /// <summary>The route table that every VPC has.</summary>
    internal static RouteTable MainRouteTable(Vpc vpc, string id, string associationId) => new()
    {
        Id = id,
        VpcId = vpc.Id,
        Routes = [new(vpc.CidrBlock, Route.Local)],
        Associations = [new(associationId, null)],
    };

    /// <summary>The security group that every VPC has: its members may talk to each other and to everyone.</summary>
    internal static SecurityGroup Group(string vpcId, string id, string ingressId, string egressId) => new()
    {
        Id = id,
        VpcId = vpcId,
        Name = SecurityGroupRules.DefaultName,
        Description = "default VPC security group",
        Rules = [new() { Id = ingressId, Protocol = "-1", GroupId = id }, SecurityGroupRules.AllEgress(egressId)],
    };
}
