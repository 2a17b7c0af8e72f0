using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>A fact about the networks of an account in one region.</summary>
public abstract record NetworkEvent
{
    private NetworkEvent()
    {
    }

    /// <summary>A VPC was created with what every VPC has from the start.</summary>
    public sealed record VpcCreated(Vpc Vpc, RouteTable MainRouteTable, SecurityGroup DefaultGroup, NetworkAcl DefaultAcl) : NetworkEvent;

    /// <summary>A VPC's attributes are now these.</summary>
    public sealed record VpcAttributesModified(string VpcId, bool EnableDnsSupport, bool EnableDnsHostnames, bool EnableNetworkAddressUsageMetrics) : NetworkEvent;

    /// <summary>A VPC is gone, and what every VPC has with it.</summary>
    public sealed record VpcDeleted(string VpcId) : NetworkEvent;

    /// <summary>A subnet was created.</summary>
    public sealed record SubnetCreated(Subnet Subnet) : NetworkEvent;

    /// <summary>A subnet's attributes are now these.</summary>
    public sealed record SubnetAttributesModified(string SubnetId, bool MapPublicIpOnLaunch) : NetworkEvent;

    /// <summary>A subnet is gone, and its association with a route table with it.</summary>
    public sealed record SubnetDeleted(string SubnetId) : NetworkEvent;

    /// <summary>A security group was created.</summary>
    public sealed record SecurityGroupCreated(SecurityGroup Group) : NetworkEvent;

    /// <summary>Rules were added to a security group, or have become these.</summary>
    public sealed record SecurityGroupRulesPut(string GroupId, ImmutableArray<SecurityGroupRule> Rules) : NetworkEvent;

    /// <summary>Rules of a security group are gone.</summary>
    public sealed record SecurityGroupRulesRevoked(string GroupId, ImmutableArray<string> RuleIds) : NetworkEvent;

    /// <summary>A security group is gone.</summary>
    public sealed record SecurityGroupDeleted(string GroupId) : NetworkEvent;

    /// <summary>A route table was created.</summary>
    public sealed record RouteTableCreated(RouteTable RouteTable) : NetworkEvent;

    /// <summary>A route was added to a table.</summary>
    public sealed record RouteCreated(string RouteTableId, Route Route) : NetworkEvent;

    /// <summary>A route of a table is gone.</summary>
    public sealed record RouteDeleted(string RouteTableId, string Destination) : NetworkEvent;

    /// <summary>A route table counts for a subnet.</summary>
    public sealed record RouteTableAssociated(string RouteTableId, RouteTableAssociation Association) : NetworkEvent;

    /// <summary>A route table no longer counts for a subnet.</summary>
    public sealed record RouteTableDisassociated(string RouteTableId, string AssociationId) : NetworkEvent;

    /// <summary>A route table is gone.</summary>
    public sealed record RouteTableDeleted(string RouteTableId) : NetworkEvent;

    /// <summary>An internet gateway was created.</summary>
    public sealed record InternetGatewayCreated(string InternetGatewayId) : NetworkEvent;

    /// <summary>An internet gateway is attached to a VPC; null: to none any more.</summary>
    public sealed record InternetGatewayAttached(string InternetGatewayId, string? VpcId) : NetworkEvent;

    /// <summary>An internet gateway is gone.</summary>
    public sealed record InternetGatewayDeleted(string InternetGatewayId) : NetworkEvent;

    /// <summary>The tags of whatever has the id are now these.</summary>
    public sealed record Tagged(string ResourceId, ImmutableSortedDictionary<string, string> Tags) : NetworkEvent;
}
