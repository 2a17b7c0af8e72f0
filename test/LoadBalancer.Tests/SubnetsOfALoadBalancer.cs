using System.Net;
using Berth.Wire;

namespace Berth.LoadBalancer.Tests;

public sealed class SubnetsOfALoadBalancer
{
    private const string First = "subnet-0000000000000000a";
    private const string Second = "subnet-0000000000000000b";
    private const string Elsewhere = "subnet-0000000000000000c";
    private const string Unknown = "subnet-0123456789abcdef0";

    private static readonly RequestContext Context = new()
    {
        AccountId = "000000000000",
        Region = "us-east-1",
        PrincipalArn = "arn:aws:iam::000000000000:root",
        AccessKeyId = "AKIATEST",
        RequestId = "request",
        Authority = "127.0.0.1",
        Scheme = "http",
        RemoteAddress = IPAddress.Loopback,
    };

    [Fact]
    public async Task Have_the_vpc_and_zones_that_they_have()
    {
        var (vpc, zones) = await PlaceAsync(First, Second);

        vpc.ShouldBe("vpc-1");
        zones.ShouldBe(["us-east-1c", "us-east-1a"]);
    }

    [Fact]
    public async Task May_be_names_that_ec2_would_never_give()
    {
        var (vpc, zones) = await PlaceAsync("subnet-a", "anything");

        vpc.ShouldBe("vpc-default");
        zones.ShouldBe(["us-east-1a", "us-east-1b"]);
        (await PlaceAsync()).Vpc.ShouldBe("vpc-default");
    }

    [Theory]
    [InlineData("SubnetNotFound", Unknown)]
    [InlineData("InvalidConfigurationRequest", First, First)]
    [InlineData("InvalidConfigurationRequest", First, Elsewhere)]
    public async Task Must_exist_and_go_together(string code, params string[] ids) =>
        (await Should.ThrowAsync<AwsException>(async () => await PlaceAsync(ids))).Code.ShouldBe(code);

    private static async Task<(string Vpc, IEnumerable<string> Zones)> PlaceAsync(params string[] ids)
    {
        var (vpc, zones) = await new Subnets(new Places(), new()).PlaceAsync(Context, ids, TestContext.Current.CancellationToken);
        return (vpc, zones.Select(zone => zone.ZoneName));
    }

    private sealed class Places : ISubnetPlaces
    {
        public ValueTask<SubnetPlace?> FindAsync(string account, string region, string subnetId, CancellationToken cancellationToken) => ValueTask.FromResult(subnetId switch
        {
            First => new SubnetPlace("vpc-1", "us-east-1c"),
            Second => new SubnetPlace("vpc-1", "us-east-1a"),
            Elsewhere => new SubnetPlace("vpc-2", "us-east-1b"),
            _ => null,
        });

        public ValueTask<string?> DefaultVpcAsync(string account, string region, CancellationToken cancellationToken) => ValueTask.FromResult<string?>("vpc-default");
    }
}
