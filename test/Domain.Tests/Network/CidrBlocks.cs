namespace Berth.Domain.Tests;

public sealed class CidrBlocks
{
    [Theory]
    [InlineData("10.0.0.0/16", "10.0.0.0/16")]
    [InlineData("100.68.0.18/18", "100.68.0.0/18")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    [InlineData("10.0.0.1/32", "10.0.0.1/32")]
    [InlineData("10.0.0.0", null)]
    [InlineData("10.0.0.0/33", null)]
    [InlineData("10.0/16", null)]
    [InlineData("::/0", null)]
    [InlineData("a/16", null)]
    public void Are_canonical_or_none(string text, string? canonical) => CidrBlock.Canonical(text).ShouldBe(canonical);

    [Fact]
    public void May_be_of_ipv6() => CidrBlock.Canonical("2001:db8::1/32", isIpv6: true).ShouldBe("2001:db8::/32");

    [Fact]
    public void Of_the_default_subnets_lie_apart_in_the_default_vpc()
    {
        var network = DefaultNetwork.Of("000000000000", "eu-central-1");
        var blocks = network.Subnets.Values.Select(subnet => subnet.CidrBlock).ToList();

        blocks.ShouldAllBe(block => CidrBlock.Contains(DefaultNetwork.VpcBlock, block));
        blocks.SelectMany(left => blocks.Where(right => left != right && CidrBlock.Overlap(left, right))).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("us-east-1a", "use1-az1")]
    [InlineData("eu-central-1c", "euc1-az3")]
    [InlineData("ap-northeast-1b", "apne1-az2")]
    public void Lie_in_zones_with_ids_of_the_form_of_ec2(string zone, string id) => DefaultNetwork.ZoneId(zone).ShouldBe(id);
}
