using Berth.Domain;
using Berth.Wire;

namespace Berth.LoadBalancer;

internal sealed record ModifyLoadBalancerAttributesInput(string? LoadBalancerArn, IReadOnlyList<AttributeShape>? Attributes);

internal sealed record ModifyLoadBalancerAttributesOutput(IReadOnlyList<AttributeShape> Attributes);

/// <summary>Sets attributes of a load balancer. One that nothing here carries out is refused.</summary>
/// <remarks>https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyLoadBalancerAttributes.html</remarks>
internal sealed class ModifyLoadBalancerAttributes(LoadBalancingStreams streams)
    : IOperation<ModifyLoadBalancerAttributesInput, ModifyLoadBalancerAttributesOutput>
{
    public async ValueTask<ModifyLoadBalancerAttributesOutput> HandleAsync(
        ModifyLoadBalancerAttributesInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var arn = Invalid.Required(request.LoadBalancerArn, "loadBalancerArn");
        var attributes = AttributeRules.LoadBalancer.Check(request.Attributes);
        var balancer = await streams.ExecuteAsync(context, new Domain.ModifyLoadBalancerAttributes(arn, attributes), cancellationToken).ConfigureAwait(false);
        return new(ShapesOfState.ShapeAttributes(balancer.Attributes, LoadBalancingAttributes.LoadBalancerDefaults));
    }
}
