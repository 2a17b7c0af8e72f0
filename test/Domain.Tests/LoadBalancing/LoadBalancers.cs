using System.Collections.Immutable;

namespace Berth.Domain.Tests;

using E = LoadBalancingEvent;

public sealed class LoadBalancers
{
    [Fact]
    public void Get_addresses_of_their_own_which_the_state_alone_decides()
    {
        var (one, other) = (new Scene(), new Scene());
        var names = Enumerable.Range(0, 50).Select(index => $"web-{index}").ToList();
        foreach (var name in names)
        {
            one.LoadBalancer(name);
            other.LoadBalancer(name);
        }

        var addresses = names.Select(name => one.State.LoadBalancers.Values.Single(balancer => balancer.Name == name).Address).ToList();
        addresses.Distinct().Count().ShouldBe(50);
        addresses.ShouldAllBe(address => address.StartsWith("127.") && address != "127.0.0.1");
        addresses.ShouldBe(names.Select(name => other.State.LoadBalancers.Values.Single(balancer => balancer.Name == name).Address));
    }

    [Fact]
    public void Get_no_address_another_region_has()
    {
        var scene = new Scene();
        var first = scene.Do(new CreateLoadBalancer { Name = "a", Scheme = "internal", VpcId = "v" }).Address;
        var elsewhere = new Scene();

        elsewhere.Do(new CreateLoadBalancer { Name = "a", Scheme = "internal", VpcId = "v", AddressesTaken = [first] }).Address.ShouldNotBe(first);
    }

    [Fact]
    public void Take_their_listeners_and_rules_with_them_and_leave_target_groups()
    {
        var scene = new Scene();
        var (balancer, group) = (scene.LoadBalancer(), scene.Group());
        scene.Rule(scene.Listener(balancer, group), group, 1);
        scene.Register(group);

        var facts = scene.After(new DeleteLoadBalancer(balancer));

        facts.Select(fact => fact.GetType()).ShouldBe([typeof(E.LoadBalancerDeleted), typeof(E.TargetHealthChanged)]);
        scene.State.Listeners.ShouldBeEmpty();
        scene.State.Rules.ShouldBeEmpty();
        scene.State.TargetGroups.Count.ShouldBe(1);
        scene.After(new DeleteLoadBalancer(balancer)).ShouldBeEmpty();
    }

    [Fact]
    public void Do_not_share_target_groups()
    {
        var scene = new Scene();
        var group = scene.Group();
        scene.Listener(scene.LoadBalancer("a"), group);

        Should.Throw<RefusedException>(() => scene.Listener(scene.LoadBalancer("b"), group)).Code.ShouldBe("TargetGroupAssociationLimit");
    }

    [Fact]
    public void Are_shown_by_the_groups_they_send_to()
    {
        var scene = new Scene();
        var (balancer, group) = (scene.LoadBalancer(), scene.Group());
        new FindTargetGroup(group).Answer(scene.State)!.LoadBalancerArns.ShouldBeEmpty();

        scene.Rule(scene.Listener(balancer, scene.Group("other")), group, 1);

        new FindTargetGroup(group).Answer(scene.State)!.LoadBalancerArns.ShouldBe([balancer]);
        new FindTargetGroup("none").Answer(scene.State).ShouldBeNull();
    }

    [Fact]
    public void Keep_what_is_set_and_tell_no_fact_when_it_is_set_again()
    {
        var scene = new Scene();
        var (balancer, group) = (scene.LoadBalancer(), scene.Group());
        var listener = scene.Listener(balancer, group);
        var rule = scene.Rule(listener, group, 1);
        var tags = new ChangeLoadBalancingTags([balancer, group, listener, rule], Pairs("team", "blue"), []);

        scene.After(tags).Count.ShouldBe(4);
        scene.After(tags).ShouldBeEmpty();
        foreach (var command in (Func<IReadOnlyList<E>>[])
        [
            () => scene.After(new ModifyLoadBalancerAttributes(balancer, Pairs(LoadBalancingAttributes.IdleTimeout, "7"))),
            () => scene.After(new ModifyTargetGroupAttributes(group, Pairs(LoadBalancingAttributes.DeregistrationDelay, "7"))),
            () => scene.After(new ModifyListenerAttributes(listener, Pairs(LoadBalancingAttributes.ServerHeader, "false"))),
            () => scene.After(new ModifyTargetGroup(group) { IntervalSeconds = 7 }),
            () => scene.After(new ModifyListener(listener, 81, null)),
            () => scene.After(new ModifyRule(rule, [new() { Field = "path-pattern", Values = ["/x"] }], null)),
            () => scene.After(new SetRulePriorities(ImmutableSortedDictionary<string, int>.Empty.Add(rule, 7))),
            () => scene.After(new SetLoadBalancerNetwork(balancer, [new("us-east-1a", "subnet-1")], ["sg-1"])),
        ])
        {
            command().Count.ShouldBe(1);
            command().ShouldBeEmpty();
        }
    }

    private static ImmutableSortedDictionary<string, string> Pairs(string key, string value) => ImmutableSortedDictionary<string, string>.Empty.Add(key, value);
}
