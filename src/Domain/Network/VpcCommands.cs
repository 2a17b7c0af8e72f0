using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>Creates a VPC with its main route table, its security group and its network ACL.</summary>
/// <param name="CidrBlock">Its addresses, canonical.</param>
/// <param name="Tags">Its tags.</param>
public sealed record CreateVpc(string CidrBlock, ImmutableSortedDictionary<string, string> Tags) : Command<NetworkAggregate, Vpc>
{
    /// <summary>VPCs an account may have in a region.</summary>
    public const int MostVpcs = 100;

    /// <inheritdoc/>
    public override Vpc Decide(NetworkAggregate aggregate, DecisionContext context)
    {
        if (Domain.CidrBlock.PrefixLength(CidrBlock) is < 16 or > 28)
        {
            throw new RefusedException("InvalidVpc.Range", $"The CIDR '{CidrBlock}' is invalid.");
        }

        if (aggregate.State.Vpcs.Count >= MostVpcs)
        {
            throw NetworkRefusal.Limit("VpcLimitExceeded", "VPCs", MostVpcs);
        }

        NetworkTags.Check(Tags);
        var vpc = new Vpc
        {
            Id = NetworkIds.Next("vpc", context),
            CidrBlock = CidrBlock,
            DhcpOptionsId = aggregate.State.DefaultVpc?.DhcpOptionsId ?? DefaultNetwork.Of(aggregate.State.Account, aggregate.State.Region).DefaultVpc!.DhcpOptionsId,    // The default network has one.
            CidrAssociationId = NetworkIds.Next("vpc-cidr-assoc", context),
            EnableDnsSupport = true,
        };
        aggregate.Record(new NetworkEvent.VpcCreated(
            vpc,
            DefaultNetwork.MainRouteTable(vpc, NetworkIds.Next("rtb", context), NetworkIds.Next("rtbassoc", context)),
            DefaultNetwork.Group(vpc.Id, NetworkIds.Next("sg", context), NetworkIds.Next("sgr", context), NetworkIds.Next("sgr", context)),
            new(NetworkIds.Next("acl", context), vpc.Id)));
        NetworkTags.Record(aggregate, vpc.Id, Tags);
        return vpc;
    }
}

/// <summary>Sets attributes of a VPC; null leaves one as it is.</summary>
public sealed record ModifyVpcAttributes(string VpcId, bool? EnableDnsSupport, bool? EnableDnsHostnames, bool? EnableNetworkAddressUsageMetrics)
    : Command<NetworkAggregate, bool>
{
    /// <inheritdoc/>
    public override bool Decide(NetworkAggregate aggregate, DecisionContext context)
    {
        var before = aggregate.State.Vpc(VpcId);
        var after = before with
        {
            EnableDnsSupport = EnableDnsSupport ?? before.EnableDnsSupport,
            EnableDnsHostnames = EnableDnsHostnames ?? before.EnableDnsHostnames,
            EnableNetworkAddressUsageMetrics = EnableNetworkAddressUsageMetrics ?? before.EnableNetworkAddressUsageMetrics,
        };
        if (after == before)
        {
            return false;
        }

        aggregate.Record(new NetworkEvent.VpcAttributesModified(before.Id, after.EnableDnsSupport, after.EnableDnsHostnames, after.EnableNetworkAddressUsageMetrics));
        return true;
    }
}

/// <summary>Deletes a VPC that has nothing but what every VPC has.</summary>
public sealed record DeleteVpc(string VpcId) : Command<NetworkAggregate, bool>
{
    /// <inheritdoc/>
    public override bool Decide(NetworkAggregate aggregate, DecisionContext context)
    {
        var (state, vpc) = (aggregate.State, aggregate.State.Vpc(VpcId));
        if (state.Subnets.Values.Any(subnet => subnet.VpcId == vpc.Id)
            || state.InternetGateways.Values.Any(gateway => gateway.VpcId == vpc.Id)
            || state.SecurityGroups.Values.Any(group => group.VpcId == vpc.Id && group.Name != SecurityGroupRules.DefaultName)
            || state.RouteTables.Values.Any(table => table.VpcId == vpc.Id && !table.IsMain))
        {
            throw NetworkRefusal.Dependency($"The vpc '{vpc.Id}' has dependencies and cannot be deleted.");
        }

        aggregate.Record(new NetworkEvent.VpcDeleted(vpc.Id));
        return true;
    }
}

