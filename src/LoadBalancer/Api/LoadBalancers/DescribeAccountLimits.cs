using System.Globalization;
using Berth.Wire;

namespace Berth.LoadBalancer;

internal sealed record DescribeAccountLimitsInput(string? Marker, int? PageSize);

internal sealed record LimitShape(string Name, string Max);

internal sealed record DescribeAccountLimitsOutput(IReadOnlyList<LimitShape> Limits, string? NextMarker);

/// <summary>Lists the limits that hold here.</summary>
/// <remarks>https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeAccountLimits.html</remarks>
internal sealed class DescribeAccountLimits : IOperation<DescribeAccountLimitsInput, DescribeAccountLimitsOutput>
{
    private static readonly IReadOnlyList<LimitShape> Limits =
    [
        Limit("application-load-balancers", Domain.CreateLoadBalancer.MostLoadBalancers),
        Limit("condition-values-per-alb-rule", RoutingShapes.MostConditionValues),
        Limit("listeners-per-application-load-balancer", Domain.CreateListener.MostListeners),
        Limit("rules-per-application-load-balancer", Domain.CreateRule.MostRules),
        Limit("target-groups", Domain.CreateTargetGroup.MostTargetGroups),
        Limit("target-groups-per-action-on-application-load-balancer", RoutingShapes.MostTargetGroups),
        Limit("targets-per-application-load-balancer", Domain.RegisterTargets.MostTargets),
    ];

    public ValueTask<DescribeAccountLimitsOutput> HandleAsync(DescribeAccountLimitsInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var (page, next) = Page.Of(Limits, limit => limit.Name, request.Marker, request.PageSize);
        return ValueTask.FromResult(new DescribeAccountLimitsOutput(page, next));
    }

    private static LimitShape Limit(string name, int most) => new(name, most.ToString(CultureInfo.InvariantCulture));
}
