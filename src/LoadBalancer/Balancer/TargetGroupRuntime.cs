using System.Collections.Immutable;
using Berth.Domain;

namespace Berth.LoadBalancer;

/// <summary>A target group as traffic sees it: who takes requests now, and whose turn it is.</summary>
internal sealed class TargetGroupRuntime(string arn)
{
    private readonly Lock gate = new();
    private TargetRuntime[] eligible = [];
    private uint turn;

    public string Arn { get; } = arn;

    /// <summary>The newest settings.</summary>
    public TargetGroupConfiguration Configuration { get; private set; } =
        new(arn, InUse: false, "round_robin", new TargetGroupHealthCheck(), []);

    /// <summary>All targets, the draining ones included.</summary>
    public ImmutableSortedDictionary<TargetKey, TargetRuntime> Targets { get; private set; } = ImmutableSortedDictionary<TargetKey, TargetRuntime>.Empty;

    /// <summary>How many targets take requests.</summary>
    public int EligibleCount => Volatile.Read(ref eligible).Length;

    /// <summary>
    /// Takes new settings and targets. A target keeps what is known of it here, unless it was registered anew or its group
    /// has only now come into use: then the server's word counts. Targets that are no longer named end at once.
    /// </summary>
    public void Apply(TargetGroupConfiguration configuration, Action<TargetRuntime> onDrained)
    {
        lock (gate)
        {
            var targets = ImmutableSortedDictionary.CreateBuilder<TargetKey, TargetRuntime>();
            foreach (var wanted in configuration.Targets)
            {
                var target = Targets.GetValueOrDefault(wanted.Key);
                if (target?.Address != wanted.Address)
                {
                    target = new(Arn, wanted.Key, wanted.Address, onDrained);
                }

                Take(target, wanted, isContinued: Configuration.InUse && configuration.InUse && target.Generation == wanted.Generation);
                targets.Add(wanted.Key, target);
            }

            foreach (var (key, target) in Targets)
            {
                if (!targets.TryGetValue(key, out var kept) || kept != target)
                {
                    target.Remove();
                }
            }

            (Configuration, Targets) = (configuration, targets.ToImmutable());
            ChooseEligible();
        }
    }

    /// <summary>Takes what a check found; false when that is known already, or was found of an earlier registration.</summary>
    public bool SetHealth(TargetRuntime target, long generation, TargetHealth health)
    {
        lock (gate)
        {
            if (target.Generation != generation || target.Health == health)
            {
                return false;
            }

            target.Health = health;
            ChooseEligible();
            return true;
        }
    }

    /// <summary>The group is gone, and its targets with it.</summary>
    public void Remove() => Apply(new(Arn, InUse: false, Configuration.Algorithm, Configuration.HealthCheck, []), _ => { });

    /// <summary>
    /// Picks a target for one request and counts the request in; the caller must count it out. Null when no target takes
    /// requests, but for those in <paramref name="tried"/>.
    /// </summary>
    public TargetRuntime? Enter(IReadOnlyCollection<TargetRuntime> tried)
    {
        var targets = Volatile.Read(ref eligible);
        if (targets.Length == 0)
        {
            return null;
        }

        var first = (int)(Interlocked.Increment(ref turn) % (uint)targets.Length);
        if (Configuration.Algorithm == "least_outstanding_requests")
        {
            first = LeastBusy(targets, first, tried);
        }
        else if (Configuration.Algorithm == "weighted_random")
        {
            first = (int)((turn * 2654435761u >> 8) % (uint)targets.Length);    // Spreads successive turns without a shared generator.
        }

        for (var step = 0; step < targets.Length; step++)
        {
            var target = targets[(first + step) % targets.Length];
            if (!tried.Contains(target) && target.TryEnter())
            {
                return target;
            }
        }

        return null;
    }

    private static void Take(TargetRuntime target, TargetConfiguration wanted, bool isContinued)
    {
        target.Generation = wanted.Generation;
        if (wanted.Health.State == TargetHealthState.Draining)
        {
            target.Drain();
            return;
        }

        target.Revive();
        if (!isContinued)
        {
            target.Health = wanted.Health;
        }
    }

    private static int LeastBusy(TargetRuntime[] targets, int first, IReadOnlyCollection<TargetRuntime> tried)
    {
        var (best, least) = (first, int.MaxValue);
        for (var step = 0; step < targets.Length; step++)
        {
            var at = (first + step) % targets.Length;
            if (targets[at].InFlight < least && !targets[at].IsDraining && !tried.Contains(targets[at]))
            {
                (best, least) = (at, targets[at].InFlight);
            }
        }

        return best;
    }

    // Healthy targets take the traffic. Where there are none but some are unhealthy, all of them do: a failing health
    // check on every target says more about the check. Targets that have never passed a check take none before that.
    private void ChooseEligible()
    {
        var alive = Targets.Values.Where(target => !target.IsDraining).ToList();
        var healthy = alive.Where(target => target.Health.State == TargetHealthState.Healthy).ToArray();
        Volatile.Write(
            ref eligible,
            healthy.Length > 0 ? healthy : alive.Exists(target => target.Health.State == TargetHealthState.Unhealthy) ? [.. alive] : []);
    }
}
