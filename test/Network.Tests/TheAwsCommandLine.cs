using System.Diagnostics;
using System.Text.Json;
using Berth.Clients;
using Berth.Testing;

namespace Berth.Network.Tests;

/// <summary>The unmodified AWS command line reads EC2's dialect of Query.</summary>
public sealed class TheAwsCommandLine
{
    [Fact]
    public async Task Makes_a_security_group_and_is_told_what_is_wrong()
    {
        var aws = AwsCommandLine.Path;
        Assert.SkipWhen(aws is null, AwsCommandLine.Missing);
        await using var server = await World.StartAsync();
        var (_, created, _) = await RunAsync(aws, server, "create-security-group", "--group-name", "web", "--description", "of tests");
        var group = JsonElement.Parse(created).GetProperty("GroupId").GetString()!;
        (await RunAsync(aws, server, "authorize-security-group-ingress", "--group-id", group, "--protocol", "tcp", "--port", "80", "--cidr", "0.0.0.0/0")).Code.ShouldBe(0);

        var (_, described, _) = await RunAsync(aws, server, "describe-security-groups", "--filters", "Name=group-name,Values=web", "--query", "SecurityGroups[0].IpPermissions[0]");
        var (code, _, error) = await RunAsync(aws, server, "describe-vpcs", "--vpc-ids", "vpc-00000000000000000");

        JsonElement.Parse(described).GetProperty("IpRanges")[0].GetProperty("CidrIp").GetString().ShouldBe("0.0.0.0/0");
        code.ShouldNotBe(0);
        error.ShouldContain("(InvalidVpcID.NotFound) when calling the DescribeVpcs operation: The vpc ID 'vpc-00000000000000000' does not exist");
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(string aws, QueryServer server, params string[] arguments)
    {
        var start = new ProcessStartInfo(aws, ["ec2", .. arguments, "--endpoint-url", server.Address.ToString(), "--region", "us-east-1", "--output", "json"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["AWS_ACCESS_KEY_ID"] = server.Root.AccessKeyId,
                ["AWS_SECRET_ACCESS_KEY"] = server.Root.SecretAccessKey,
                ["AWS_CONFIG_FILE"] = "/dev/null",
                ["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null",
                ["AWS_EC2_METADATA_DISABLED"] = "true",
            },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
