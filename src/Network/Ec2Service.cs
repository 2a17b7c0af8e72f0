using System.Text.Json.Serialization;
using Berth.Wire;

namespace Berth.Network;

/// <summary>EC2 as the front door serves it: a table of its operations.</summary>
internal static class Ec2Service
{
    public static AwsService Create(NetworkStreams streams, TaskInterfaces interfaces)
    {
        var json = new Ec2Json(AwsJson.Ec2Query());
        return new AwsService
        {
            SigningName = "ec2",
            Target = "2016-11-15",
            Protocol = AwsProtocol.Ec2Query,
            XmlNamespace = "http://ec2.amazonaws.com/doc/2016-11-15/",
        }
            .Add(nameof(AssociateRouteTable), () => json.AssociateRouteTableInput, () => json.AssociateRouteTableOutput, () => new AssociateRouteTable(streams))
            .Add(nameof(AttachInternetGateway), () => json.AttachInternetGatewayInput, () => new AttachInternetGateway(streams))
            .Add(nameof(AuthorizeSecurityGroupEgress), () => json.AuthorizeSecurityGroupEgressInput, () => json.AuthorizeSecurityGroupEgressOutput, () => new AuthorizeSecurityGroupEgress(streams))
            .Add(nameof(AuthorizeSecurityGroupIngress), () => json.AuthorizeSecurityGroupIngressInput, () => json.AuthorizeSecurityGroupIngressOutput, () => new AuthorizeSecurityGroupIngress(streams))
            .Add(nameof(CreateInternetGateway), () => json.CreateInternetGatewayInput, () => json.CreateInternetGatewayOutput, () => new CreateInternetGateway(streams))
            .Add(nameof(CreateRoute), () => json.CreateRouteInput, () => json.CreateRouteOutput, () => new CreateRoute(streams))
            .Add(nameof(CreateRouteTable), () => json.CreateRouteTableInput, () => json.CreateRouteTableOutput, () => new CreateRouteTable(streams))
            .Add(nameof(CreateSecurityGroup), () => json.CreateSecurityGroupInput, () => json.CreateSecurityGroupOutput, () => new CreateSecurityGroup(streams))
            .Add(nameof(CreateSubnet), () => json.CreateSubnetInput, () => json.CreateSubnetOutput, () => new CreateSubnet(streams))
            .Add(nameof(CreateTags), () => json.CreateTagsInput, () => new CreateTags(streams))
            .Add(nameof(CreateVpc), () => json.CreateVpcInput, () => json.CreateVpcOutput, () => new CreateVpc(streams))
            .Add(nameof(DeleteInternetGateway), () => json.DeleteInternetGatewayInput, () => new DeleteInternetGateway(streams))
            .Add(nameof(DeleteRoute), () => json.DeleteRouteInput, () => new DeleteRoute(streams))
            .Add(nameof(DeleteRouteTable), () => json.DeleteRouteTableInput, () => new DeleteRouteTable(streams))
            .Add(nameof(DeleteSecurityGroup), () => json.DeleteSecurityGroupInput, () => new DeleteSecurityGroup(streams, interfaces))
            .Add(nameof(DeleteSubnet), () => json.DeleteSubnetInput, () => new DeleteSubnet(streams, interfaces))
            .Add(nameof(DeleteTags), () => json.DeleteTagsInput, () => new DeleteTags(streams))
            .Add(nameof(DeleteVpc), () => json.DeleteVpcInput, () => new DeleteVpc(streams))
            .Add(nameof(DescribeAccountAttributes), () => json.DescribeAccountAttributesInput, () => json.DescribeAccountAttributesOutput, () => new DescribeAccountAttributes(streams))
            .Add(nameof(DescribeAvailabilityZones), () => json.DescribeAvailabilityZonesInput, () => json.DescribeAvailabilityZonesOutput, () => new DescribeAvailabilityZones(streams))
            .Add(nameof(DescribeInternetGateways), () => json.DescribeInternetGatewaysInput, () => json.DescribeInternetGatewaysOutput, () => new DescribeInternetGateways(streams))
            .Add(nameof(DescribeNetworkAcls), () => json.DescribeNetworkAclsInput, () => json.DescribeNetworkAclsOutput, () => new DescribeNetworkAcls(streams))
            .Add(nameof(DescribeNetworkInterfaces), () => json.DescribeNetworkInterfacesInput, () => json.DescribeNetworkInterfacesOutput, () => new DescribeNetworkInterfaces(streams, interfaces))
            .Add(nameof(DescribeRouteTables), () => json.DescribeRouteTablesInput, () => json.DescribeRouteTablesOutput, () => new DescribeRouteTables(streams))
            .Add(nameof(DescribeSecurityGroupRules), () => json.DescribeSecurityGroupRulesInput, () => json.DescribeSecurityGroupRulesOutput, () => new DescribeSecurityGroupRules(streams))
            .Add(nameof(DescribeSecurityGroups), () => json.DescribeSecurityGroupsInput, () => json.DescribeSecurityGroupsOutput, () => new DescribeSecurityGroups(streams))
            .Add(nameof(DescribeSubnets), () => json.DescribeSubnetsInput, () => json.DescribeSubnetsOutput, () => new DescribeSubnets(streams))
            .Add(nameof(DescribeTags), () => json.DescribeTagsInput, () => json.DescribeTagsOutput, () => new DescribeTags(streams))
            .Add(nameof(DescribeVpcAttribute), () => json.DescribeVpcAttributeInput, () => json.DescribeVpcAttributeOutput, () => new DescribeVpcAttribute(streams))
            .Add(nameof(DescribeVpcs), () => json.DescribeVpcsInput, () => json.DescribeVpcsOutput, () => new DescribeVpcs(streams))
            .Add(nameof(DetachInternetGateway), () => json.DetachInternetGatewayInput, () => new DetachInternetGateway(streams))
            .Add(nameof(DisassociateRouteTable), () => json.DisassociateRouteTableInput, () => new DisassociateRouteTable(streams))
            .Add(nameof(ModifySecurityGroupRules), () => json.ModifySecurityGroupRulesInput, () => json.ModifySecurityGroupRulesOutput, () => new ModifySecurityGroupRules(streams))
            .Add(nameof(ModifySubnetAttribute), () => json.ModifySubnetAttributeInput, () => new ModifySubnetAttribute(streams))
            .Add(nameof(ModifyVpcAttribute), () => json.ModifyVpcAttributeInput, () => new ModifyVpcAttribute(streams))
            .Add(nameof(RevokeSecurityGroupEgress), () => json.RevokeSecurityGroupEgressInput, () => json.RevokeSecurityGroupEgressOutput, () => new RevokeSecurityGroupEgress(streams))
            .Add(nameof(RevokeSecurityGroupIngress), () => json.RevokeSecurityGroupIngressInput, () => json.RevokeSecurityGroupIngressOutput, () => new RevokeSecurityGroupIngress(streams));
    }
}

