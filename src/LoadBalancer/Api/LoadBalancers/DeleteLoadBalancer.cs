using Berth.Wire;

namespace Berth.LoadBalancer;

internal sealed record DeleteLoadBalancerInput(string? LoadBalancerArn);

/// <summary>Deletes a load balancer with its listeners and rules; its target groups stay.</summary>
/// <remarks>https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteLoadBalancer.html</remarks>
internal sealed class DeleteLoadBalancer(LoadBalancingStreams streams) : IOperation<DeleteLoadBalancerInput, EmptyOutput>
{
    public async ValueTask<EmptyOutput> HandleAsync(DeleteLoadBalancerInput request, RequestContext context, CancellationToken cancellationToken)
    {
        await streams.ExecuteAsync(
            context, new Domain.DeleteLoadBalancer(Invalid.Required(request.LoadBalancerArn, "loadBalancerArn")), cancellationToken).ConfigureAwait(false);
        return new();
    }
}
