namespace Berth.Domain.Tests;

using E = LoadBalancingEvent;

public sealed class DrainingTargets
{
    [Fact]
    public void Ends_when_the_balancer_says_nothing_is_in_flight()
    {
        var scene = new Scene();
        var (group, target) = scene.WithTarget(TargetHealth.Healthy);
        var generation = scene.State.TargetsOf(group)[target].Generation;
        scene.After(new DeregisterTargets(group, [target])).ShouldHaveSingleItem().ShouldBeOfType<E.TargetsDeregistered>();
        scene.State.TargetsOf(group)[target].Health.ShouldBe(TargetHealth.Draining);

        scene.After(new ReportTargetsDrained([new(group, target, generation)])).ShouldBe([new E.TargetRemoved(group, target)]);

        scene.State.TargetsOf(group).ShouldBeEmpty();
        scene.Aggregate.NextDeadline.ShouldBeNull();
    }

    [Fact]
    public void Ends_at_the_latest_after_the_deregistration_delay()
    {
        var scene = new Scene();
        var (group, target) = scene.WithTarget(TargetHealth.Healthy);
        scene.Do(new DeregisterTargets(group, [target]));
        scene.Aggregate.NextDeadline.ShouldBe(scene.Now.AddSeconds(300));

        scene.Settled(TimeSpan.FromSeconds(299)).ShouldBeEmpty();
        scene.Settled(TimeSpan.FromSeconds(1)).ShouldBe([new E.TargetRemoved(group, target)]);
    }

    [Fact]
    public void Ends_at_once_without_a_delay_and_for_a_group_nobody_uses()
    {
        var scene = new Scene();
        var group = scene.Group();
        scene.Register(group);

        var facts = scene.After(new DeregisterTargets(group, [new("10.0.0.1", 80)]));

        facts.Select(fact => fact.GetType()).ShouldBe([typeof(E.TargetsDeregistered), typeof(E.TargetRemoved)]);
    }

    [Fact]
    public void Twice_is_the_same_as_once_and_does_not_begin_the_delay_anew()
    {
        var scene = new Scene();
        var (group, target) = scene.WithTarget(TargetHealth.Healthy);
        scene.Do(new DeregisterTargets(group, [target]));
        var deadline = scene.Aggregate.NextDeadline;
        scene.Now += TimeSpan.FromMinutes(1);

        scene.After(new DeregisterTargets(group, [target, new("10.9.9.9", 80)])).ShouldBeEmpty();

        scene.Aggregate.NextDeadline.ShouldBe(deadline);
    }

    [Fact]
    public void Is_not_ended_by_a_late_report_about_health_or_about_an_earlier_registration()
    {
        var scene = new Scene();
        var (group, target) = scene.WithTarget(TargetHealth.Healthy);
        var generation = scene.State.TargetsOf(group)[target].Generation;
        scene.Do(new DeregisterTargets(group, [target]));

        scene.After(new ReportTargetHealth([new(group, target, generation, TargetHealth.TimedOut)])).ShouldBeEmpty();
        scene.After(new ReportTargetsDrained([new(group, target, generation - 1)])).ShouldBeEmpty();
    }

    [Fact]
    public void Keeps_its_deadline_through_a_snapshot()
    {
        var scene = new Scene();
        var (group, target) = scene.WithTarget(TargetHealth.Healthy);
        scene.Do(new DeregisterTargets(group, [target]));

        var restored = new LoadBalancingAggregate("000000000000", "us-east-1");
        restored.Restore(scene.State);

        restored.NextDeadline.ShouldBe(scene.Aggregate.NextDeadline);
    }
}
