using System.Collections.Immutable;
using System.Net;

namespace Berth.Domain;

/// <summary>
/// Registers targets with a group. One that is registered already is left as it is; one that is draining is taken back.
/// Answers how many were registered by it.
/// </summary>
/// <param name="TargetGroupArn">The group.</param>
/// <param name="Targets">The targets; all of them or, when one is refused, none.</param>
public sealed record RegisterTargets(string TargetGroupArn, ImmutableArray<TargetRegistration> Targets)
    : Command<LoadBalancingAggregate, int>
{
    /// <summary>The most targets a group may have.</summary>
    public const int MostTargets = 1000;

    /// <inheritdoc/>
    public override int Decide(LoadBalancingAggregate aggregate, DecisionContext context)
    {
        var group = aggregate.State.TargetGroups.GetValueOrDefault(TargetGroupArn)
            ?? throw LoadBalancingRefusal.TargetGroupsNotFound();
        var known = aggregate.State.TargetsOf(TargetGroupArn);
        var health = aggregate.State.LoadBalancersOf(TargetGroupArn).IsEmpty ? TargetHealth.NotInUse : TargetHealth.Registering;
        var generation = aggregate.State.Generation;
        var registered = ImmutableSortedDictionary.CreateBuilder<TargetKey, Target>();
        foreach (var registration in Targets)
        {
            var target = new Target
            {
                Key = new TargetKey(registration.Id, registration.Port ?? group.Port),
                Address = AddressOf(group, registration),
                AvailabilityZone = registration.AvailabilityZone,
                Owner = registration.Owner,
                Generation = generation + 1,
                Health = health,
            };
            if (known.TryGetValue(target.Key, out var present) && IsSame(present, target))
            {
                continue;
            }

            registered[target.Key] = target;
            generation++;
        }

        if (registered.Count == 0)
        {
            return 0;
        }

        if (known.Count + registered.Keys.Count(key => !known.ContainsKey(key)) > MostTargets)
        {
            throw LoadBalancingRefusal.TooMany("TooManyTargets", "targets of a target group", MostTargets);
        }

        aggregate.Record(new LoadBalancingEvent.TargetsRegistered(TargetGroupArn, [.. registered.Values]));
        return registered.Count;
    }

    private static bool IsSame(Target present, Target wanted) =>
        present.Health.State != TargetHealthState.Draining
        && present.Address == wanted.Address
        && (wanted.Owner is null || present.Owner == wanted.Owner);

    private static string AddressOf(TargetGroup group, TargetRegistration registration)
    {
        if (group.TargetType == "ip")
        {
            return IPAddress.TryParse(registration.Id, out _)
                ? registration.Id
                : throw LoadBalancingRefusal.Validation($"The IP address '{registration.Id}' is not a valid IPv4 address");
        }

        return registration.Address
            ?? throw LoadBalancingRefusal.InvalidTarget($"The following targets are not in a running state and cannot be registered: '{registration.Id}'");
    }
}

/// <summary>
/// Deregisters targets: they get no new request and are gone once nothing is in flight, at the latest after the group's
/// deregistration delay. Targets that are not there, or are draining already, are passed over. Answers how many are
/// draining because of it.
/// </summary>
public sealed record DeregisterTargets(string TargetGroupArn, ImmutableArray<TargetKey> Targets) : Command<LoadBalancingAggregate, int>
{
    /// <inheritdoc/>
    public override int Decide(LoadBalancingAggregate aggregate, DecisionContext context)
    {
        var group = aggregate.State.TargetGroups.GetValueOrDefault(TargetGroupArn)
            ?? throw LoadBalancingRefusal.TargetGroupsNotFound();
        var known = aggregate.State.TargetsOf(TargetGroupArn);
        ImmutableArray<TargetKey> leaving =
        [
            .. Targets.Distinct().Order()
                .Where(key => known.TryGetValue(key, out var target) && target.Health.State != TargetHealthState.Draining),
        ];
        if (leaving.IsEmpty)
        {
            return 0;
        }

        // A group without traffic has nothing in flight to wait for.
        var delay = aggregate.State.LoadBalancersOf(TargetGroupArn).IsEmpty ? TimeSpan.Zero : group.DeregistrationDelay;
        aggregate.Record(new LoadBalancingEvent.TargetsDeregistered(TargetGroupArn, leaving, context.Now + delay));
        return leaving.Length;
    }
}

/// <summary>What the balancer found of one target.</summary>
/// <param name="TargetGroupArn">The group.</param>
/// <param name="Target">The target.</param>
/// <param name="Generation">The registration it was found of; a report of another registration is passed over.</param>
/// <param name="Health">Initial, healthy, unhealthy or unavailable, with its reason.</param>
public sealed record TargetHealthReport(string TargetGroupArn, TargetKey Target, long Generation, TargetHealth Health);

/// <summary>Takes over the balancer's view of targets' health. Only changes become facts; answers how many did.</summary>
public sealed record ReportTargetHealth(ImmutableArray<TargetHealthReport> Reports) : Command<LoadBalancingAggregate, int>
{
    /// <inheritdoc/>
    public override int Decide(LoadBalancingAggregate aggregate, DecisionContext context)
    {
        var changed = 0;
        foreach (var report in Reports)
        {
            if (aggregate.State.TargetsOf(report.TargetGroupArn).TryGetValue(report.Target, out var target)
                && target.Generation == report.Generation
                && target.Health.State is not (TargetHealthState.Draining or TargetHealthState.Unused)
                && report.Health.State is not (TargetHealthState.Draining or TargetHealthState.Unused)
                && target.Health != report.Health)
            {
                var (state, reason, description) = report.Health;
                aggregate.Record(new LoadBalancingEvent.TargetHealthChanged(report.TargetGroupArn, report.Target, state, reason, description));
                changed++;
            }
        }

        return changed;
    }
}

/// <summary>The balancer has nothing in flight to a draining target and will not send it anything again.</summary>
public sealed record DrainedTarget(string TargetGroupArn, TargetKey Target, long Generation);

/// <summary>
/// Ends the draining of targets before their delay is over. Targets that are not draining are passed over; answers how
/// many are gone because of it.
/// </summary>
public sealed record ReportTargetsDrained(ImmutableArray<DrainedTarget> Targets) : Command<LoadBalancingAggregate, int>
{
    /// <inheritdoc/>
    public override int Decide(LoadBalancingAggregate aggregate, DecisionContext context)
    {
        var removed = 0;
        foreach (var drained in Targets)
        {
            if (aggregate.State.TargetsOf(drained.TargetGroupArn).TryGetValue(drained.Target, out var target)
                && target.Generation == drained.Generation
                && target.Health.State == TargetHealthState.Draining)
            {
                aggregate.Record(new LoadBalancingEvent.TargetRemoved(drained.TargetGroupArn, drained.Target));
                removed++;
            }
        }

        return removed;
    }
}
