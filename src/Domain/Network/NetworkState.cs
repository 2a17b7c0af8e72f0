using System.Collections.Immutable;
using System.Diagnostics;

namespace Berth.Domain;

/// <summary>What there is of networks in one account and region. Immutable. All of it by id.</summary>
public sealed record NetworkState
{
    /// <summary>The 12-digit account.</summary>
    public required string Account { get; init; }

    /// <summary>The region.</summary>
    public required string Region { get; init; }

    /// <summary>VPCs.</summary>
    public ImmutableSortedDictionary<string, Vpc> Vpcs { get => field ?? ImmutableSortedDictionary<string, Vpc>.Empty; init; }

    /// <summary>Subnets.</summary>
    public ImmutableSortedDictionary<string, Subnet> Subnets { get => field ?? ImmutableSortedDictionary<string, Subnet>.Empty; init; }

    /// <summary>Security groups.</summary>
    public ImmutableSortedDictionary<string, SecurityGroup> SecurityGroups { get => field ?? ImmutableSortedDictionary<string, SecurityGroup>.Empty; init; }

    /// <summary>Route tables.</summary>
    public ImmutableSortedDictionary<string, RouteTable> RouteTables { get => field ?? ImmutableSortedDictionary<string, RouteTable>.Empty; init; }

    /// <summary>Internet gateways.</summary>
    public ImmutableSortedDictionary<string, InternetGateway> InternetGateways { get => field ?? ImmutableSortedDictionary<string, InternetGateway>.Empty; init; }

    /// <summary>Network ACLs.</summary>
    public ImmutableSortedDictionary<string, NetworkAcl> NetworkAcls { get => field ?? ImmutableSortedDictionary<string, NetworkAcl>.Empty; init; }

    /// <summary>The tags of all of these, and of rules, by the id of what they are on.</summary>
    public ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, string>> Tags
    {
        get => field ?? ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, string>>.Empty;
        init;
    }

    /// <summary>The VPC that is meant where none is named; null when it was deleted.</summary>
    public Vpc? DefaultVpc => Vpcs.Values.FirstOrDefault(vpc => vpc.IsDefault);

    /// <summary>The group that a VPC has from its start; null where there is no such VPC.</summary>
    public SecurityGroup? DefaultGroupOf(string vpcId) =>
        SecurityGroups.Values.FirstOrDefault(group => group.VpcId == vpcId && group.Name == SecurityGroupRules.DefaultName);

    /// <summary>The tags of whatever has the id.</summary>
    public ImmutableSortedDictionary<string, string> TagsOf(string id) => Tags.GetValueOrDefault(id) ?? ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The VPC, or the refusal that there is none.</summary>
    public Vpc Vpc(string id) => Vpcs.GetValueOrDefault(id) ?? throw NetworkRefusal.VpcNotFound(id);

    /// <summary>The subnet, or the refusal that there is none.</summary>
    public Subnet Subnet(string id) => Subnets.GetValueOrDefault(id) ?? throw NetworkRefusal.SubnetNotFound(id);

    /// <summary>The security group, or the refusal that there is none.</summary>
    public SecurityGroup SecurityGroup(string id) => SecurityGroups.GetValueOrDefault(id) ?? throw NetworkRefusal.GroupNotFound(id);

    /// <summary>The route table, or the refusal that there is none.</summary>
    public RouteTable RouteTable(string id) => RouteTables.GetValueOrDefault(id) ?? throw NetworkRefusal.RouteTableNotFound(id);

    /// <summary>The internet gateway, or the refusal that there is none.</summary>
    public InternetGateway InternetGateway(string id) => InternetGateways.GetValueOrDefault(id) ?? throw NetworkRefusal.InternetGatewayNotFound(id);

