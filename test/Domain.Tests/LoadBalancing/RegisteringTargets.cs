namespace Berth.Domain.Tests;

using E = LoadBalancingEvent;

public sealed class RegisteringTargets
{
    [Fact]
    public void Twice_is_the_same_as_once()
    {
        var scene = new Scene();
        var group = scene.Group();
        scene.Register(group, owner: "service").ShouldHaveSingleItem().ShouldBeOfType<E.TargetsRegistered>();

        scene.Register(group, owner: "service").ShouldBeEmpty();
        scene.Register(group).ShouldBeEmpty();
    }

    [Fact]
    public void Of_a_group_in_use_begins_their_checks_and_of_another_leaves_them_unused()
    {
        var scene = new Scene();
        var (used, unused) = (scene.Group("used"), scene.Group("unused"));
        scene.Listener(scene.LoadBalancer(), used);

        scene.Register(used);
        scene.Register(unused);

        scene.State.TargetsOf(used).Values.Single().Health.ShouldBe(TargetHealth.Registering);
        scene.State.TargetsOf(unused).Values.Single().Health.ShouldBe(TargetHealth.NotInUse);
    }

    [Fact]
    public void Takes_a_draining_target_back_as_a_new_registration()
    {
        var scene = new Scene();
        var (group, target) = scene.WithTarget(TargetHealth.Healthy);
        var before = scene.State.TargetsOf(group)[target].Generation;
        scene.Do(new DeregisterTargets(group, [target]));

        scene.Register(group).ShouldHaveSingleItem().ShouldBeOfType<E.TargetsRegistered>();

        var revived = scene.State.TargetsOf(group)[target];
        revived.Health.ShouldBe(TargetHealth.Registering);
        revived.Generation.ShouldBeGreaterThan(before);
        scene.Aggregate.NextDeadline.ShouldBeNull();
        scene.After(new ReportTargetsDrained([new(group, target, before)])).ShouldBeEmpty();
    }

    [Fact]
    public void Wants_an_address_for_an_instance_and_an_ip_for_an_ip_group()
    {
        var scene = new Scene();
        var instances = scene.Do(new CreateTargetGroup { Name = "i", Protocol = "HTTP", Port = 80, TargetType = "instance", HealthCheck = new() }).Arn;

        Should.Throw<RefusedException>(() => scene.Do(new RegisterTargets(instances, [new("i-1", null, null, null, null)]))).Code.ShouldBe("InvalidTarget");
        Should.Throw<RefusedException>(() => scene.Do(new RegisterTargets(scene.Group(), [new("i-1", null, null, null, null)]))).Code.ShouldBe("ValidationError");
        scene.Do(new RegisterTargets(instances, [new("i-1", 32768, null, "127.0.0.1", "service")])).ShouldBe(1);
        scene.State.TargetsOf(instances).Values.Single().Owner.ShouldBe("service");
    }

    [Fact]
    public void Stops_at_the_limit_of_a_group_with_all_or_none()
    {
        var scene = new Scene();
        var group = scene.Group();
        scene.Do(new RegisterTargets(group, [.. Enumerable.Range(1, 999).Select(port => new TargetRegistration("10.0.0.1", port, null, null, null))]));

        Should.Throw<RefusedException>(() => scene.Do(new RegisterTargets(group, [new("10.0.0.2", 1, null, null, null), new("10.0.0.2", 2, null, null, null)])))
            .Code.ShouldBe("TooManyTargets");
        scene.State.TargetsOf(group).Count.ShouldBe(999);
    }
}
