using Berth.Testing;

namespace Berth.Network.Tests;

public sealed class SecurityGroups
{
    [Fact]
    public async Task Begin_with_everything_let_out_and_nothing_in()
    {
        await using var server = await World.StartAsync();

        var created = await server.CallAsync("CreateSecurityGroup", ("GroupName", "web"), ("GroupDescription", "of tests"), ("TagSpecification.1.ResourceType", "security-group"),
            ("TagSpecification.1.Tag.1.Key", "team"), ("TagSpecification.1.Tag.1.Value", "blue"));
        var group = (await server.CallAsync("DescribeSecurityGroups", ("GroupId.1", created.Text("groupId")))).Items("securityGroupInfo").Single();

        group.Text("vpcId").ShouldBe(await server.DefaultVpcAsync());
        group.Items("ipPermissions").ShouldBeEmpty();
        group.Items("ipPermissionsEgress").Single().Text("ipProtocol").ShouldBe("-1");
        group.Items("tagSet").Single().Text("value").ShouldBe("blue");
        (await server.ErrorAsync("CreateSecurityGroup", ("GroupName", "web"), ("GroupDescription", "again"))).Code.ShouldBe("InvalidGroup.Duplicate");
        (await server.ErrorAsync("CreateSecurityGroup", ("GroupName", "sg-1"), ("GroupDescription", "x"))).Code.ShouldBe("InvalidParameterValue");
        (await server.ErrorAsync("CreateSecurityGroup", ("GroupName", "x"))).ShouldBe((400, "MissingParameter", "The request must contain the parameter GroupDescription"));
        (await server.ErrorAsync("CreateSecurityGroup", ("GroupName", "x"), ("GroupDescription", "x"), ("VpcId", "vpc-1"))).Code.ShouldBe("InvalidVpcID.NotFound");
    }

    [Fact]
    public async Task Get_rules_with_ids_and_lose_them()
    {
        await using var server = await World.StartAsync();
        var group = await server.CreateGroupAsync();

        var rules = (await server.CallAsync("AuthorizeSecurityGroupIngress", [("GroupId", group), .. Web(group)])).Items("securityGroupRuleSet");
        var described = (await server.CallAsync("DescribeSecurityGroups", ("GroupId.1", group))).Items("ipPermissions");

        rules.Count.ShouldBe(3);
        rules.ShouldAllBe(rule => rule.Text("securityGroupRuleId").StartsWith("sgr-", StringComparison.Ordinal) && rule.Text("fromPort") == "80" && rule.Text("isEgress") == "false");
        described.Single().Items("ipRanges").Select(range => range.Text("cidrIp")).ShouldBe(["10.0.0.0/8", "192.168.0.0/16"]);
        described.Single().Items("groups").Single().Text("groupId").ShouldBe(group);
        (await server.ErrorAsync("AuthorizeSecurityGroupIngress", [("GroupId", group), .. Web(group)])).ShouldBe(
            (400, "InvalidPermission.Duplicate", "the specified rule \"peer: 10.0.0.0/8, TCP, from port: 80, to port: 80, ALLOW\" already exists"));
        await server.CallAsync("RevokeSecurityGroupIngress", ("GroupId", group), ("SecurityGroupRuleId.1", rules[0].Text("securityGroupRuleId")));
        (await server.CallAsync("DescribeSecurityGroupRules", ("Filter.1.Name", "group-id"), ("Filter.1.Value.1", group))).Items("securityGroupRuleSet").Count.ShouldBe(3);
        await server.CallAsync("ModifySecurityGroupRules", ("GroupId", group), ("SecurityGroupRule.1.SecurityGroupRuleId", rules[1].Text("securityGroupRuleId")),
            ("SecurityGroupRule.1.SecurityGroupRule.IpProtocol", "tcp"), ("SecurityGroupRule.1.SecurityGroupRule.FromPort", 443), ("SecurityGroupRule.1.SecurityGroupRule.ToPort", 443),
            ("SecurityGroupRule.1.SecurityGroupRule.CidrIpv4", "0.0.0.0/0"));
        (await server.CallAsync("DescribeSecurityGroupRules", ("SecurityGroupRuleId.1", rules[1].Text("securityGroupRuleId")))).Text("toPort").ShouldBe("443");
    }