/// <summary>Creates a subnet.</summary>
/// <param name="VpcId">Its VPC.</param>
/// <param name="CidrBlock">Its addresses, canonical.</param>
/// <param name="ZoneName">Its zone; null: the region's first.</param>
/// <param name="Tags">Its tags.</param>
public sealed record CreateSubnet(string VpcId, string CidrBlock, string? ZoneName, ImmutableSortedDictionary<string, string> Tags) : Command<NetworkAggregate, Subnet>
{
    /// <summary>Subnets a VPC may have.</summary>
    public const int MostSubnets = 200;

    /// <inheritdoc/>
    public override Subnet Decide(NetworkAggregate aggregate, DecisionContext context)
    {
        var vpc = aggregate.State.Vpc(VpcId);
        var zones = DefaultNetwork.Zones(aggregate.State.Region);
        if (ZoneName is not null && !zones.Contains(ZoneName))
        {
            throw NetworkRefusal.InvalidValue(
                $"Value ({ZoneName}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: {string.Join(", ", zones)}.");
        }

        if (Domain.CidrBlock.PrefixLength(CidrBlock) is < 16 or > 28 || !Domain.CidrBlock.Contains(vpc.CidrBlock, CidrBlock))
        {
            throw new RefusedException("InvalidSubnet.Range", $"The CIDR '{CidrBlock}' is invalid.");
        }

        var siblings = aggregate.State.Subnets.Values.Where(subnet => subnet.VpcId == vpc.Id).ToList();
        if (siblings.Any(subnet => Domain.CidrBlock.Overlap(subnet.CidrBlock, CidrBlock)))
        {
            throw new RefusedException("InvalidSubnet.Conflict", $"The CIDR '{CidrBlock}' conflicts with another subnet");
        }

        if (siblings.Count >= MostSubnets)
        {
            throw NetworkRefusal.Limit("SubnetLimitExceeded", "subnets", MostSubnets);
        }

        NetworkTags.Check(Tags);
        var created = new Subnet { Id = NetworkIds.Next("subnet", context), VpcId = vpc.Id, CidrBlock = CidrBlock, ZoneName = ZoneName ?? zones[0] };
        aggregate.Record(new NetworkEvent.SubnetCreated(created));
        NetworkTags.Record(aggregate, created.Id, Tags);
        return created;
    }
}

/// <summary>Sets whether instances of a subnet get a public address.</summary>
public sealed record ModifySubnetAttributes(string SubnetId, bool MapPublicIpOnLaunch) : Command<NetworkAggregate, bool>
{
    /// <inheritdoc/>
    public override bool Decide(NetworkAggregate aggregate, DecisionContext context)
    {
        var subnet = aggregate.State.Subnet(SubnetId);
        if (subnet.MapPublicIpOnLaunch == MapPublicIpOnLaunch)
        {
            return false;
        }

        aggregate.Record(new NetworkEvent.SubnetAttributesModified(subnet.Id, MapPublicIpOnLaunch));
        return true;
    }
}

/// <summary>Deletes a subnet.</summary>
public sealed record DeleteSubnet(string SubnetId) : Command<NetworkAggregate, bool>
{
    /// <summary>Whether network interfaces are in it: what runs in clusters is not the network's to know.</summary>
    public bool HasInterfaces { get; init; }

    /// <inheritdoc/>
    public override bool Decide(NetworkAggregate aggregate, DecisionContext context)
    {
        var subnet = aggregate.State.Subnet(SubnetId);
        if (HasInterfaces)
        {
            throw NetworkRefusal.Dependency($"The subnet '{subnet.Id}' has dependencies and cannot be deleted.");
        }

        aggregate.Record(new NetworkEvent.SubnetDeleted(subnet.Id));
        return true;
    }
}