[JsonSerializable(typeof(AssociateRouteTableInput))]
[JsonSerializable(typeof(AssociateRouteTableOutput))]
[JsonSerializable(typeof(AttachInternetGatewayInput))]
[JsonSerializable(typeof(AuthorizeSecurityGroupEgressInput))]
[JsonSerializable(typeof(AuthorizeSecurityGroupEgressOutput))]
[JsonSerializable(typeof(AuthorizeSecurityGroupIngressInput))]
[JsonSerializable(typeof(AuthorizeSecurityGroupIngressOutput))]
[JsonSerializable(typeof(CreateInternetGatewayInput))]
[JsonSerializable(typeof(CreateInternetGatewayOutput))]
[JsonSerializable(typeof(CreateRouteInput))]
[JsonSerializable(typeof(CreateRouteOutput))]
[JsonSerializable(typeof(CreateRouteTableInput))]
[JsonSerializable(typeof(CreateRouteTableOutput))]
[JsonSerializable(typeof(CreateSecurityGroupInput))]
[JsonSerializable(typeof(CreateSecurityGroupOutput))]
[JsonSerializable(typeof(CreateSubnetInput))]
[JsonSerializable(typeof(CreateSubnetOutput))]
[JsonSerializable(typeof(CreateTagsInput))]
[JsonSerializable(typeof(CreateVpcInput))]
[JsonSerializable(typeof(CreateVpcOutput))]
[JsonSerializable(typeof(DeleteInternetGatewayInput))]
[JsonSerializable(typeof(DeleteRouteInput))]
[JsonSerializable(typeof(DeleteRouteTableInput))]
[JsonSerializable(typeof(DeleteSecurityGroupInput))]
[JsonSerializable(typeof(DeleteSubnetInput))]
[JsonSerializable(typeof(DeleteTagsInput))]
[JsonSerializable(typeof(DeleteVpcInput))]
[JsonSerializable(typeof(DescribeAccountAttributesInput))]
[JsonSerializable(typeof(DescribeAccountAttributesOutput))]
[JsonSerializable(typeof(DescribeAvailabilityZonesInput))]
[JsonSerializable(typeof(DescribeAvailabilityZonesOutput))]
[JsonSerializable(typeof(DescribeInternetGatewaysInput))]
[JsonSerializable(typeof(DescribeInternetGatewaysOutput))]
[JsonSerializable(typeof(DescribeNetworkAclsInput))]
[JsonSerializable(typeof(DescribeNetworkAclsOutput))]
[JsonSerializable(typeof(DescribeNetworkInterfacesInput))]
[JsonSerializable(typeof(DescribeNetworkInterfacesOutput))]
[JsonSerializable(typeof(DescribeRouteTablesInput))]
[JsonSerializable(typeof(DescribeRouteTablesOutput))]
[JsonSerializable(typeof(DescribeSecurityGroupRulesInput))]
[JsonSerializable(typeof(DescribeSecurityGroupRulesOutput))]
[JsonSerializable(typeof(DescribeSecurityGroupsInput))]
[JsonSerializable(typeof(DescribeSecurityGroupsOutput))]
[JsonSerializable(typeof(DescribeSubnetsInput))]
[JsonSerializable(typeof(DescribeSubnetsOutput))]
[JsonSerializable(typeof(DescribeTagsInput))]
[JsonSerializable(typeof(DescribeTagsOutput))]
[JsonSerializable(typeof(DescribeVpcAttributeInput))]
[JsonSerializable(typeof(DescribeVpcAttributeOutput))]
[JsonSerializable(typeof(DescribeVpcsInput))]
[JsonSerializable(typeof(DescribeVpcsOutput))]
[JsonSerializable(typeof(DetachInternetGatewayInput))]
[JsonSerializable(typeof(DisassociateRouteTableInput))]
[JsonSerializable(typeof(ModifySecurityGroupRulesInput))]
[JsonSerializable(typeof(ModifySecurityGroupRulesOutput))]
[JsonSerializable(typeof(ModifySubnetAttributeInput))]
[JsonSerializable(typeof(ModifyVpcAttributeInput))]
[JsonSerializable(typeof(RevokeSecurityGroupEgressInput))]
[JsonSerializable(typeof(RevokeSecurityGroupEgressOutput))]
[JsonSerializable(typeof(RevokeSecurityGroupIngressInput))]
[JsonSerializable(typeof(RevokeSecurityGroupIngressOutput))]
internal sealed partial class Ec2Json : JsonSerializerContext;
