using Berth.Domain;
using Berth.Wire;

namespace Berth.LoadBalancer;

internal sealed record DescribeLoadBalancerAttributesInput(string? LoadBalancerArn);

internal sealed record DescribeLoadBalancerAttributesOutput(IReadOnlyList<AttributeShape> Attributes);

/// <summary>Lists all attributes of a load balancer, defaults included.</summary>
/// <remarks>https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeLoadBalancerAttributes.html</remarks>
internal sealed class DescribeLoadBalancerAttributes(LoadBalancingStreams streams)
    : IOperation<DescribeLoadBalancerAttributesInput, DescribeLoadBalancerAttributesOutput>
{
    public async ValueTask<DescribeLoadBalancerAttributesOutput> HandleAsync(
        DescribeLoadBalancerAttributesInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var arn = Invalid.Required(request.LoadBalancerArn, "loadBalancerArn");
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        var balancer = state.LoadBalancers.GetValueOrDefault(arn) ?? throw NotFound.LoadBalancer(arn);
        return new(ShapesOfState.ShapeAttributes(balancer.Attributes, LoadBalancingAttributes.LoadBalancerDefaults));
    }
}
