using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>What can happen to the load balancers and target groups of an account in a region.</summary>
public abstract record LoadBalancingEvent
{
    private LoadBalancingEvent()
    {
    }

    /// <summary>A load balancer was created.</summary>
    public sealed record LoadBalancerCreated(ApplicationLoadBalancer LoadBalancer) : LoadBalancingEvent;

    /// <summary>Its subnets, security groups or address type were set; holds all three as they are now.</summary>
    public sealed record LoadBalancerNetworkSet(
        string LoadBalancerArn,
        ImmutableArray<LoadBalancerZone> AvailabilityZones,
        ImmutableArray<string> SecurityGroups,
        string IpAddressType) : LoadBalancingEvent;

    /// <summary>Attributes of a load balancer were set; holds only those.</summary>
    public sealed record LoadBalancerAttributesModified(string LoadBalancerArn, ImmutableSortedDictionary<string, string> Attributes) : LoadBalancingEvent;

    /// <summary>A load balancer is gone, and its listeners and rules with it.</summary>
    public sealed record LoadBalancerDeleted(string LoadBalancerArn) : LoadBalancingEvent;

    /// <summary>A target group was created.</summary>
    public sealed record TargetGroupCreated(TargetGroup TargetGroup) : LoadBalancingEvent;

    /// <summary>A target group's health check settings were changed.</summary>
    public sealed record TargetGroupModified(string TargetGroupArn, TargetGroupHealthCheck HealthCheck) : LoadBalancingEvent;

    /// <summary>Attributes of a target group were set; holds only those.</summary>
    public sealed record TargetGroupAttributesModified(string TargetGroupArn, ImmutableSortedDictionary<string, string> Attributes) : LoadBalancingEvent;

    /// <summary>A target group is gone, and its targets with it.</summary>
    public sealed record TargetGroupDeleted(string TargetGroupArn) : LoadBalancingEvent;

    /// <summary>A listener was created.</summary>
    public sealed record ListenerCreated(Listener Listener) : LoadBalancingEvent;

    /// <summary>A listener's port or default action was changed; holds both as they are now.</summary>
    public sealed record ListenerModified(string ListenerArn, int Port, RoutingAction DefaultAction) : LoadBalancingEvent;

    /// <summary>Attributes of a listener were set; holds only those.</summary>
    public sealed record ListenerAttributesModified(string ListenerArn, ImmutableSortedDictionary<string, string> Attributes) : LoadBalancingEvent;

    /// <summary>A listener is gone, and its rules with it.</summary>
    public sealed record ListenerDeleted(string ListenerArn) : LoadBalancingEvent;

    /// <summary>A rule was created.</summary>
    public sealed record RuleCreated(ListenerRule Rule) : LoadBalancingEvent;

    /// <summary>A rule's conditions or action were changed; holds both as they are now.</summary>
    public sealed record RuleModified(string RuleArn, ImmutableArray<RoutingCondition> Conditions, RoutingAction Action) : LoadBalancingEvent;

    /// <summary>Rules of a listener were given other priorities.</summary>
    public sealed record RulePrioritiesSet(ImmutableSortedDictionary<string, int> Priorities) : LoadBalancingEvent;

    /// <summary>A rule is gone.</summary>
    public sealed record RuleDeleted(string RuleArn) : LoadBalancingEvent;

    /// <summary>A load balancer's, target group's, listener's or rule's tags are now these.</summary>
    public sealed record TagsSet(string ResourceArn, ImmutableSortedDictionary<string, string> Tags) : LoadBalancingEvent;

    /// <summary>Targets were registered, or registered anew while they were draining.</summary>
    public sealed record TargetsRegistered(string TargetGroupArn, ImmutableArray<Target> Targets) : LoadBalancingEvent;

    /// <summary>Targets were deregistered and are draining now.</summary>
    public sealed record TargetsDeregistered(string TargetGroupArn, ImmutableArray<TargetKey> Targets, DateTimeOffset DrainingUntil) : LoadBalancingEvent;

    /// <summary>A target's health changed.</summary>
    public sealed record TargetHealthChanged(
        string TargetGroupArn,
        TargetKey Target,
        TargetHealthState State,
        string? Reason,
        string? Description) : LoadBalancingEvent;

    /// <summary>A draining target has nothing in flight any more, or its deregistration delay is over: it is gone.</summary>
    public sealed record TargetRemoved(string TargetGroupArn, TargetKey Target) : LoadBalancingEvent;
}
