using System.Collections.Immutable;

namespace Berth.Domain;

using TargetSet = ImmutableSortedDictionary<TargetKey, Target>;

/// <summary>The load balancers, listeners, rules, target groups and targets of an account in a region.</summary>
public sealed record LoadBalancingState(string Account, string Region)
{
    /// <summary>Load balancers by ARN.</summary>
    public ImmutableDictionary<string, ApplicationLoadBalancer> LoadBalancers { get; init; } = Empty<ApplicationLoadBalancer>();

    /// <summary>Listeners by ARN.</summary>
    public ImmutableDictionary<string, Listener> Listeners { get; init; } = Empty<Listener>();

    /// <summary>Rules by ARN, the listeners' default rules left out.</summary>
    public ImmutableDictionary<string, ListenerRule> Rules { get; init; } = Empty<ListenerRule>();

    /// <summary>Target groups by ARN.</summary>
    public ImmutableDictionary<string, TargetGroup> TargetGroups { get; init; } = Empty<TargetGroup>();

    /// <summary>Targets by the ARN of their group; a group without targets may be absent.</summary>
    public ImmutableDictionary<string, TargetSet> Targets { get; init; } = Empty<TargetSet>();

    /// <summary>The generation the newest registration was given.</summary>
    public long Generation { get; init; }

    /// <summary>The targets of a group in the order of their keys.</summary>
    public TargetSet TargetsOf(string targetGroupArn) => Targets.GetValueOrDefault(targetGroupArn, TargetSet.Empty);

    /// <summary>The load balancers that send to a group, in ordinal order of their ARNs.</summary>
    public ImmutableArray<string> LoadBalancersOf(string targetGroupArn)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var listener in Listeners.Values)
        {
            if (listener.DefaultAction.TargetGroupArns().Contains(targetGroupArn))
            {
                found.Add(listener.LoadBalancerArn);
            }
        }

        foreach (var rule in Rules.Values)
        {
            if (rule.Action.TargetGroupArns().Contains(targetGroupArn))
            {
                found.Add(Listeners[rule.ListenerArn].LoadBalancerArn);
            }
        }

        return [.. found];
    }

    /// <summary>Every target group a listener or a rule sends to.</summary>
    public ImmutableHashSet<string> TargetGroupsInUse() =>
        [.. Listeners.Values.SelectMany(listener => listener.DefaultAction.TargetGroupArns()),
         .. Rules.Values.SelectMany(rule => rule.Action.TargetGroupArns())];

    /// <summary>A listener's rules in the order they are tried, the default rule left out.</summary>
    public IEnumerable<ListenerRule> RulesOf(string listenerArn) =>
        Rules.Values.Where(rule => rule.ListenerArn == listenerArn).OrderBy(rule => rule.Priority);

    /// <summary>A load balancer's listeners by port.</summary>
    public IEnumerable<Listener> ListenersOf(string loadBalancerArn) =>
        Listeners.Values.Where(listener => listener.LoadBalancerArn == loadBalancerArn).OrderBy(listener => listener.Port);

    private static ImmutableDictionary<string, T> Empty<T>() => ImmutableDictionary.Create<string, T>(StringComparer.Ordinal);
}
