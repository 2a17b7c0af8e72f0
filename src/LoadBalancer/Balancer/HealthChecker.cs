using System.Threading.Channels;
using Berth.Domain;
using Microsoft.Extensions.Logging;

namespace Berth.LoadBalancer;

/// <summary>Checks every target of the groups in use: one loop over a queue ordered by time, a bounded number of checks at once.</summary>
internal sealed partial class HealthChecker(
    Func<TargetRuntime, TargetGroupHealthCheck, CancellationToken, ValueTask<TargetHealth>> probe,
    Action<TargetRuntime> onChanged,
    TimeProvider clock,
    ILogger<HealthChecker> logger)
{
    /// <summary>How many checks run at once.</summary>
    public const int MostChecksAtOnce = 64;

    private readonly Lock gate = new();
    private readonly Dictionary<TargetRuntime, Check> checks = [];
    private readonly PriorityQueue<Check, DateTimeOffset> queue = new();
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Checks these targets from now on and no others. A new one, or one registered anew, is checked at once.</summary>
    public void Set(IEnumerable<(TargetGroupRuntime Group, TargetRuntime Target)> targets)
    {
        lock (gate)
        {
            HashSet<TargetRuntime> wanted = [];
            foreach (var (group, target) in targets)
            {
                wanted.Add(target);
                if (!checks.TryGetValue(target, out var check) || check.Generation != target.Generation)
                {
                    Begin(new Check(group, target, target.Generation));
                }
            }

            foreach (var gone in checks.Keys.Where(target => !wanted.Contains(target)).ToList())
            {
                checks.Remove(gone);
            }
        }

        wake.Writer.TryWrite(true);
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var slots = new SemaphoreSlim(MostChecksAtOnce);
        using var timer = clock.CreateTimer(_ => wake.Writer.TryWrite(true), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        try
        {
            while (true)
            {
                while (NextDue() is { } check)
                {
                    await slots.WaitAsync(cancellationToken).ConfigureAwait(false);
                    _ = RunAsync(check, slots, cancellationToken);    // Owned through its slot, which is taken back below.
                }

                timer.Change(TimeToNext(), Timeout.InfiniteTimeSpan);
                await wake.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            for (var slot = 0; slot < MostChecksAtOnce; slot++)
            {
                await slots.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private async Task RunAsync(Check check, SemaphoreSlim slots, CancellationToken cancellationToken)
    {
        try
        {
            var startedAt = clock.GetUtcNow();
            var settings = check.Group.Configuration.HealthCheck;
            var found = await probe(check.Target, settings, cancellationToken).ConfigureAwait(false);
            var health = check.Count.After(check.Target.Health, found, settings, startedAt);
            lock (gate)
            {
                if (!IsCurrent(check))
                {
                    return;
                }
            }

            if (check.Group.SetHealth(check.Target, check.Generation, health))
            {
                LogHealth(check.Target.Key, check.Target.TargetGroupArn, health.State, health.Description);
                onChanged(check.Target);
            }

            Requeue(check, startedAt + check.Count.Pause(health, settings));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The balancer ends.
        }
        catch (Exception defect)
        {
            LogDefect(check.Target.Key, defect);
            Requeue(check, clock.GetUtcNow() + TimeSpan.FromSeconds(check.Group.Configuration.HealthCheck.IntervalSeconds));
        }
        finally
        {
            slots.Release();
        }
    }

    private void Begin(Check check)
    {
        checks[check.Target] = check;
        queue.Enqueue(check, clock.GetUtcNow());
    }

    private void Requeue(Check check, DateTimeOffset due)
    {
        lock (gate)
        {
            if (IsCurrent(check))
            {
                queue.Enqueue(check, due);
            }
        }

        wake.Writer.TryWrite(true);
    }

    private Check? NextDue()
    {
        lock (gate)
        {
            while (queue.TryPeek(out var check, out var at) && (at <= clock.GetUtcNow() || !IsCurrent(check)))
            {
                queue.Dequeue();
                if (IsCurrent(check))
                {
                    return check;
                }
            }

            return null;
        }
    }

    private TimeSpan TimeToNext()
    {
        lock (gate)
        {
            return !queue.TryPeek(out _, out var at) ? Timeout.InfiniteTimeSpan
                : at - clock.GetUtcNow() is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    private bool IsCurrent(Check check) => checks.TryGetValue(check.Target, out var current) && current == check;

    private sealed class Check(TargetGroupRuntime group, TargetRuntime target, long generation)
    {
        public TargetGroupRuntime Group { get; } = group;

        public TargetRuntime Target { get; } = target;

        public long Generation { get; } = generation;

        public HealthCheckCount Count { get; } = new();
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Target {Target} of {TargetGroup} is {State}: {Description}")]
    private partial void LogHealth(TargetKey target, string targetGroup, TargetHealthState state, string? description);

    [LoggerMessage(Level = LogLevel.Error, Message = "Checking target {Target} failed in an unforeseen way")]
    private partial void LogDefect(TargetKey target, Exception exception);
}
