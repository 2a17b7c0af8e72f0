using System.Text.Json;
using Berth.Testing;

namespace Berth.Network.Tests;

/// <summary>The unmodified AWS command line reads EC2's dialect of Query.</summary>
public sealed class TheAwsCommandLine
{
    [Fact]
    public async Task Makes_a_security_group_and_is_told_what_is_wrong()
    {
        await using var server = await World.StartAsync();
        var (_, created, _) = await server.AwsAsync(server.Root, "ec2", "create-security-group", "--group-name", "web", "--description", "of tests");
        var group = JsonElement.Parse(created).GetProperty("GroupId").GetString()!;
        (await server.AwsAsync(server.Root, "ec2", "authorize-security-group-ingress", "--group-id", group, "--protocol", "tcp", "--port", "80", "--cidr", "0.0.0.0/0")).Code.ShouldBe(0);

        var (_, described, _) = await server.AwsAsync(
            server.Root, "ec2", "describe-security-groups", "--filters", "Name=group-name,Values=web", "--query", "SecurityGroups[0].IpPermissions[0]");
        var (code, _, error) = await server.AwsAsync(server.Root, "ec2", "describe-vpcs", "--vpc-ids", "vpc-00000000000000000");

        JsonElement.Parse(described).GetProperty("IpRanges")[0].GetProperty("CidrIp").GetString().ShouldBe("0.0.0.0/0");
        code.ShouldNotBe(0);
        error.ShouldContain("(InvalidVpcID.NotFound) when calling the DescribeVpcs operation: The vpc ID 'vpc-00000000000000000' does not exist");
    }
}