    internal NetworkState Apply(NetworkEvent fact) => fact switch
    {
        NetworkEvent.VpcCreated created => this with
        {
            Vpcs = Vpcs.SetItem(created.Vpc.Id, created.Vpc),
            RouteTables = RouteTables.SetItem(created.MainRouteTable.Id, created.MainRouteTable),
            SecurityGroups = SecurityGroups.SetItem(created.DefaultGroup.Id, created.DefaultGroup),
            NetworkAcls = NetworkAcls.SetItem(created.DefaultAcl.Id, created.DefaultAcl),
        },
        NetworkEvent.VpcAttributesModified modified => Vpcs.TryGetValue(modified.VpcId, out var vpc)
            ? this with
            {
                Vpcs = Vpcs.SetItem(vpc.Id, vpc with
                {
                    EnableDnsSupport = modified.EnableDnsSupport,
                    EnableDnsHostnames = modified.EnableDnsHostnames,
                    EnableNetworkAddressUsageMetrics = modified.EnableNetworkAddressUsageMetrics,
                }),
            }
            : this,
        NetworkEvent.VpcDeleted deleted => WithoutVpc(deleted.VpcId),
        NetworkEvent.SubnetCreated created => this with { Subnets = Subnets.SetItem(created.Subnet.Id, created.Subnet) },
        NetworkEvent.SubnetAttributesModified modified => Subnets.TryGetValue(modified.SubnetId, out var subnet)
            ? this with { Subnets = Subnets.SetItem(subnet.Id, subnet with { MapPublicIpOnLaunch = modified.MapPublicIpOnLaunch }) }
            : this,
        NetworkEvent.SubnetDeleted deleted => WithoutSubnet(deleted.SubnetId),
        NetworkEvent.SecurityGroupCreated created => this with { SecurityGroups = SecurityGroups.SetItem(created.Group.Id, created.Group) },
        NetworkEvent.SecurityGroupRulesPut put => WithRules(put.GroupId, rules =>
        [
            .. rules.Select(rule => put.Rules.FirstOrDefault(given => given.Id == rule.Id) ?? rule),
            .. put.Rules.Where(given => rules.All(rule => rule.Id != given.Id)),
        ]),
        NetworkEvent.SecurityGroupRulesRevoked revoked => WithRules(revoked.GroupId, rules => rules.RemoveAll(rule => revoked.RuleIds.Contains(rule.Id)))
            with { Tags = Tags.RemoveRange(revoked.RuleIds) },
        NetworkEvent.SecurityGroupDeleted deleted => this with
        {
            SecurityGroups = SecurityGroups.Remove(deleted.GroupId),
            Tags = Tags.RemoveRange([deleted.GroupId, .. SecurityGroups.GetValueOrDefault(deleted.GroupId)?.Rules.Select(rule => rule.Id) ?? []]),
        },
        NetworkEvent.RouteTableCreated created => this with { RouteTables = RouteTables.SetItem(created.RouteTable.Id, created.RouteTable) },
        NetworkEvent.RouteCreated created => WithTable(created.RouteTableId, table => table with
        {
            Routes = [.. table.Routes.Where(route => route.Destination != created.Route.Destination), created.Route],
        }),
        NetworkEvent.RouteDeleted deleted => WithTable(deleted.RouteTableId, table => table with
        {
            Routes = table.Routes.RemoveAll(route => route.Destination == deleted.Destination),
        }),
        NetworkEvent.RouteTableAssociated associated => WithTable(associated.RouteTableId, table => table with
        {
            Associations = table.Associations.Add(associated.Association),
        }),
        NetworkEvent.RouteTableDisassociated disassociated => WithTable(disassociated.RouteTableId, table => table with
        {
            Associations = table.Associations.RemoveAll(association => association.Id == disassociated.AssociationId),
        }),
        NetworkEvent.RouteTableDeleted deleted => this with { RouteTables = RouteTables.Remove(deleted.RouteTableId), Tags = Tags.Remove(deleted.RouteTableId) },
        NetworkEvent.InternetGatewayCreated created => WithGateway(new(created.InternetGatewayId, null)),
        NetworkEvent.InternetGatewayAttached attached => WithGateway(new(attached.InternetGatewayId, attached.VpcId)),
        NetworkEvent.InternetGatewayDeleted deleted => this with
        {
            InternetGateways = InternetGateways.Remove(deleted.InternetGatewayId),
            Tags = Tags.Remove(deleted.InternetGatewayId),
        },
        NetworkEvent.Tagged tagged => this with
        {
            Tags = tagged.Tags.IsEmpty ? Tags.Remove(tagged.ResourceId) : Tags.SetItem(tagged.ResourceId, tagged.Tags),
        },
        _ => throw new UnreachableException($"Unknown fact {fact.GetType().Name}."),
    };

    private NetworkState WithoutVpc(string id)
    {
        string[] gone =
        [
            id,
            .. RouteTables.Values.Where(table => table.VpcId == id).Select(table => table.Id),
            .. SecurityGroups.Values.Where(group => group.VpcId == id).Select(group => group.Id),
            .. NetworkAcls.Values.Where(acl => acl.VpcId == id).Select(acl => acl.Id),
        ];
        return this with
        {
            Vpcs = Vpcs.Remove(id),
            RouteTables = RouteTables.RemoveRange(gone),
            SecurityGroups = SecurityGroups.RemoveRange(gone),
            NetworkAcls = NetworkAcls.RemoveRange(gone),
            Tags = Tags.RemoveRange(gone),
        };
    }

    private NetworkState WithoutSubnet(string id) => this with
    {
        Subnets = Subnets.Remove(id),
        Tags = Tags.Remove(id),
        RouteTables = RouteTables.SetItems(RouteTables
            .Where(table => table.Value.Associations.Any(association => association.SubnetId == id))
            .Select(table => KeyValuePair.Create(table.Key, table.Value with
            {
                Associations = table.Value.Associations.RemoveAll(association => association.SubnetId == id),
            }))),
    };

    private NetworkState WithRules(string groupId, Func<ImmutableArray<SecurityGroupRule>, ImmutableArray<SecurityGroupRule>> change) =>
        SecurityGroups.TryGetValue(groupId, out var group)
            ? this with { SecurityGroups = SecurityGroups.SetItem(groupId, group with { Rules = change(group.Rules) }) }
            : this;

    private NetworkState WithTable(string id, Func<RouteTable, RouteTable> change) =>
        RouteTables.TryGetValue(id, out var table) ? this with { RouteTables = RouteTables.SetItem(id, change(table)) } : this;

    private NetworkState WithGateway(InternetGateway gateway) => this with { InternetGateways = InternetGateways.SetItem(gateway.Id, gateway) };
}

/// <summary>The networks of one account in one region.</summary>
public sealed class NetworkAggregate(string account, string region) : Aggregate<NetworkState, NetworkEvent>(DefaultNetwork.Of(account, region))
{
    /// <inheritdoc/>
    public override void Apply(NetworkEvent fact) => State = State.Apply(fact);
}

/// <summary>Everything there is; the state may be kept, it never changes.</summary>
public sealed record ReadNetwork : Query<NetworkState, NetworkState>
{
    /// <inheritdoc/>
    public override NetworkState Answer(NetworkState state) => state;
}
