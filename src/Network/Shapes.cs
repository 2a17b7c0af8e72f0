using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Berth.Domain;

namespace Berth.Network;

internal sealed record FilterShape(string? Name, [property: JsonPropertyName("Value")] IReadOnlyList<string>? Values);

internal sealed record TagShape(string? Key, string? Value);

internal sealed record TagSpecificationShape(string? ResourceType, [property: JsonPropertyName("Tag")] IReadOnlyList<TagShape>? Tags);

internal sealed record AttributeBooleanValueShape(bool? Value);

internal sealed record CidrBlockStateShape(string State, string? StatusMessage = null);

internal sealed record VpcCidrBlockAssociationShape(string AssociationId, string CidrBlock, CidrBlockStateShape CidrBlockState);

internal sealed record VpcShape(
    string CidrBlock,
    string DhcpOptionsId,
    string State,
    string VpcId,
    string OwnerId,
    string InstanceTenancy,
    IReadOnlyList<VpcCidrBlockAssociationShape> CidrBlockAssociationSet,
    bool IsDefault,
    [property: JsonPropertyName("tagSet")] IReadOnlyList<TagShape>? Tags);

internal sealed record PrivateDnsNameOptionsOnLaunchShape(string HostnameType, bool EnableResourceNameDnsARecord, bool EnableResourceNameDnsAAAARecord);

internal sealed record SubnetShape(
    string AvailabilityZone,
    string AvailabilityZoneId,
    int AvailableIpAddressCount,
    string CidrBlock,
    bool DefaultForAz,
    bool MapPublicIpOnLaunch,
    bool MapCustomerOwnedIpOnLaunch,
    string State,
    string SubnetId,
    string VpcId,
    string OwnerId,
    bool AssignIpv6AddressOnCreation,
    [property: JsonPropertyName("tagSet")] IReadOnlyList<TagShape>? Tags,
    string SubnetArn,
    bool EnableDns64,
    bool Ipv6Native,
    PrivateDnsNameOptionsOnLaunchShape PrivateDnsNameOptionsOnLaunch);

internal sealed record AvailabilityZoneShape(
    [property: JsonPropertyName("zoneState")] string State,
    string OptInStatus,
    string RegionName,
    string ZoneName,
    string ZoneId,
    string GroupName,
    string NetworkBorderGroup,
    string ZoneType);

internal sealed record RouteTableAssociationStateShape(string State, string? StatusMessage = null);

internal sealed record RouteTableAssociationShape(
    bool Main, string RouteTableAssociationId, string RouteTableId, string? SubnetId, RouteTableAssociationStateShape AssociationState);

internal sealed record RouteShape(string? DestinationCidrBlock, string? DestinationIpv6CidrBlock, string GatewayId, string Origin, string State);

internal sealed record RouteTableShape(
    [property: JsonPropertyName("associationSet")] IReadOnlyList<RouteTableAssociationShape> Associations,
    string RouteTableId,
    [property: JsonPropertyName("routeSet")] IReadOnlyList<RouteShape> Routes,
    [property: JsonPropertyName("tagSet")] IReadOnlyList<TagShape>? Tags,
    string VpcId,
    string OwnerId);

internal sealed record InternetGatewayAttachmentShape(string State, string VpcId);

internal sealed record InternetGatewayShape(
    [property: JsonPropertyName("attachmentSet")] IReadOnlyList<InternetGatewayAttachmentShape> Attachments,
    string InternetGatewayId,
    string OwnerId,
    [property: JsonPropertyName("tagSet")] IReadOnlyList<TagShape>? Tags);

internal sealed record NetworkAclAssociationShape(string NetworkAclAssociationId, string NetworkAclId, string SubnetId);

internal sealed record NetworkAclEntryShape(string CidrBlock, bool Egress, string Protocol, string RuleAction, int RuleNumber);

internal sealed record NetworkAclShape(
    [property: JsonPropertyName("associationSet")] IReadOnlyList<NetworkAclAssociationShape> Associations,
    [property: JsonPropertyName("entrySet")] IReadOnlyList<NetworkAclEntryShape> Entries,
    [property: JsonPropertyName("default")] bool IsDefault,
    string NetworkAclId,
    [property: JsonPropertyName("tagSet")] IReadOnlyList<TagShape>? Tags,
    string VpcId,
    string OwnerId);

