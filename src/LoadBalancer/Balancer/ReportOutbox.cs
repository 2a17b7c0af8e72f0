using System.Collections.Immutable;
using System.Threading.Channels;
using Berth.Domain;

namespace Berth.LoadBalancer;

/// <summary>
/// What the server is still to be told: the newest word on each target, so that it never grows beyond the targets there
/// are. What is lost with a connection is found again by comparing with the next configuration. Thread safe.
/// </summary>
internal sealed class ReportOutbox
{
    /// <summary>The most targets one report tells of.</summary>
    public const int MostTargets = 500;

    private readonly Lock gate = new();
    private readonly Channel<bool> pending = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Dictionary<(string Group, TargetKey Target), TargetHealthReport> health = [];
    private readonly Dictionary<(string Group, TargetKey Target), DrainedTarget> drained = [];
    private ImmutableSortedDictionary<string, string> listenerFailures = ImmutableSortedDictionary<string, string>.Empty;
    private bool listenerFailuresTold;

    public void AddHealth(TargetRuntime target)
    {
        lock (gate)
        {
            health[(target.TargetGroupArn, target.Key)] = new(target.TargetGroupArn, target.Key, target.Generation, target.Health);
        }

        pending.Writer.TryWrite(true);
    }

    /// <summary>Reports a target if it is drained. Which registration that is said of is read first: it cannot have drained in an earlier one.</summary>
    public void AddIfDrained(TargetRuntime target)
    {
        var generation = target.Generation;
        if (!target.IsDrained)
        {
            return;
        }

        lock (gate)
        {
            drained[(target.TargetGroupArn, target.Key)] = new(target.TargetGroupArn, target.Key, generation);
        }

        pending.Writer.TryWrite(true);
    }

    public void SetListenerFailures(ImmutableSortedDictionary<string, string> failures)
    {
        lock (gate)
        {
            if (failures.SequenceEqual(listenerFailures))
            {
                return;
            }

            (listenerFailures, listenerFailuresTold) = (failures, false);
        }

        pending.Writer.TryWrite(true);
    }

    /// <summary>Begins a connection: the server knows nothing yet, and its configuration will show what it lacks.</summary>
    public void BeginConnection()
    {
        lock (gate)
        {
            health.Clear();
            drained.Clear();
            listenerFailuresTold = false;
        }

        pending.Writer.TryWrite(true);
    }

    /// <summary>The next report, once there is something to tell.</summary>
    public async ValueTask<BalancerReport> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await pending.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            lock (gate)
            {
                var failures = listenerFailuresTold ? null : listenerFailures;
                listenerFailuresTold = true;
                var report = new BalancerReport(Take(health), Take(drained), failures);
                if (health.Count + drained.Count > 0)
                {
                    pending.Writer.TryWrite(true);
                }

                if (!report.Health.IsEmpty || !report.Drained.IsEmpty || failures is not null)
                {
                    return report;
                }
            }
        }
    }

    private static ImmutableArray<T> Take<T>(Dictionary<(string, TargetKey), T> from)
    {
        var taken = from.Take(MostTargets).ToList();
        taken.ForEach(pair => from.Remove(pair.Key));
        return [.. taken.Select(pair => pair.Value)];
    }
}
