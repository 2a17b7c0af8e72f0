using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>Creates a listener; answers the existing one when port and default action are the same.</summary>
public sealed record CreateListener(
    string LoadBalancerArn,
    int Port,
    string Protocol,
    RoutingAction DefaultAction,
    ImmutableSortedDictionary<string, string> Tags) : Command<LoadBalancingAggregate, Listener>
{
    /// <summary>The most listeners a load balancer may have.</summary>
    public const int MostListeners = 50;

    /// <inheritdoc/>
    public override Listener Decide(LoadBalancingAggregate aggregate, DecisionContext context)
    {
        var balancer = aggregate.LoadBalancer(LoadBalancerArn);
        var siblings = aggregate.State.ListenersOf(LoadBalancerArn).ToList();
        if (siblings.Find(listener => listener.Port == Port) is { } existing)
        {
            return existing.Protocol == Protocol && existing.DefaultAction.IsSame(DefaultAction)
                ? existing
                : throw new RefusedException("DuplicateListener", "A listener already exists on this port for this load balancer");
        }

        if (siblings.Count >= MostListeners)
        {
            throw LoadBalancingRefusal.TooMany("TooManyListeners", "listeners of a load balancer", MostListeners);
        }

        aggregate.RequireTargetGroups(DefaultAction, LoadBalancerArn);
        var below = $"app/{balancer.Name}/{balancer.Id}/{context.Ids.NextHexId()[..16]}";
        var prefix = $"arn:aws:elasticloadbalancing:{aggregate.State.Region}:{aggregate.State.Account}";
        var created = new Listener
        {
            Arn = $"{prefix}:listener/{below}",
            LoadBalancerArn = LoadBalancerArn,
            Port = Port,
            Protocol = Protocol,
            DefaultRuleArn = $"{prefix}:listener-rule/{below}/{context.Ids.NextHexId()[..16]}",
            DefaultAction = DefaultAction,
            Tags = Tags,
        };
        var used = aggregate.State.TargetGroupsInUse();
        aggregate.Record(new LoadBalancingEvent.ListenerCreated(created));
        aggregate.RecordUse(used);
        return created;
    }
}

/// <summary>Changes a listener's port or default action; what is null stays.</summary>
public sealed record ModifyListener(string ListenerArn, int? Port, RoutingAction? DefaultAction) : Command<LoadBalancingAggregate, Listener>
{
    /// <inheritdoc/>
    public override Listener Decide(LoadBalancingAggregate aggregate, DecisionContext context)
    {
        var listener = aggregate.Listener(ListenerArn);
        var port = Port ?? listener.Port;
        var action = DefaultAction ?? listener.DefaultAction;
        if (port == listener.Port && action.IsSame(listener.DefaultAction))
        {
            return listener;
        }

        if (aggregate.State.ListenersOf(listener.LoadBalancerArn).Any(other => other.Port == port && other.Arn != ListenerArn))
        {
            throw new RefusedException("DuplicateListener", "A listener already exists on this port for this load balancer");
        }

        aggregate.RequireTargetGroups(action, listener.LoadBalancerArn);
        var used = aggregate.State.TargetGroupsInUse();
        aggregate.Record(new LoadBalancingEvent.ListenerModified(ListenerArn, port, action));
        aggregate.RecordUse(used);
        return aggregate.State.Listeners[ListenerArn];
    }
}

/// <summary>Sets attributes of a listener; the others stay.</summary>
public sealed record ModifyListenerAttributes(string ListenerArn, ImmutableSortedDictionary<string, string> Attributes)
    : Command<LoadBalancingAggregate, Listener>
{
    /// <inheritdoc/>
    public override Listener Decide(LoadBalancingAggregate aggregate, DecisionContext context)
    {
        var listener = aggregate.Listener(ListenerArn);
        if (Attributes.Any(pair => listener.Attributes.GetValueOrDefault(pair.Key, LoadBalancingAttributes.ListenerDefaults[pair.Key]) != pair.Value))
        {
            aggregate.Record(new LoadBalancingEvent.ListenerAttributesModified(ListenerArn, Attributes));
        }

        return aggregate.State.Listeners[ListenerArn];
    }
}

/// <summary>Deletes a listener with its rules.</summary>
public sealed record DeleteListener(string ListenerArn) : Command<LoadBalancingAggregate, bool>
{
    /// <inheritdoc/>
    public override bool Decide(LoadBalancingAggregate aggregate, DecisionContext context)
    {
        aggregate.Listener(ListenerArn);
        var used = aggregate.State.TargetGroupsInUse();
        aggregate.Record(new LoadBalancingEvent.ListenerDeleted(ListenerArn));
        aggregate.RecordUse(used);
        return true;
    }
}
