using System.Text.Json.Serialization;
using Berth.Domain;

namespace Berth.Journal;

/// <summary>Networks' facts and state as JSON text.</summary>
public static class NetworkCatalog
{
    /// <summary>The catalog.</summary>
    public static EventCatalog<NetworkState, NetworkEvent> Create() => new EventCatalog<NetworkState, NetworkEvent>(NetworkJson.Default.NetworkState)
        .Add("vpc.created", NetworkJson.Default.VpcCreated)
        .Add("vpc.attributesModified", NetworkJson.Default.VpcAttributesModified)
        .Add("vpc.deleted", NetworkJson.Default.VpcDeleted)
        .Add("subnet.created", NetworkJson.Default.SubnetCreated)
        .Add("subnet.attributesModified", NetworkJson.Default.SubnetAttributesModified)
        .Add("subnet.deleted", NetworkJson.Default.SubnetDeleted)
        .Add("securityGroup.created", NetworkJson.Default.SecurityGroupCreated)
        .Add("securityGroup.rulesPut", NetworkJson.Default.SecurityGroupRulesPut)
        .Add("securityGroup.rulesRevoked", NetworkJson.Default.SecurityGroupRulesRevoked)
        .Add("securityGroup.deleted", NetworkJson.Default.SecurityGroupDeleted)
        .Add("routeTable.created", NetworkJson.Default.RouteTableCreated)
        .Add("route.created", NetworkJson.Default.RouteCreated)
        .Add("route.deleted", NetworkJson.Default.RouteDeleted)
        .Add("routeTable.associated", NetworkJson.Default.RouteTableAssociated)
        .Add("routeTable.disassociated", NetworkJson.Default.RouteTableDisassociated)
        .Add("routeTable.deleted", NetworkJson.Default.RouteTableDeleted)
        .Add("internetGateway.created", NetworkJson.Default.InternetGatewayCreated)
        .Add("internetGateway.attached", NetworkJson.Default.InternetGatewayAttached)
        .Add("internetGateway.deleted", NetworkJson.Default.InternetGatewayDeleted)
        .Add("network.tagged", NetworkJson.Default.Tagged);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(NetworkState))]
[JsonSerializable(typeof(NetworkEvent.VpcCreated))]
[JsonSerializable(typeof(NetworkEvent.VpcAttributesModified))]
[JsonSerializable(typeof(NetworkEvent.VpcDeleted))]
[JsonSerializable(typeof(NetworkEvent.SubnetCreated))]
[JsonSerializable(typeof(NetworkEvent.SubnetAttributesModified))]
[JsonSerializable(typeof(NetworkEvent.SubnetDeleted))]
[JsonSerializable(typeof(NetworkEvent.SecurityGroupCreated))]
[JsonSerializable(typeof(NetworkEvent.SecurityGroupRulesPut))]
[JsonSerializable(typeof(NetworkEvent.SecurityGroupRulesRevoked))]
[JsonSerializable(typeof(NetworkEvent.SecurityGroupDeleted))]
[JsonSerializable(typeof(NetworkEvent.RouteTableCreated))]
[JsonSerializable(typeof(NetworkEvent.RouteCreated))]
[JsonSerializable(typeof(NetworkEvent.RouteDeleted))]
[JsonSerializable(typeof(NetworkEvent.RouteTableAssociated))]
[JsonSerializable(typeof(NetworkEvent.RouteTableDisassociated))]
[JsonSerializable(typeof(NetworkEvent.RouteTableDeleted))]
[JsonSerializable(typeof(NetworkEvent.InternetGatewayCreated))]
[JsonSerializable(typeof(NetworkEvent.InternetGatewayAttached))]
[JsonSerializable(typeof(NetworkEvent.InternetGatewayDeleted))]
[JsonSerializable(typeof(NetworkEvent.Tagged))]
internal sealed partial class NetworkJson : JsonSerializerContext;
