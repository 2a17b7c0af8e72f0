using System.Collections.Immutable;
using Berth.Domain;

namespace Berth.Journal.Tests;

using E = LoadBalancingEvent;

public sealed class LoadBalancingFacts() : StreamFacts<LoadBalancingAggregate, LoadBalancingState, E>(Codec, () => new("000000000000", "us-east-1"))
{
    private const string Balancer = "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/web/0123456789abcdef";
    private const string Group = "arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/web/0123456789abcdef";
    private const string ListenerArn = "arn:aws:elasticloadbalancing:us-east-1:000000000000:listener/app/web/0123456789abcdef/1123456789abcdef";
    private const string RuleArn = "arn:aws:elasticloadbalancing:us-east-1:000000000000:listener-rule/app/web/0123456789abcdef/1123456789abcdef/2123456789abcdef";
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly LoadBalancingCodec Codec = new();

    [Fact]
    public void Of_an_older_release_may_lack_what_was_added_since()
    {
        var fact = (E.LoadBalancerCreated)Codec.Decode("loadbalancer.created", """
            {"loadBalancer":{"arn":"a","name":"n","id":"i","dnsName":"127.64.0.1","address":"127.64.0.1","scheme":"internal",
             "createdTime":"2026-03-01T12:00:00+00:00","vpcId":"vpc-1"}}
            """);

        fact.LoadBalancer.Tags.ShouldBeEmpty();
        fact.LoadBalancer.SecurityGroups.ShouldBeEmpty();
        fact.LoadBalancer.IpAddressType.ShouldBe("ipv4");
    }

    protected override IEnumerable<E> Examples()
    {
        var forward = new RoutingAction { Order = 1, Forward = new([new(Group, 1)]) };
        var tags = ImmutableSortedDictionary<string, string>.Empty.Add("team", "blue");
        var target = new Target
        {
            Key = new("i-0123456789abcdef0", 32768),
            Address = "127.0.0.1",
            AvailabilityZone = "us-east-1a",
            Owner = "arn:aws:ecs:us-east-1:000000000000:service/default/web",
            Generation = 7,
            Health = TargetHealth.Registering,
        };
        yield return new E.LoadBalancerCreated(new()
        {
            Arn = Balancer,
            Name = "web",
            Id = "0123456789abcdef",
            DnsName = "127.64.0.1",
            Address = "127.64.0.1",
            Scheme = "internet-facing",
            CreatedTime = Noon,
            VpcId = "vpc-1",
            AvailabilityZones = [new("us-east-1a", "subnet-1")],
            SecurityGroups = ["sg-1"],
            Tags = tags,
        });
        yield return new E.LoadBalancerNetworkSet(Balancer, [new("us-east-1b", "subnet-2")], ["sg-2"], "ipv4");
        yield return new E.LoadBalancerAttributesModified(Balancer, tags.Clear().Add(LoadBalancingAttributes.IdleTimeout, "30"));
        yield return new E.TargetGroupCreated(new()
        {
            Arn = Group,
            Name = "web",
            Protocol = "HTTP",
            Port = 80,
            VpcId = "vpc-1",
            TargetType = "instance",
            HealthCheck = new() { Path = "/healthz" },
            Tags = tags,
        });
        yield return new E.TargetGroupModified(Group, new() { IntervalSeconds = 10, Matcher = "200-299" });
        yield return new E.TargetGroupAttributesModified(Group, tags.Clear().Add(LoadBalancingAttributes.DeregistrationDelay, "5"));
        yield return new E.ListenerCreated(new()
        {
            Arn = ListenerArn,
            LoadBalancerArn = Balancer,
            Port = 80,
            Protocol = "HTTP",
            DefaultRuleArn = RuleArn.Replace("/2", "/3", StringComparison.Ordinal),
            DefaultAction = forward,
            Tags = tags,
        });
        yield return new E.ListenerModified(ListenerArn, 8080, new() { FixedResponse = new(404, "text/plain", "nothing here") });
        yield return new E.ListenerAttributesModified(ListenerArn, tags.Clear().Add(LoadBalancingAttributes.ServerHeader, "false"));
        yield return new E.RuleCreated(new()
        {
            Arn = RuleArn,
            ListenerArn = ListenerArn,
            Priority = 10,
            Conditions =
            [
                new() { Field = "path-pattern", Values = ["/img/*"] },
                new() { Field = "http-header", HttpHeaderName = "X-Beta", Values = ["yes"] },
                new() { Field = "query-string", QueryStrings = [new("v", "2"), new(null, "beta")] },
            ],
            Action = forward,
        });
        yield return new E.RuleModified(RuleArn, [new() { Field = "host-header", Values = ["*.example.com"] }], new()
        {
            Redirect = new("HTTPS", "#{host}", "443", "/#{path}", "#{query}", 301),
        });
        yield return new E.RulePrioritiesSet(ImmutableSortedDictionary<string, int>.Empty.Add(RuleArn, 20));
        yield return new E.TagsSet(Group, tags.SetItem("team", "red"));
        yield return new E.TargetsRegistered(Group, [target, target with { Key = new("10.0.0.1", 80), Address = "10.0.0.1", AvailabilityZone = null, Owner = null }]);
        yield return new E.TargetHealthChanged(Group, target.Key, TargetHealthState.Unhealthy, "Target.Timeout", "Request timed out");
        yield return new E.TargetsDeregistered(Group, [target.Key], Noon.AddMinutes(5));
        yield return new E.TargetRemoved(Group, target.Key);
        yield return new E.RuleDeleted(RuleArn);
        yield return new E.ListenerDeleted(ListenerArn);
        yield return new E.TargetGroupDeleted(Group);
        yield return new E.LoadBalancerDeleted(Balancer);
    }

    protected override bool TakesAway(E fact) => fact is E.LoadBalancerDeleted or E.TargetGroupDeleted or E.ListenerDeleted or E.RuleDeleted or E.TargetRemoved;

    protected override void CheckDerived(LoadBalancingAggregate original, LoadBalancingAggregate restored)
    {
        restored.NextDeadline.ShouldNotBeNull();
    }
}
