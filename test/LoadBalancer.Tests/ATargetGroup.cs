using Berth.Domain;

namespace Berth.LoadBalancer.Tests;

public sealed class ATargetGroup
{
    [Fact]
    public void Sends_only_to_healthy_targets() =>
        Picked(Group("round_robin", TargetHealth.Healthy, TargetHealth.TimedOut, TargetHealth.Registering), times: 4).ShouldBe([1, 1, 1, 1]);

    [Fact]
    public void Opens_to_all_when_every_one_is_unhealthy() =>
        Picked(Group("round_robin", TargetHealth.TimedOut, TargetHealth.FailedHealthChecks), times: 4).Order().ShouldBe([1, 1, 2, 2]);

    [Fact]
    public void Sends_nothing_to_targets_that_have_never_passed_a_check() =>
        Picked(Group("round_robin", TargetHealth.Registering, TargetHealth.Checking), times: 1).ShouldBeEmpty();

    [Fact]
    public void Sends_nothing_to_draining_targets_even_when_there_are_no_others() =>
        Picked(Group("round_robin", TargetHealth.Draining), times: 1).ShouldBeEmpty();

    [Fact]
    public void Gives_requests_in_turn_whatever_the_number_of_targets()
    {
        var counts = Picked(Group("round_robin", [.. Enumerable.Repeat(TargetHealth.Healthy, 7)]), times: 700).CountBy(port => port);

        counts.ShouldAllBe(pair => pair.Value == 100);
    }

    [Fact]
    public void Prefers_the_target_with_the_fewest_requests_when_told_so()
    {
        var group = Group("least_outstanding_requests", TargetHealth.Healthy, TargetHealth.Healthy);
        var busy = group.Enter([])!;

        for (var request = 0; request < 5; request++)
        {
            var other = group.Enter([])!;
            other.ShouldNotBe(busy);
            other.Exit();
        }
    }

    [Fact]
    public void Spreads_at_random_when_told_so()
    {
        var counts = Picked(Group("weighted_random", [.. Enumerable.Repeat(TargetHealth.Healthy, 5)]), times: 1000).CountBy(port => port).ToList();

        counts.Count.ShouldBe(5);
        counts.ShouldAllBe(pair => pair.Value > 100 && pair.Value < 300);
    }

    [Fact]
    public void Keeps_its_own_newer_word_on_health_unless_the_target_was_registered_anew()
    {
        var group = Group("round_robin", TargetHealth.Registering);
        var target = group.Targets.Values.Single();
        group.SetHealth(target, generation: 1, TargetHealth.Healthy).ShouldBeTrue();

        group.Apply(Configuration("round_robin", generation: 1, TargetHealth.Registering), _ => { });
        group.Targets.Values.Single().ShouldBe(target);
        target.Health.ShouldBe(TargetHealth.Healthy);

        group.Apply(Configuration("round_robin", generation: 2, TargetHealth.Registering), _ => { });
        target.Health.ShouldBe(TargetHealth.Registering);
        group.SetHealth(target, generation: 1, TargetHealth.Healthy).ShouldBeFalse();
    }

    [Theory]
    [InlineData("/img/*", "/img/a/b.png", true)]
    [InlineData("/img/*", "/image", false)]
    [InlineData("/?", "/a", true)]
    [InlineData("/?", "/", false)]
    [InlineData("*.png", "/a/b.png", true)]
    [InlineData("*a*b*c", "xxaxxbxxc", true)]
    [InlineData("*a*b*c", "xxaxxcxxb", false)]
    [InlineData("", "", true)]
    [InlineData("*", "", true)]
    public void Has_rules_whose_patterns_know_stars_and_question_marks(string pattern, string text, bool fits) =>
        RuleMatch.Fits(text, pattern, ignoreCase: false).ShouldBe(fits);

    [Fact]
    public async Task Has_rules_whose_patterns_never_take_long()
    {
        var fitting = Task.Run(
            () => RuleMatch.Fits(new string('a', 8000), string.Concat(Enumerable.Repeat("*a", 60)) + "b", ignoreCase: false),
            TestContext.Current.CancellationToken);

        (await fitting.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken)).ShouldBeFalse();
    }

    private static List<int> Picked(TargetGroupRuntime group, int times)
    {
        var picked = new List<int>();
        for (var request = 0; request < times; request++)
        {
            if (group.Enter([]) is { } target)
            {
                picked.Add(target.Key.Port);
                target.Exit();
            }
        }

        return picked;
    }

    private static TargetGroupRuntime Group(string algorithm, params TargetHealth[] targets)
    {
        var group = new TargetGroupRuntime("g");
        group.Apply(Configuration(algorithm, generation: 1, targets), _ => { });
        return group;
    }

    private static TargetGroupConfiguration Configuration(string algorithm, long generation, params TargetHealth[] targets) => new(
        "g",
        InUse: true,
        algorithm,
        new TargetGroupHealthCheck(),
        [.. targets.Select((health, index) => new TargetConfiguration(new("127.0.0.1", index + 1), "127.0.0.1", generation, health))]);
}
