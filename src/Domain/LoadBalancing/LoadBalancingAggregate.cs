using System.Collections.Immutable;
using System.Diagnostics;

namespace Berth.Domain;

/// <summary>
/// Elastic Load Balancing of one account in one region. Health and the end of draining are told to it by the balancer;
/// by itself it only ends a draining whose delay is over.
/// </summary>
public sealed class LoadBalancingAggregate(string account, string region)
    : Aggregate<LoadBalancingState, LoadBalancingEvent>(new LoadBalancingState(account, region))
{
    private readonly SortedSet<(DateTimeOffset Until, string Group, TargetKey Target)> draining = [];

    /// <inheritdoc/>
    public override DateTimeOffset? NextDeadline => draining.Count == 0 ? null : draining.Min.Until;

    /// <inheritdoc/>
    public override void Restore(LoadBalancingState snapshot)
    {
        base.Restore(snapshot);
        draining.Clear();
        foreach (var (group, targets) in snapshot.Targets)
        {
            foreach (var target in targets.Values)
            {
                Watch(group, target);
            }
        }
    }

    /// <inheritdoc/>
    public override void Settle(DecisionContext context)
    {
        while (draining.Count > 0 && draining.Min.Until <= context.Now)
        {
            Record(new LoadBalancingEvent.TargetRemoved(draining.Min.Group, draining.Min.Target));
        }
    }

    /// <inheritdoc/>
    public override void Apply(LoadBalancingEvent fact) => State = fact switch
    {
        LoadBalancingEvent.LoadBalancerCreated created => State with { LoadBalancers = State.LoadBalancers.SetItem(created.LoadBalancer.Arn, created.LoadBalancer) },
        LoadBalancingEvent.LoadBalancerNetworkSet set => WithLoadBalancer(set.LoadBalancerArn, balancer => balancer with
        {
            AvailabilityZones = set.AvailabilityZones,
            SecurityGroups = set.SecurityGroups,
            IpAddressType = set.IpAddressType,
        }),
        LoadBalancingEvent.LoadBalancerAttributesModified modified => WithLoadBalancer(modified.LoadBalancerArn, balancer => balancer with
        {
            Attributes = balancer.Attributes.SetItems(modified.Attributes),
        }),
        LoadBalancingEvent.LoadBalancerDeleted deleted => WithoutLoadBalancer(deleted.LoadBalancerArn),
        LoadBalancingEvent.TargetGroupCreated created => State with { TargetGroups = State.TargetGroups.SetItem(created.TargetGroup.Arn, created.TargetGroup) },
        LoadBalancingEvent.TargetGroupModified modified => WithTargetGroup(modified.TargetGroupArn, group => group with { HealthCheck = modified.HealthCheck }),
        LoadBalancingEvent.TargetGroupAttributesModified modified => WithTargetGroup(modified.TargetGroupArn, group => group with
        {
            Attributes = group.Attributes.SetItems(modified.Attributes),
        }),
        LoadBalancingEvent.TargetGroupDeleted deleted => WithoutTargetGroup(deleted.TargetGroupArn),
        LoadBalancingEvent.ListenerCreated created => State with { Listeners = State.Listeners.SetItem(created.Listener.Arn, created.Listener) },
        LoadBalancingEvent.ListenerModified modified => WithListener(modified.ListenerArn, listener => listener with
        {
            Port = modified.Port,
            DefaultAction = modified.DefaultAction,
        }),
        LoadBalancingEvent.ListenerAttributesModified modified => WithListener(modified.ListenerArn, listener => listener with
        {
            Attributes = listener.Attributes.SetItems(modified.Attributes),
        }),
        LoadBalancingEvent.ListenerDeleted deleted => WithoutListeners([deleted.ListenerArn]),
        LoadBalancingEvent.RuleCreated created => State with { Rules = State.Rules.SetItem(created.Rule.Arn, created.Rule) },
        LoadBalancingEvent.RuleModified modified => WithRule(modified.RuleArn, rule => rule with { Conditions = modified.Conditions, Action = modified.Action }),
        LoadBalancingEvent.RulePrioritiesSet set => State with
        {
            Rules = State.Rules.SetItems(set.Priorities
                .Where(pair => State.Rules.ContainsKey(pair.Key))
                .Select(pair => KeyValuePair.Create(pair.Key, State.Rules[pair.Key] with { Priority = pair.Value }))),
        },
        LoadBalancingEvent.RuleDeleted deleted => State with { Rules = State.Rules.Remove(deleted.RuleArn) },
        LoadBalancingEvent.TagsSet set => WithTags(set),
        LoadBalancingEvent.TargetsRegistered registered => WithRegistered(registered),
        LoadBalancingEvent.TargetsDeregistered deregistered => WithDeregistered(deregistered),
        LoadBalancingEvent.TargetHealthChanged changed => WithHealth(changed),
        LoadBalancingEvent.TargetRemoved removed => WithoutTarget(removed),
        _ => throw new UnreachableException($"Unknown event {fact.GetType().Name}."),
    };

    /// <summary>
    /// Records what a change of listeners or rules means for targets: those of a group that came into use are checked
    /// from now on, those of a group nobody uses any more are unused.
    /// </summary>
    internal void RecordUse(ImmutableHashSet<string> usedBefore)
    {
        var used = State.TargetGroupsInUse();
        foreach (var group in used.Except(usedBefore).Order(StringComparer.Ordinal))
        {
            RecordHealth(group, target => target.Health.State == TargetHealthState.Unused, TargetHealth.Registering);
        }

        foreach (var group in usedBefore.Except(used).Order(StringComparer.Ordinal))
        {
            RecordHealth(group, target => target.Health.State is not (TargetHealthState.Draining or TargetHealthState.Unused), TargetHealth.NotInUse);
        }
    }

    /// <summary>The load balancer, or the refusal that there is none.</summary>
    internal ApplicationLoadBalancer LoadBalancer(string arn) =>
        State.LoadBalancers.GetValueOrDefault(arn) ?? throw LoadBalancingRefusal.LoadBalancerNotFound(arn);

    /// <summary>The target group, or the refusal that there is none.</summary>
    internal TargetGroup TargetGroup(string arn) =>
        State.TargetGroups.GetValueOrDefault(arn) ?? throw LoadBalancingRefusal.TargetGroupNotFound(arn);

    /// <summary>The listener, or the refusal that there is none.</summary>
    internal Listener Listener(string arn) =>
        State.Listeners.GetValueOrDefault(arn) ?? throw LoadBalancingRefusal.ListenerNotFound(arn);

    /// <summary>The rule, or the refusal that there is none or that it is a listener's default.</summary>
    internal ListenerRule Rule(string arn, string participle) =>
        State.Rules.GetValueOrDefault(arn)
        ?? throw (State.Listeners.Values.Any(listener => listener.DefaultRuleArn == arn)
            ? LoadBalancingRefusal.OperationNotPermitted($"Default rule '{arn}' cannot be {participle}")
            : LoadBalancingRefusal.RuleNotFound(arn));

    /// <summary>Refuses an action whose target groups do not exist or belong to another load balancer.</summary>
    internal void RequireTargetGroups(RoutingAction action, string loadBalancerArn)
    {
        foreach (var arn in action.TargetGroupArns())
        {
            TargetGroup(arn);
            if (State.LoadBalancersOf(arn).Any(other => other != loadBalancerArn))
            {
                throw new RefusedException(
                    "TargetGroupAssociationLimit",
                    $"The following target groups cannot be associated with more than one load balancer: {arn}");
            }
        }
    }

    private void RecordHealth(string group, Func<Target, bool> which, TargetHealth health)
    {
        foreach (var target in State.TargetsOf(group).Values.Where(which))
        {
            Record(new LoadBalancingEvent.TargetHealthChanged(group, target.Key, health.State, health.Reason, health.Description));
        }
    }

    private LoadBalancingState WithLoadBalancer(string arn, Func<ApplicationLoadBalancer, ApplicationLoadBalancer> change) =>
        State.LoadBalancers.TryGetValue(arn, out var balancer) ? State with { LoadBalancers = State.LoadBalancers.SetItem(arn, change(balancer)) } : State;

    private LoadBalancingState WithTargetGroup(string arn, Func<TargetGroup, TargetGroup> change) =>
        State.TargetGroups.TryGetValue(arn, out var group) ? State with { TargetGroups = State.TargetGroups.SetItem(arn, change(group)) } : State;

    private LoadBalancingState WithListener(string arn, Func<Listener, Listener> change) =>
        State.Listeners.TryGetValue(arn, out var listener) ? State with { Listeners = State.Listeners.SetItem(arn, change(listener)) } : State;

    private LoadBalancingState WithRule(string arn, Func<ListenerRule, ListenerRule> change) =>
        State.Rules.TryGetValue(arn, out var rule) ? State with { Rules = State.Rules.SetItem(arn, change(rule)) } : State;

    private LoadBalancingState WithTags(LoadBalancingEvent.TagsSet set) =>
        State.LoadBalancers.ContainsKey(set.ResourceArn) ? WithLoadBalancer(set.ResourceArn, balancer => balancer with { Tags = set.Tags })
        : State.TargetGroups.ContainsKey(set.ResourceArn) ? WithTargetGroup(set.ResourceArn, group => group with { Tags = set.Tags })
        : State.Listeners.ContainsKey(set.ResourceArn) ? WithListener(set.ResourceArn, listener => listener with { Tags = set.Tags })
        : WithRule(set.ResourceArn, rule => rule with { Tags = set.Tags });

    private LoadBalancingState WithoutLoadBalancer(string arn) =>
        WithoutListeners([.. State.ListenersOf(arn).Select(listener => listener.Arn)]) with { LoadBalancers = State.LoadBalancers.Remove(arn) };

    private LoadBalancingState WithoutListeners(ImmutableHashSet<string> arns) => State with
    {
        Listeners = State.Listeners.RemoveRange(arns),
        Rules = State.Rules.RemoveRange(State.Rules.Values.Where(rule => arns.Contains(rule.ListenerArn)).Select(rule => rule.Arn)),
    };

    private LoadBalancingState WithoutTargetGroup(string arn)
    {
        foreach (var target in State.TargetsOf(arn).Values)
        {
            Unwatch(arn, target);
        }

        return State with { TargetGroups = State.TargetGroups.Remove(arn), Targets = State.Targets.Remove(arn) };
    }

    private LoadBalancingState WithRegistered(LoadBalancingEvent.TargetsRegistered registered)
    {
        var targets = State.TargetsOf(registered.TargetGroupArn).ToBuilder();
        var generation = State.Generation;
        foreach (var target in registered.Targets)
        {
            if (targets.TryGetValue(target.Key, out var earlier))
            {
                Unwatch(registered.TargetGroupArn, earlier);
            }

            targets[target.Key] = target;
            generation = Math.Max(generation, target.Generation);
        }

        return WithTargets(registered.TargetGroupArn, targets.ToImmutable()) with { Generation = generation };
    }

    private LoadBalancingState WithDeregistered(LoadBalancingEvent.TargetsDeregistered deregistered)
    {
        var targets = State.TargetsOf(deregistered.TargetGroupArn).ToBuilder();
        foreach (var key in deregistered.Targets)
        {
            if (targets.TryGetValue(key, out var target))
            {
                targets[key] = target = target with { Health = TargetHealth.Draining, DrainingUntil = deregistered.DrainingUntil };
                Watch(deregistered.TargetGroupArn, target);
            }
        }

        return WithTargets(deregistered.TargetGroupArn, targets.ToImmutable());
    }

    private LoadBalancingState WithHealth(LoadBalancingEvent.TargetHealthChanged changed)
    {
        var targets = State.TargetsOf(changed.TargetGroupArn);
        return targets.TryGetValue(changed.Target, out var target)
            ? WithTargets(changed.TargetGroupArn, targets.SetItem(changed.Target, target with
            {
                Health = new TargetHealth(changed.State, changed.Reason, changed.Description),
            }))
            : State;
    }

    private LoadBalancingState WithoutTarget(LoadBalancingEvent.TargetRemoved removed)
    {
        var targets = State.TargetsOf(removed.TargetGroupArn);
        if (!targets.TryGetValue(removed.Target, out var target))
        {
            return State;
        }

        Unwatch(removed.TargetGroupArn, target);
        return WithTargets(removed.TargetGroupArn, targets.Remove(removed.Target));
    }

    private LoadBalancingState WithTargets(string group, ImmutableSortedDictionary<TargetKey, Target> targets) => State with
    {
        Targets = targets.IsEmpty ? State.Targets.Remove(group) : State.Targets.SetItem(group, targets),
    };

    private void Watch(string group, Target target)
    {
        if (target.DrainingUntil is { } until)
        {
            draining.Add((until, group, target.Key));
        }
    }

    private void Unwatch(string group, Target target)
    {
        if (target.DrainingUntil is { } until)
        {
            draining.Remove((until, group, target.Key));
        }
    }
}
