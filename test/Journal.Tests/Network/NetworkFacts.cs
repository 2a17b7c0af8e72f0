using System.Collections.Immutable;
using Berth.Domain;

namespace Berth.Journal.Tests;

using E = NetworkEvent;

public sealed class NetworkFacts() : StreamFacts<NetworkAggregate, NetworkState, E>(NetworkCatalog.Create(), () => new("000000000000", "us-east-1"))
{
    protected override IEnumerable<E> Examples()
    {
        var group = new SecurityGroup { Id = "sg-1", VpcId = "vpc-1", Name = "default", Description = "of the VPC" };
        yield return new E.VpcCreated(
            new() { Id = "vpc-1", CidrBlock = "10.0.0.0/16", DhcpOptionsId = "dopt-1", CidrAssociationId = "vpc-cidr-assoc-1", EnableDnsSupport = true },
            new() { Id = "rtb-1", VpcId = "vpc-1", Routes = [new("10.0.0.0/16", Route.Local)], Associations = [new("rtbassoc-1", null)] },
            group,
            new("acl-1", "vpc-1"));
        yield return new E.VpcAttributesModified("vpc-1", EnableDnsSupport: true, EnableDnsHostnames: true, EnableNetworkAddressUsageMetrics: false);
        yield return new E.SubnetCreated(new() { Id = "subnet-1", VpcId = "vpc-1", CidrBlock = "10.0.0.0/24", ZoneName = "us-east-1a" });
        yield return new E.SubnetAttributesModified("subnet-1", MapPublicIpOnLaunch: true);
        yield return new E.SecurityGroupCreated(group with { Id = "sg-2", Name = "web", Rules = [SecurityGroupRules.AllEgress("sgr-1")] });
        yield return new E.SecurityGroupRulesPut("sg-2",
        [
            new() { Id = "sgr-2", Protocol = "tcp", FromPort = 80, ToPort = 80, CidrIpv4 = "10.0.0.0/8", Description = "inside" },
            new() { Id = "sgr-3", IsEgress = true, Protocol = "-1", GroupId = "sg-1" },
            new() { Id = "sgr-4", Protocol = "udp", FromPort = 53, ToPort = 53, CidrIpv6 = "::/0" },
        ]);
        yield return new E.SecurityGroupRulesRevoked("sg-2", ["sgr-4"]);
        yield return new E.RouteTableCreated(new() { Id = "rtb-2", VpcId = "vpc-1" });
        yield return new E.InternetGatewayCreated("igw-1");
        yield return new E.InternetGatewayAttached("igw-1", "vpc-1");
        yield return new E.RouteCreated("rtb-2", new("0.0.0.0/0", "igw-1"));
        yield return new E.RouteTableAssociated("rtb-2", new("rtbassoc-2", "subnet-1"));
        yield return new E.Tagged("subnet-1", ImmutableSortedDictionary<string, string>.Empty.Add("Name", "private"));
        yield return new E.RouteDeleted("rtb-1", "0.0.0.0/0");
        yield return new E.RouteTableDisassociated("rtb-2", "rtbassoc-9");
        yield return new E.RouteTableDeleted("rtb-2");
        yield return new E.InternetGatewayDeleted("igw-1");
        yield return new E.SecurityGroupDeleted("sg-2");
        yield return new E.SubnetDeleted("subnet-1");
        yield return new E.VpcDeleted("vpc-1");
    }

    protected override bool TakesAway(E fact) => fact.GetType().Name.EndsWith("Deleted", StringComparison.Ordinal);

    protected override void CheckDerived(NetworkAggregate original, NetworkAggregate restored)
    {
        restored.State.DefaultVpc.ShouldBe(original.State.DefaultVpc);
    }
}
