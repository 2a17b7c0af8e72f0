using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>Creates a rule of a listener; answers the existing one when all of it is the same.</summary>
public sealed record CreateRule(
    string ListenerArn,
    int Priority,
    ImmutableArray<RoutingCondition> Conditions,
    RoutingAction Action,
    ImmutableSortedDictionary<string, string> Tags) : Command<LoadBalancingAggregate, ListenerRule>
{
    /// <summary>The most rules a load balancer may have, the default rules left out.</summary>
    public const int MostRules = 200;

    /// <inheritdoc/>
    public override ListenerRule Decide(LoadBalancingAggregate aggregate, DecisionContext context)
    {
        var listener = aggregate.Listener(ListenerArn);
        var siblings = aggregate.State.RulesOf(ListenerArn).ToList();
        if (siblings.Find(rule => rule.Priority == Priority) is { } existing)
        {
            return existing.Action.IsSame(Action) && RoutingCondition.AreSame(existing.Conditions, Conditions)
                ? existing
                : throw LoadBalancingRefusal.PriorityInUse(Priority);
        }

        if (siblings.Count >= MostRules)
        {
            throw LoadBalancingRefusal.TooMany("TooManyRules", "rules of a load balancer", MostRules);
        }

        aggregate.RequireTargetGroups(Action, listener.LoadBalancerArn);
        var created = new ListenerRule
        {
            Arn = $"{listener.Arn.Replace(":listener/", ":listener-rule/", StringComparison.Ordinal)}/{context.Ids.NextHexId()[..16]}",
            ListenerArn = ListenerArn,
            Priority = Priority,
            Conditions = Conditions,
            Action = Action,
            Tags = Tags,
        };
        var used = aggregate.State.TargetGroupsInUse();
        aggregate.Record(new LoadBalancingEvent.RuleCreated(created));
        aggregate.RecordUse(used);
        return created;
    }
}

/// <summary>Changes a rule's conditions or action; what is null stays.</summary>
public sealed record ModifyRule(string RuleArn, ImmutableArray<RoutingCondition>? Conditions, RoutingAction? Action)
    : Command<LoadBalancingAggregate, ListenerRule>
{
    /// <inheritdoc/>
    public override ListenerRule Decide(LoadBalancingAggregate aggregate, DecisionContext context)
    {
        var rule = aggregate.Rule(RuleArn, "modified");
        var conditions = Conditions ?? rule.Conditions;
        var action = Action ?? rule.Action;
        if (action.IsSame(rule.Action) && RoutingCondition.AreSame(conditions, rule.Conditions))
        {
            return rule;
        }

        aggregate.RequireTargetGroups(action, aggregate.Listener(rule.ListenerArn).LoadBalancerArn);
        var used = aggregate.State.TargetGroupsInUse();
        aggregate.Record(new LoadBalancingEvent.RuleModified(RuleArn, conditions, action));
        aggregate.RecordUse(used);
        return aggregate.State.Rules[RuleArn];
    }
}

/// <summary>Gives rules other priorities, all of them or none.</summary>
public sealed record SetRulePriorities(ImmutableSortedDictionary<string, int> Priorities)
    : Command<LoadBalancingAggregate, ImmutableArray<ListenerRule>>
{
    /// <inheritdoc/>
    public override ImmutableArray<ListenerRule> Decide(LoadBalancingAggregate aggregate, DecisionContext context)
    {
        var rules = Priorities.Keys.Select(arn => aggregate.Rule(arn, "reprioritized")).ToList();
        foreach (var listener in rules.Select(rule => rule.ListenerArn).Distinct())
        {
            var taken = new HashSet<int>();
            foreach (var rule in aggregate.State.RulesOf(listener))
            {
                var priority = Priorities.GetValueOrDefault(rule.Arn, rule.Priority);
                if (!taken.Add(priority))
                {
                    throw LoadBalancingRefusal.PriorityInUse(priority);
                }
            }
        }

        if (rules.Exists(rule => rule.Priority != Priorities[rule.Arn]))
        {
            aggregate.Record(new LoadBalancingEvent.RulePrioritiesSet(Priorities));
        }

        return [.. rules.Select(rule => aggregate.State.Rules[rule.Arn])];
    }
}

/// <summary>Deletes a rule that is not a listener's default.</summary>
public sealed record DeleteRule(string RuleArn) : Command<LoadBalancingAggregate, bool>
{
    /// <inheritdoc/>
    public override bool Decide(LoadBalancingAggregate aggregate, DecisionContext context)
    {
        aggregate.Rule(RuleArn, "deleted");
        var used = aggregate.State.TargetGroupsInUse();
        aggregate.Record(new LoadBalancingEvent.RuleDeleted(RuleArn));
        aggregate.RecordUse(used);
        return true;
    }
}
