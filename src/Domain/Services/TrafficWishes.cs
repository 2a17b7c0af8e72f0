using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>How a listener rule should share traffic between two target groups.</summary>
/// <param name="RuleArn">The rule.</param>
/// <param name="TargetGroups">Both target groups and their weights.</param>
public sealed record TrafficWish(string RuleArn, ImmutableArray<WeightedTargetGroup> TargetGroups);

/// <summary>What a rollout that shifts traffic wants of the load balancer: follows from the service's state alone.</summary>
public static class TrafficWishes
{
    /// <summary>The wishes of a service; empty when none of its rollouts is under way or it shifts nothing.</summary>
    public static ImmutableArray<TrafficWish> Of(Service service)
    {
        if (service.Rollout is not { Stage: not null } rollout || service.Revision(rollout.TargetRevisionId) is not { } target)
        {
            return [];
        }

        var wishes = ImmutableArray.CreateBuilder<TrafficWish>();
        foreach (var (given, resolved) in target.Workload.LoadBalancers.Zip(target.LoadBalancers))
        {
            if (given.Advanced is not { } advanced)
            {
                continue;
            }

            var other = resolved.TargetGroupArn == given.TargetGroupArn ? advanced.AlternateTargetGroupArn : given.TargetGroupArn;
            wishes.Add(new(advanced.ProductionListenerRule, Share(resolved.TargetGroupArn, other, rollout.ProductionPercent)));
            if (advanced.TestListenerRule is { } test)
            {
                wishes.Add(new(test, Share(resolved.TargetGroupArn, other, rollout.TestPercent)));
            }
        }

        return wishes.ToImmutable();
    }

    /// <summary>Weights are whole numbers up to 999: percent where that is whole, else tenths of it.</summary>
    private static ImmutableArray<WeightedTargetGroup> Share(string target, string other, double percent)
    {
        var scale = percent == Math.Floor(percent) ? 1 : 10;
        var weight = (int)Math.Round(percent * scale);
        return [new(target, weight), new(other, (100 * scale) - weight)];
    }
}
