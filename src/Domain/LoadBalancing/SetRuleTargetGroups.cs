using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>Lets a rule forward to these target groups by weight, be it one of its own or a listener's default. Answers whether that is new.</summary>
/// <param name="RuleArn">A rule, a listener's default rule, or a listener, which means its default rule.</param>
/// <param name="TargetGroups">The target groups.</param>
public sealed record SetRuleTargetGroups(string RuleArn, ImmutableArray<WeightedTargetGroup> TargetGroups) : Command<LoadBalancingAggregate, bool>
{
    /// <inheritdoc/>
    public override bool Decide(LoadBalancingAggregate aggregate, DecisionContext context)
    {
        var forward = new RoutingAction { Forward = new(TargetGroups) };
        if (aggregate.State.Rules.TryGetValue(RuleArn, out var rule))
        {
            return new ModifyRule(RuleArn, null, forward with { Order = rule.Action.Order }).Decide(aggregate, context) != rule;
        }

        var listener = aggregate.State.Listeners.Values.FirstOrDefault(candidate => candidate.Arn == RuleArn || candidate.DefaultRuleArn == RuleArn)
            ?? throw new RefusedException("RuleNotFound", $"The listener rule {RuleArn} does not exist.");
        return new ModifyListener(listener.Arn, null, forward with { Order = listener.DefaultAction.Order }).Decide(aggregate, context) != listener;
    }
}
