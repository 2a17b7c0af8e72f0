using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>A target group with all that hangs on it.</summary>
/// <param name="Group">The group; its <c>TargetType</c> is <c>instance</c> or <c>ip</c>.</param>
/// <param name="LoadBalancerArns">The load balancers whose listeners or rules send to it; empty when it is in use by none.</param>
/// <param name="Targets">Its targets, the draining ones included, in the order of their keys.</param>
public sealed record TargetGroupDescription(TargetGroup Group, ImmutableArray<string> LoadBalancerArns, ImmutableArray<Target> Targets);

/// <summary>One target group by ARN; null when there is none.</summary>
public sealed record FindTargetGroup(string TargetGroupArn) : Query<LoadBalancingState, TargetGroupDescription?>
{
    /// <inheritdoc/>
    public override TargetGroupDescription? Answer(LoadBalancingState state) =>
        state.TargetGroups.TryGetValue(TargetGroupArn, out var group)
            ? new(group, state.LoadBalancersOf(TargetGroupArn), [.. state.TargetsOf(TargetGroupArn).Values])
            : null;
}

/// <summary>The whole state, to describe from. It is immutable, so nothing is copied.</summary>
public sealed record ReadLoadBalancing : Query<LoadBalancingState, LoadBalancingState>
{
    /// <inheritdoc/>
    public override LoadBalancingState Answer(LoadBalancingState state) => state;
}
