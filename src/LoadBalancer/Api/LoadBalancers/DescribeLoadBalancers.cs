using Berth.Wire;

namespace Berth.LoadBalancer;

internal sealed record DescribeLoadBalancersInput(IReadOnlyList<string>? LoadBalancerArns, IReadOnlyList<string>? Names, string? Marker, int? PageSize);

internal sealed record DescribeLoadBalancersOutput(IReadOnlyList<LoadBalancerShape> LoadBalancers, string? NextMarker);

/// <summary>Describes load balancers by ARN or name, or all of them.</summary>
/// <remarks>https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeLoadBalancers.html</remarks>
internal sealed class DescribeLoadBalancers(LoadBalancingStreams streams, ListenerFailures failures)
    : IOperation<DescribeLoadBalancersInput, DescribeLoadBalancersOutput>
{
    public async ValueTask<DescribeLoadBalancersOutput> HandleAsync(DescribeLoadBalancersInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        var found = state.LoadBalancers.Values;
        if (request.LoadBalancerArns is { Count: > 0 } arns)
        {
            found = [.. Invalid.Required(arns, "loadBalancerArns").Distinct().Select(arn => state.LoadBalancers.GetValueOrDefault(arn)
                ?? throw new AwsException("LoadBalancerNotFound", 400, $"Load balancers '[{arn}]' not found"))];
        }
        else if (request.Names is { Count: > 0 } names)
        {
            found = [.. Invalid.Required(names, "names").Distinct().Select(name => state.LoadBalancers.Values.FirstOrDefault(balancer => balancer.Name == name)
                ?? throw new AwsException("LoadBalancerNotFound", 400, $"Load balancers '[{name}]' not found"))];
        }

        var (page, next) = Page.Of(found, balancer => balancer.Arn, request.Marker, request.PageSize);
        return new([.. page.Select(balancer => balancer.Shape(failures.Of(state, balancer.Arn)))], next);
    }
}
