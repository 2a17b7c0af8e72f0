using Berth.Testing;

namespace Berth.Network.Tests;

public sealed class TheDefaultNetwork
{
    [Fact]
    public async Task Has_a_vpc_with_a_subnet_a_zone()
    {
        await using var server = await World.StartAsync();

        var vpc = (await server.CallAsync("DescribeVpcs")).Items("vpcSet").Single();
        var subnets = (await server.CallAsync("DescribeSubnets", ("Filter.1.Name", "vpc-id"), ("Filter.1.Value.1", vpc.Text("vpcId")))).Items("subnetSet");
        var zones = (await server.CallAsync("DescribeAvailabilityZones")).Items("availabilityZoneInfo");

        vpc.Text("cidrBlock").ShouldBe("172.31.0.0/16");
        vpc.Text("isDefault").ShouldBe("true");
        vpc.Text("vpcId").ShouldMatch("^vpc-[0-9a-f]{17}$");
        zones.Select(zone => zone.Text("zoneName")).ShouldBe(["us-east-1a", "us-east-1b", "us-east-1c"]);
        subnets.Select(subnet => subnet.Text("availabilityZone")).ShouldBe(["us-east-1a", "us-east-1b", "us-east-1c"], ignoreOrder: true);
        subnets.ShouldAllBe(subnet => subnet.Text("defaultForAz") == "true" && subnet.Text("availableIpAddressCount") == "4091");
    }

    [Fact]
    public async Task Has_a_way_out_a_security_group_and_an_acl()
    {
        await using var server = await World.StartAsync();
        var vpc = await server.DefaultVpcAsync();

        var table = (await server.CallAsync("DescribeRouteTables", ("Filter.1.Name", "association.main"), ("Filter.1.Value.1", "true"))).Items("routeTableSet").Single();
        var gateway = (await server.CallAsync("DescribeInternetGateways", ("Filter.1.Name", "attachment.vpc-id"), ("Filter.1.Value.1", vpc))).Items("internetGatewaySet").Single();
        var group = (await server.CallAsync("DescribeSecurityGroups", ("GroupName.1", "default"))).Items("securityGroupInfo").Single();
        var acl = (await server.CallAsync("DescribeNetworkAcls")).Items("networkAclSet").Single();

        table.Items("routeSet").Select(route => route.Text("gatewayId")).ShouldBe(["local", gateway.Text("internetGatewayId")]);
        group.Items("ipPermissions").Single().Items("groups").Single().Text("groupId").ShouldBe(group.Text("groupId"));
        group.Items("ipPermissionsEgress").Single().Text("cidrIp").ShouldBe("0.0.0.0/0");
        acl.Items("associationSet").Count.ShouldBe(3);
        (await server.CallAsync("DescribeNetworkInterfaces", ("Filter.1.Name", "group-id"), ("Filter.1.Value.1", group.Text("groupId")))).Items("networkInterfaceSet").ShouldBeEmpty();
        (await server.CallAsync("DescribeAccountAttributes", ("AttributeName.1", "default-vpc"))).Text("attributeValue").ShouldBe(vpc);
    }

    [Theory]
    [InlineData("enableDnsSupport", "true")]
    [InlineData("enableDnsHostnames", "true")]
    [InlineData("enableNetworkAddressUsageMetrics", "false")]
    public async Task Has_attributes(string attribute, string value)
    {
        await using var server = await World.StartAsync();

        var answer = await server.CallAsync("DescribeVpcAttribute", ("Attribute", attribute), ("VpcId", await server.DefaultVpcAsync()));

        answer.All(attribute).Single().Text("value").ShouldBe(value);
    }

    [Fact]
    public async Task Is_the_same_after_a_restart_and_after_a_reset()
    {
        var before = await World.StartAsync();
        var vpc = await before.DefaultVpcAsync();
        var group = await before.CreateGroupAsync();
        await using var server = await World.StartAsync(await before.StopAsync());

        (await server.CallAsync("DescribeSecurityGroups", ("GroupId.1", group))).Text("groupName").ShouldBe("web");
        (await server.DefaultVpcAsync()).ShouldBe(vpc);
        await server.ResetAsync();
        (await server.DefaultVpcAsync()).ShouldBe(vpc);
        (await server.ErrorAsync("DescribeSecurityGroups", ("GroupId.1", group))).ShouldBe((400, "InvalidGroup.NotFound", $"The security group '{group}' does not exist"));
    }

    [Fact]
    public async Task Is_filtered_by_tags_and_patterns_and_told_page_by_page()
    {
        await using var server = await World.StartAsync();
        var subnets = (await server.CallAsync("DescribeSubnets")).Items("subnetSet").Select(subnet => subnet.Text("subnetId")).ToList();
        await server.CallAsync("CreateTags", ("ResourceId.1", subnets[1]), ("Tag.1.Key", "Name"), ("Tag.1.Value", "private-1"));

        (await server.CallAsync("DescribeSubnets", ("Filter.1.Name", "tag:Name"), ("Filter.1.Value.1", "private-*"))).All("subnetId").Single().Value.ShouldBe(subnets[1]);
        (await server.CallAsync("DescribeSubnets", ("Filter.1.Name", "tag-key"), ("Filter.1.Value.1", "Name"))).Text("key").ShouldBe("Name");
        (await server.CallAsync("DescribeTags", ("Filter.1.Name", "resource-id"), ("Filter.1.Value.1", subnets[1]))).Text("resourceType").ShouldBe("subnet");
        (await server.ErrorAsync("DescribeSubnets", ("Filter.1.Name", "colour"), ("Filter.1.Value.1", "red"))).ShouldBe((400, "InvalidParameterValue", "The filter 'colour' is invalid"));
        (await server.ErrorAsync("DescribeSubnets", ("SubnetId.1", "subnet-00000000000000000"))).Code.ShouldBe("InvalidSubnetID.NotFound");
        (await server.ErrorAsync("DescribeSubnets", ("SubnetId.1", "mine"))).Code.ShouldBe("InvalidSubnetID.Malformed");
        await server.CallAsync("DeleteTags", ("ResourceId.1", subnets[1]));
        (await server.CallAsync("DescribeTags")).Items("tagSet").ShouldBeEmpty();

        for (var number = 0; number < 4; number++)
        {
            await server.CallAsync("CreateInternetGateway");
        }

        var vpcs = new List<string>();
        for (var number = 0; number < 6; number++)
        {
            vpcs.Add(await server.CreateVpcAsync());
        }

        var first = await server.CallAsync("DescribeVpcs", ("MaxResults", 5));
        var second = await server.CallAsync("DescribeVpcs", ("MaxResults", 5), ("NextToken", first.Text("nextToken")));
        first.Items("vpcSet").Concat(second.Items("vpcSet")).Select(vpc => vpc.Text("vpcId")).ShouldBe(vpcs.Append(await server.DefaultVpcAsync()), ignoreOrder: true);
        second.Has("nextToken").ShouldBeFalse();
    }
}
