using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>A virtual private cloud.</summary>
public sealed record Vpc
{
    /// <summary><c>vpc-…</c></summary>
    public required string Id { get; init; }

    /// <summary>Its addresses.</summary>
    public required string CidrBlock { get; init; }

    /// <summary>Whether it is the one that is there from the start.</summary>
    public bool IsDefault { get; init; }

    /// <summary><c>dopt-…</c></summary>
    public required string DhcpOptionsId { get; init; }

    /// <summary>The id of the association of its block: <c>vpc-cidr-assoc-…</c>.</summary>
    public required string CidrAssociationId { get; init; }

    /// <summary>Whether names are resolved in it.</summary>
    public bool EnableDnsSupport { get; init; }

    /// <summary>Whether instances get names.</summary>
    public bool EnableDnsHostnames { get; init; }

    /// <summary>Whether the use of addresses is measured.</summary>
    public bool EnableNetworkAddressUsageMetrics { get; init; }
}

/// <summary>A subnet.</summary>
public sealed record Subnet
{
    /// <summary><c>subnet-…</c></summary>
    public required string Id { get; init; }

    /// <summary>Its VPC.</summary>
    public required string VpcId { get; init; }

    /// <summary>Its addresses.</summary>
    public required string CidrBlock { get; init; }

    /// <summary>Its availability zone.</summary>
    public required string ZoneName { get; init; }

    /// <summary>Whether it is its zone's default subnet.</summary>
    public bool DefaultForZone { get; init; }

    /// <summary>Whether instances get a public address.</summary>
    public bool MapPublicIpOnLaunch { get; init; }
}

/// <summary>What a rule of a security group lets through.</summary>
public sealed record SecurityGroupRule
{
    /// <summary><c>sgr-…</c></summary>
    public string Id { get; init; } = "";

    /// <summary>Whether it is about what goes out.</summary>
    public bool IsEgress { get; init; }

    /// <summary><c>tcp</c>, <c>udp</c>, <c>icmp</c>, <c>icmpv6</c>, a number, or <c>-1</c> for all.</summary>
    public required string Protocol { get; init; }

    /// <summary>The first port, or the ICMP type; null where there is none.</summary>
    public int? FromPort { get; init; }

    /// <summary>The last port, or the ICMP code; null where there is none.</summary>
    public int? ToPort { get; init; }

    /// <summary>The other side: addresses of IPv4.</summary>
    public string? CidrIpv4 { get; init; }

    /// <summary>The other side: addresses of IPv6.</summary>
    public string? CidrIpv6 { get; init; }

    /// <summary>The other side: a prefix list.</summary>
    public string? PrefixListId { get; init; }

    /// <summary>The other side: a security group.</summary>
    public string? GroupId { get; init; }

    /// <summary>What its creator says of it.</summary>
    public string? Description { get; init; }

    /// <summary>What makes two rules the same: all but the id and the description.</summary>
    public SecurityGroupRule Essence => this with { Id = "", Description = null };
}

/// <summary>A security group. Nothing here filters packets by it.</summary>
public sealed record SecurityGroup
{
    /// <summary><c>sg-…</c></summary>
    public required string Id { get; init; }

    /// <summary>Its VPC.</summary>
    public required string VpcId { get; init; }

    /// <summary>Its name, unique in its VPC.</summary>
    public required string Name { get; init; }

    /// <summary>What its creator says of it.</summary>
    public required string Description { get; init; }

    /// <summary>Its rules, oldest first.</summary>
    public ImmutableArray<SecurityGroupRule> Rules { get => field.IsDefault ? [] : field; init; }
}

/// <summary>A way out of a VPC.</summary>
/// <param name="Destination">A canonical block of IPv4 or IPv6.</param>
/// <param name="GatewayId"><c>local</c>, or an internet gateway.</param>
public sealed record Route(string Destination, string GatewayId)
{
    /// <summary>What stands for the VPC itself.</summary>
    public const string Local = "local";
}

/// <summary>Where a route table counts.</summary>
/// <param name="Id"><c>rtbassoc-…</c></param>
/// <param name="SubnetId">The subnet; null: every subnet that no other table is associated with.</param>
public sealed record RouteTableAssociation(string Id, string? SubnetId);

/// <summary>A route table.</summary>
public sealed record RouteTable
{
    /// <summary><c>rtb-…</c></summary>
    public required string Id { get; init; }

    /// <summary>Its VPC.</summary>
    public required string VpcId { get; init; }

    /// <summary>Its routes, oldest first.</summary>
    public ImmutableArray<Route> Routes { get => field.IsDefault ? [] : field; init; }

    /// <summary>Where it counts.</summary>
    public ImmutableArray<RouteTableAssociation> Associations { get => field.IsDefault ? [] : field; init; }

    /// <summary>Whether it is its VPC's main one.</summary>
    public bool IsMain => Associations.Any(association => association.SubnetId is null);
}

/// <summary>An internet gateway.</summary>
/// <param name="Id"><c>igw-…</c></param>
/// <param name="VpcId">The VPC it is attached to; null for none.</param>
public sealed record InternetGateway(string Id, string? VpcId);

/// <summary>A VPC's default network ACL: it lets everything through, and every subnet of the VPC has it.</summary>
/// <param name="Id"><c>acl-…</c></param>
/// <param name="VpcId">Its VPC.</param>
public sealed record NetworkAcl(string Id, string VpcId);
