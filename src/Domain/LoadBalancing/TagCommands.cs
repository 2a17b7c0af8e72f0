using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>Adds tags to resources and removes tags from them; all resources must exist.</summary>
/// <param name="ResourceArns">Load balancers, target groups, listeners and rules.</param>
/// <param name="Set">Tags to add, or to give another value.</param>
/// <param name="Remove">Keys to remove.</param>
public sealed record ChangeLoadBalancingTags(
    ImmutableArray<string> ResourceArns,
    ImmutableSortedDictionary<string, string> Set,
    ImmutableArray<string> Remove) : Command<LoadBalancingAggregate, int>
{
    /// <summary>The most tags a resource may have.</summary>
    public const int MostTags = 50;

    /// <inheritdoc/>
    public override int Decide(LoadBalancingAggregate aggregate, DecisionContext context)
    {
        var changes = new List<LoadBalancingEvent.TagsSet>();
        foreach (var arn in ResourceArns.Distinct())
        {
            if (LoadBalancingTags.IsDefaultRule(aggregate.State, arn))
            {
                throw LoadBalancingRefusal.OperationNotPermitted($"Default rule '{arn}' cannot be tagged");
            }

            var before = LoadBalancingTags.Of(aggregate.State, arn);
            var after = before.SetItems(Set).RemoveRange(Remove);
            if (after.Count > MostTags)
            {
                throw new RefusedException("TooManyTags", $"The maximum number of tags ({MostTags}) has been reached on resource '{arn}'");
            }

            if (!after.SequenceEqual(before))
            {
                changes.Add(new(arn, after));
            }
        }

        changes.ForEach(aggregate.Record);
        return changes.Count;
    }
}

/// <summary>Finds the tags of whatever an ARN names.</summary>
public static class LoadBalancingTags
{
    /// <summary>The tags of a load balancer, target group, listener or rule; a default rule has none.</summary>
    /// <exception cref="RefusedException">There is none with this ARN.</exception>
    public static ImmutableSortedDictionary<string, string> Of(LoadBalancingState state, string arn)
    {
        if (state.LoadBalancers.TryGetValue(arn, out var balancer))
        {
            return balancer.Tags;
        }

        if (state.TargetGroups.TryGetValue(arn, out var group))
        {
            return group.Tags;
        }

        if (state.Listeners.TryGetValue(arn, out var listener))
        {
            return listener.Tags;
        }

        if (state.Rules.TryGetValue(arn, out var rule))
        {
            return rule.Tags;
        }

        if (IsDefaultRule(state, arn))
        {
            return ImmutableSortedDictionary<string, string>.Empty;
        }

        throw arn.Split(':', 6) is not [_, _, _, _, _, var resource] ? LoadBalancingRefusal.Validation($"'{arn}' is not a valid resource ARN")
            : resource.StartsWith("targetgroup/", StringComparison.Ordinal) ? LoadBalancingRefusal.TargetGroupNotFound(arn)
            : resource.StartsWith("listener/", StringComparison.Ordinal) ? LoadBalancingRefusal.ListenerNotFound(arn)
            : resource.StartsWith("listener-rule/", StringComparison.Ordinal) ? LoadBalancingRefusal.RuleNotFound(arn)
            : LoadBalancingRefusal.LoadBalancerNotFound(arn);
    }

    internal static bool IsDefaultRule(LoadBalancingState state, string arn) => state.Listeners.Values.Any(listener => listener.DefaultRuleArn == arn);
}
