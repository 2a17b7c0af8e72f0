using Berth.Wire;

namespace Berth.LoadBalancer;

internal sealed record DescribeTargetGroupsInput(
    string? LoadBalancerArn, IReadOnlyList<string>? TargetGroupArns, IReadOnlyList<string>? Names, string? Marker, int? PageSize);

internal sealed record DescribeTargetGroupsOutput(IReadOnlyList<TargetGroupShape> TargetGroups, string? NextMarker);

/// <summary>Describes target groups by ARN, name or load balancer, or all of them.</summary>
/// <remarks>https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetGroups.html</remarks>
internal sealed class DescribeTargetGroups(LoadBalancingStreams streams) : IOperation<DescribeTargetGroupsInput, DescribeTargetGroupsOutput>
{
    public async ValueTask<DescribeTargetGroupsOutput> HandleAsync(DescribeTargetGroupsInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        var found = state.TargetGroups.Values;
        if (request.TargetGroupArns is { Count: > 0 } arns)
        {
            found = [.. Invalid.Required(arns, "targetGroupArns").Distinct()
                .Select(arn => state.TargetGroups.GetValueOrDefault(arn) ?? throw NotFound.TargetGroups())];
        }
        else if (request.Names is { Count: > 0 } names)
        {
            found = [.. Invalid.Required(names, "names").Distinct()
                .Select(name => state.TargetGroups.Values.FirstOrDefault(group => group.Name == name) ?? throw NotFound.TargetGroups())];
        }
        else if (request.LoadBalancerArn is { } balancer)
        {
            found = state.LoadBalancers.ContainsKey(balancer)
                ? [.. state.TargetGroups.Values.Where(group => state.LoadBalancersOf(group.Arn).Contains(balancer))]
                : throw NotFound.LoadBalancer(balancer);
        }

        var (page, next) = Page.Of(found, group => group.Arn, request.Marker, request.PageSize);
        return new([.. page.Select(group => group.Shape(state))], next);
    }
}
