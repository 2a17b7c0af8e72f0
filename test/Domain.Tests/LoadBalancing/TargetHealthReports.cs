namespace Berth.Domain.Tests;

using E = LoadBalancingEvent;

public sealed class TargetHealthReports
{
    [Fact]
    public void Become_facts_only_when_something_changed()
    {
        var scene = new Scene();
        var (group, target) = scene.WithTarget(TargetHealth.Healthy);
        var generation = scene.State.TargetsOf(group)[target].Generation;

        scene.After(new ReportTargetHealth([new(group, target, generation, TargetHealth.Healthy)])).ShouldBeEmpty();
        scene.After(new ReportTargetHealth([new(group, target, generation, TargetHealth.CodeMismatch(500))])).ShouldBe(
            [new E.TargetHealthChanged(group, target, TargetHealthState.Unhealthy, "Target.ResponseCodeMismatch", "Health checks failed with these codes: [500]")]);
    }

    [Fact]
    public void About_unknown_targets_groups_and_registrations_are_passed_over()
    {
        var scene = new Scene();
        var (group, target) = scene.WithTarget(TargetHealth.Healthy);

        scene.After(new ReportTargetHealth(
        [
            new("no such group", target, 1, TargetHealth.TimedOut),
            new(group, new("10.9.9.9", 80), 1, TargetHealth.TimedOut),
            new(group, target, 99, TargetHealth.TimedOut),
            new(group, target, scene.State.TargetsOf(group)[target].Generation, TargetHealth.Draining),
        ])).ShouldBeEmpty();
    }

    [Fact]
    public void Follow_the_use_of_the_group()
    {
        var scene = new Scene();
        var (group, target) = scene.WithTarget(TargetHealth.Healthy);
        var listener = scene.State.Listeners.Keys.Single();

        scene.After(new DeleteListener(listener)).Last().ShouldBe(
            new E.TargetHealthChanged(group, target, TargetHealthState.Unused, "Target.NotInUse", "Target group is not configured to receive traffic from the load balancer"));

        scene.Listener(scene.State.LoadBalancers.Keys.Single(), group);
        scene.State.TargetsOf(group)[target].Health.ShouldBe(TargetHealth.Registering);
    }
}
