using System.Net;
using Berth.Testing;
using Berth.Wire;

namespace Berth.Network.Tests;

public sealed class Vpcs
{
    [Fact]
    public async Task Are_built_and_taken_down_as_terraform_does_it()
    {
        await using var server = await World.StartAsync();
        var vpc = await server.CreateVpcAsync("10.1.2.3/16");
        await server.CallAsync("ModifyVpcAttribute", ("VpcId", vpc), ("EnableDnsHostnames.Value", "true"));
        var subnet = (await server.CallAsync("CreateSubnet", ("VpcId", vpc), ("CidrBlock", "10.1.1.0/24"), ("AvailabilityZone", "us-east-1b"))).Text("subnetId");
        await server.CallAsync("ModifySubnetAttribute", ("SubnetId", subnet), ("MapPublicIpOnLaunch.Value", "true"));
        var gateway = (await server.CallAsync("CreateInternetGateway")).Text("internetGatewayId");
        await server.CallAsync("AttachInternetGateway", ("InternetGatewayId", gateway), ("VpcId", vpc));
        var table = (await server.CallAsync("CreateRouteTable", ("VpcId", vpc))).Text("routeTableId");
        await server.CallAsync("CreateRoute", ("RouteTableId", table), ("DestinationCidrBlock", "0.0.0.0/0"), ("GatewayId", gateway));
        var association = (await server.CallAsync("AssociateRouteTable", ("RouteTableId", table), ("SubnetId", subnet))).Text("associationId");

        (await server.CallAsync("DescribeVpcs", ("VpcId.1", vpc))).Text("cidrBlock").ShouldBe("10.1.0.0/16");
        (await server.CallAsync("DescribeSubnets", ("SubnetId.1", subnet))).Text("mapPublicIpOnLaunch").ShouldBe("true");
        (await server.CallAsync("DescribeRouteTables", ("RouteTableId.1", table))).Items("routeSet").Select(route => route.Text("state")).ShouldBe(["active", "active"]);
        (await server.ErrorAsync("DeleteVpc", ("VpcId", vpc))).Code.ShouldBe("DependencyViolation");
        (await server.ErrorAsync("DeleteRouteTable", ("RouteTableId", table))).Code.ShouldBe("DependencyViolation");
        (await server.ErrorAsync("DeleteInternetGateway", ("InternetGatewayId", gateway))).Code.ShouldBe("DependencyViolation");

        await server.CallAsync("DisassociateRouteTable", ("AssociationId", association));
        await server.CallAsync("DeleteRoute", ("RouteTableId", table), ("DestinationCidrBlock", "0.0.0.0/0"));
        await server.CallAsync("DeleteRouteTable", ("RouteTableId", table));
        await server.CallAsync("DetachInternetGateway", ("InternetGatewayId", gateway), ("VpcId", vpc));
        await server.CallAsync("DeleteInternetGateway", ("InternetGatewayId", gateway));
        await server.CallAsync("DeleteSubnet", ("SubnetId", subnet));
        await server.CallAsync("DeleteVpc", ("VpcId", vpc));
        (await server.ErrorAsync("DescribeVpcs", ("VpcId.1", vpc))).Code.ShouldBe("InvalidVpcID.NotFound");
        (await server.ErrorAsync("DescribeRouteTables", ("RouteTableId.1", table))).Code.ShouldBe("InvalidRouteTableID.NotFound");
        (await server.CallAsync("DescribeSecurityGroups")).Items("securityGroupInfo").Count.ShouldBe(1);
    }

    [Fact]
    public async Task Have_subnets_that_lie_in_them_and_apart()
    {
        await using var server = await World.StartAsync();
        var vpc = await server.CreateVpcAsync();
        await server.CallAsync("CreateSubnet", ("VpcId", vpc), ("CidrBlock", "10.0.0.0/24"));

        (await server.ErrorAsync("CreateSubnet", ("VpcId", vpc), ("CidrBlock", "10.0.0.128/25"))).ShouldBe((400, "InvalidSubnet.Conflict", "The CIDR '10.0.0.128/25' conflicts with another subnet"));
        (await server.ErrorAsync("CreateSubnet", ("VpcId", vpc), ("CidrBlock", "10.1.0.0/24"))).Code.ShouldBe("InvalidSubnet.Range");
        (await server.ErrorAsync("CreateSubnet", ("VpcId", vpc), ("CidrBlock", "10.0.1.0/24"), ("AvailabilityZone", "us-east-1z"))).Code.ShouldBe("InvalidParameterValue");
        (await server.ErrorAsync("CreateSubnet", ("VpcId", vpc), ("CidrBlock", "10.0.1.0"))).Code.ShouldBe("InvalidParameterValue");
        (await server.ErrorAsync("CreateVpc", ("CidrBlock", "10.0.0.0/8"))).Code.ShouldBe("InvalidVpc.Range");
        (await server.ErrorAsync("CreateVpc", ("CidrBlock", "10.0.0.0/16"), ("AmazonProvidedIpv6CidrBlock", "true"))).Code.ShouldBe("UnsupportedOperation");
    }

    [Fact]
    public async Task Are_nobodys_business_without_a_good_signature()
    {
        await using var server = await World.StartAsync();

        var (status, answer) = await server.SendAsync(server.Root with { SecretAccessKey = "wrong" }, "ec2", "2016-11-15", "DescribeVpcs");
        var (unknown, _) = await server.SendAsync(new AwsCredentials("AKIANOBODY", "x"), "ec2", "2016-11-15", "DescribeVpcs");

        status.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Name.LocalName.ShouldBe("Response");
        answer.Text("Code").ShouldBe("AuthFailure");
        answer.Has("RequestID").ShouldBeTrue();
        unknown.ShouldBe(HttpStatusCode.Unauthorized);
    }
}