    [Fact]
    public async Task Of_a_vpc_of_ones_own_refuse_to_lose_what_they_do_not_have()
    {
        await using var server = await World.StartAsync();
        var group = await server.CreateGroupAsync("own", await server.CreateVpcAsync());
        (string, object)[] all = [("GroupId", group), ("IpPermissions.1.IpProtocol", "-1"), ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0")];

        await server.CallAsync("RevokeSecurityGroupEgress", all);
        (await server.ErrorAsync("RevokeSecurityGroupEgress", all)).ShouldBe((400, "InvalidPermission.NotFound", "The specified rule does not exist in this security group."));
        (await server.ErrorAsync("RevokeSecurityGroupEgress", ("GroupId", group), ("IpPermissions.1.IpProtocol", "-1"), ("IpPermissions.1.Ipv6Ranges.1.CidrIpv6", "::/0")))
            .Code.ShouldBe("InvalidPermission.NotFound");
        (await server.CallAsync("DescribeSecurityGroups", ("GroupId.1", group))).Items("ipPermissionsEgress").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("tcp", 80, 79, "10.0.0.0/8", "InvalidParameterValue")]
    [InlineData("tcp", 0, 65536, "10.0.0.0/8", "InvalidParameterValue")]
    [InlineData("carrier", 1, 1, "10.0.0.0/8", "InvalidParameterValue")]
    [InlineData("udp", 53, 53, "10.0.0.0", "InvalidParameterValue")]
    public async Task Refuse_rules_that_are_none(string protocol, int from, int to, string cidr, string code)
    {
        await using var server = await World.StartAsync();
        var group = await server.CreateGroupAsync();

        (await server.ErrorAsync("AuthorizeSecurityGroupIngress", ("GroupId", group), ("IpProtocol", protocol), ("FromPort", from), ("ToPort", to), ("CidrIp", cidr))).Code.ShouldBe(code);
        (await server.CallAsync("DescribeSecurityGroups", ("GroupId.1", group))).Items("ipPermissions").ShouldBeEmpty();
    }

    [Fact]
    public async Task Go_when_no_other_one_refers_to_them()
    {
        await using var server = await World.StartAsync();
        var (used, user) = (await server.CreateGroupAsync("used"), await server.CreateGroupAsync("user"));
        await server.CallAsync("AuthorizeSecurityGroupIngress", ("GroupId", user), ("IpPermissions.1.IpProtocol", "tcp"), ("IpPermissions.1.FromPort", 80), ("IpPermissions.1.ToPort", 80),
            ("IpPermissions.1.Groups.1.GroupId", used));

        (await server.ErrorAsync("DeleteSecurityGroup", ("GroupId", used))).ShouldBe((400, "DependencyViolation", $"resource {used} has a dependent object"));
        (await server.ErrorAsync("DeleteSecurityGroup", ("GroupName", "default"))).Code.ShouldBe("CannotDelete");
        (await server.ErrorAsync("DeleteSecurityGroup", ("GroupId", user), ("DryRun", "true"))).ShouldBe((412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set."));
        (await server.CallAsync("DeleteSecurityGroup", ("GroupId", user))).Text("return").ShouldBe("true");
        await server.CallAsync("DeleteSecurityGroup", ("GroupId", used));
        (await server.ErrorAsync("DeleteSecurityGroup", ("GroupId", used))).Code.ShouldBe("InvalidGroup.NotFound");
    }

    private static (string, object)[] Web(string group) =>
    [
        ("IpPermissions.1.IpProtocol", "6"), ("IpPermissions.1.FromPort", 80), ("IpPermissions.1.ToPort", 80),
        ("IpPermissions.1.IpRanges.1.CidrIp", "10.0.0.0/8"), ("IpPermissions.1.IpRanges.1.Description", "inside"), ("IpPermissions.1.IpRanges.2.CidrIp", "192.168.1.1/16"),
        ("IpPermissions.1.Groups.1.GroupId", group),
    ];
}