internal sealed record TagDescriptionShape(string Key, string ResourceId, string? ResourceType, string Value);

internal sealed record AccountAttributeValueShape(string AttributeValue);

internal sealed record AccountAttributeShape(
    string AttributeName, [property: JsonPropertyName("attributeValueSet")] IReadOnlyList<AccountAttributeValueShape> AttributeValues);

/// <summary>State in the shapes of the wire.</summary>
internal static class ShapesOfState
{
    public const string Available = "available";
    private const int LastAclRule = 32_767;

    public static IReadOnlyList<TagShape>? ShapeTags(this NetworkState state, string id) =>
        state.TagsOf(id) is { IsEmpty: false } tags ? [.. tags.Select(tag => new TagShape(tag.Key, tag.Value))] : null;

    public static VpcShape Shape(this Vpc vpc, NetworkState state) => new(
        vpc.CidrBlock,
        vpc.DhcpOptionsId,
        Available,
        vpc.Id,
        state.Account,
        "default",
        [new(vpc.CidrAssociationId, vpc.CidrBlock, new("associated"))],
        vpc.IsDefault,
        state.ShapeTags(vpc.Id));

    public static SubnetShape Shape(this Subnet subnet, NetworkState state) => new(
        subnet.ZoneName,
        DefaultNetwork.ZoneId(subnet.ZoneName),
        CidrBlock.AvailableAddresses(subnet.CidrBlock),
        subnet.CidrBlock,
        subnet.DefaultForZone,
        subnet.MapPublicIpOnLaunch,
        MapCustomerOwnedIpOnLaunch: false,
        Available,
        subnet.Id,
        subnet.VpcId,
        state.Account,
        AssignIpv6AddressOnCreation: false,
        state.ShapeTags(subnet.Id),
        $"arn:aws:ec2:{state.Region}:{state.Account}:subnet/{subnet.Id}",
        EnableDns64: false,
        Ipv6Native: false,
        new("ip-name", EnableResourceNameDnsARecord: false, EnableResourceNameDnsAAAARecord: false));

    public static RouteTableShape Shape(this RouteTable table, NetworkState state) => new(
        [.. table.Associations.Select(association => new RouteTableAssociationShape(
            association.SubnetId is null, association.Id, table.Id, association.SubnetId, new("associated")))],
        table.Id,
        [.. table.Routes.Select(route => new RouteShape(
            IsIpv6(route) ? null : route.Destination,
            IsIpv6(route) ? route.Destination : null,
            route.GatewayId,
            route.GatewayId == Route.Local ? "CreateRouteTable" : "CreateRoute",
            IsBlackhole(route, table, state) ? "blackhole" : "active"))],
        state.ShapeTags(table.Id),
        table.VpcId,
        state.Account);

    public static InternetGatewayShape Shape(this InternetGateway gateway, NetworkState state) => new(
        gateway.VpcId is { } vpc ? [new(Available, vpc)] : [],
        gateway.Id,
        state.Account,
        state.ShapeTags(gateway.Id));

    public static NetworkAclShape Shape(this NetworkAcl acl, NetworkState state) => new(
        [.. state.Subnets.Values.Where(subnet => subnet.VpcId == acl.VpcId)
            .Select(subnet => new NetworkAclAssociationShape($"aclassoc-{subnet.Id["subnet-".Length..]}", acl.Id, subnet.Id))],
        [.. ImmutableArray.Create(true, false).SelectMany(egress => ImmutableArray.Create(
            new NetworkAclEntryShape(DefaultNetwork.Everywhere, egress, "-1", "allow", 100),
            new NetworkAclEntryShape(DefaultNetwork.Everywhere, egress, "-1", "deny", LastAclRule)))],
        IsDefault: true,
        acl.Id,
        state.ShapeTags(acl.Id),
        acl.VpcId,
        state.Account);

    private static bool IsIpv6(Route route) => route.Destination.Contains(':', StringComparison.Ordinal);

    private static bool IsBlackhole(Route route, RouteTable table, NetworkState state) =>
        route.GatewayId != Route.Local && state.InternetGateways.GetValueOrDefault(route.GatewayId)?.VpcId != table.VpcId;
}
