using System.Collections.Concurrent;
using Berth.Domain;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Berth.LoadBalancer.Tests;

public sealed class HealthChecks
{
    private static readonly TargetGroupHealthCheck Settings = new() { IntervalSeconds = 10, TimeoutSeconds = 5, HealthyThreshold = 3, UnhealthyThreshold = 2 };
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Make_a_new_target_healthy_with_the_first_success() =>
        new HealthCheckCount().After(TargetHealth.Registering, TargetHealth.Healthy, Settings, Noon).ShouldBe(TargetHealth.Healthy);

    [Fact]
    public void Take_a_target_out_after_failures_in_a_row_and_bring_it_back_after_successes_in_a_row()
    {
        var count = new HealthCheckCount();
        var health = TargetHealth.Healthy;
        var states = new List<TargetHealthState>();
        foreach (var (result, index) in "fsffsssfs".Select((result, index) => (result, index)))
        {
            health = count.After(health, result == 's' ? TargetHealth.Healthy : TargetHealth.TimedOut, Settings, Noon.AddSeconds(10 * index));
            states.Add(health.State);
        }

        string.Concat(states.Select(state => state == TargetHealthState.Healthy ? 'H' : 'U')).ShouldBe("HHHUUUHHH");
    }

    [Fact]
    public void Say_of_a_new_target_that_fails_that_its_first_checks_are_in_progress() =>
        new HealthCheckCount().After(TargetHealth.Registering, TargetHealth.FailedHealthChecks, Settings, Noon).ShouldBe(TargetHealth.Checking);

    [Fact]
    public void Come_soon_again_for_a_new_target_that_fails_but_count_only_once_an_interval()
    {
        var count = new HealthCheckCount();
        var health = TargetHealth.Registering;
        var now = Noon;
        var checks = 0;
        while (health.State == TargetHealthState.Initial)
        {
            health = count.After(health, TargetHealth.FailedHealthChecks, Settings, now);
            checks++;
            now += count.Pause(health, Settings);
        }

        checks.ShouldBeGreaterThan(5);
        health.ShouldBe(TargetHealth.FailedHealthChecks);
        (now - Noon).ShouldBeInRange(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Run_at_once_for_a_new_target_then_once_an_interval_and_not_for_one_that_is_gone()
    {
        var clock = new FakeTimeProvider(Noon);
        var probed = new ConcurrentQueue<DateTimeOffset>();
        var changes = new ConcurrentQueue<TargetHealthState>();
        var (group, target) = Group(Settings);
        var checker = new HealthChecker(
            (_, _, _) =>
            {
                probed.Enqueue(clock.GetUtcNow());
                return ValueTask.FromResult(TargetHealth.Healthy);
            },
            changed => changes.Enqueue(changed.Health.State),
            clock,
            NullLogger<HealthChecker>.Instance);
        using var ending = new CancellationTokenSource();
        var running = checker.RunAsync(ending.Token);

        checker.Set([(group, target)]);
        await Await.Until(() => probed.Count == 1 && changes.Count == 1);
        await AdvanceUntil(clock, () => probed.Count == 3);
        checker.Set([]);
        clock.Advance(TimeSpan.FromMinutes(1));
        await ending.CancelAsync();
        await running.ContinueWith(_ => { }, TaskScheduler.Default);

        probed.Zip(probed.Skip(1)).ShouldAllBe(pair => pair.Second - pair.First >= TimeSpan.FromSeconds(10));
        probed.Count.ShouldBe(3);
        changes.ShouldBe([TargetHealthState.Healthy]);
    }

    [Fact]
    public async Task Run_no_more_than_so_many_at_once()
    {
        var clock = new FakeTimeProvider(Noon);
        var (now, most) = (0, 0);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var done = 0;
        var group = new TargetGroupRuntime("g");
        group.Apply(
            new("g", InUse: true, "round_robin", Settings, [.. Enumerable.Range(1, 200).Select(port => new TargetConfiguration(new("127.0.0.1", port), "127.0.0.1", 1, TargetHealth.Registering))]),
            _ => { });
        var checker = new HealthChecker(
            async (_, _, _) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref now));
                await go.Task;
                Interlocked.Decrement(ref now);
                Interlocked.Increment(ref done);
                return TargetHealth.Healthy;
            },
            _ => { },
            clock,
            NullLogger<HealthChecker>.Instance);
        using var ending = new CancellationTokenSource();
        var running = checker.RunAsync(ending.Token);

        checker.Set(group.Targets.Values.Select(target => (group, target)));
        await Await.Until(() => Volatile.Read(ref now) == HealthChecker.MostChecksAtOnce);
        go.SetResult();
        await Await.Until(() => Volatile.Read(ref done) == 200);

        most.ShouldBeLessThanOrEqualTo(HealthChecker.MostChecksAtOnce);
        await ending.CancelAsync();
        await running.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [Fact]
    public async Task Tell_timeouts_refusals_and_wrong_codes_apart()
    {
        await using var backend = await Backend.StartAsync("a");
        using var probe = new HealthProbe(TimeProvider.System);
        var settings = Settings with { Path = "/health", TimeoutSeconds = 2 };
        var (_, target) = Group(settings, backend.Port);
        var (_, nobody) = Group(settings, Ports.Free());

        (await probe.CheckAsync(target, settings, CancellationToken.None)).ShouldBe(TargetHealth.Healthy);
        backend.HealthStatus = 404;
        (await probe.CheckAsync(target, settings, CancellationToken.None)).ShouldBe(TargetHealth.CodeMismatch(404));
        (await probe.CheckAsync(target, settings with { Matcher = "200-299,404" }, CancellationToken.None)).ShouldBe(TargetHealth.Healthy);
        (await probe.CheckAsync(target, settings with { Path = "/slow" }, CancellationToken.None)).ShouldBe(TargetHealth.TimedOut);
        (await probe.CheckAsync(nobody, settings, CancellationToken.None)).ShouldBe(TargetHealth.FailedHealthChecks);
    }

    private static (TargetGroupRuntime Group, TargetRuntime Target) Group(TargetGroupHealthCheck settings, int port = 80)
    {
        var group = new TargetGroupRuntime("g");
        group.Apply(new("g", InUse: true, "round_robin", settings, [new(new("127.0.0.1", port), "127.0.0.1", 1, TargetHealth.Registering)]), _ => { });
        return (group, group.Targets.Values.Single());
    }

    private static Task AdvanceUntil(FakeTimeProvider clock, Func<bool> condition) => Await.Until(() =>
    {
        clock.Advance(TimeSpan.FromSeconds(1));
        return condition();
    });
}
