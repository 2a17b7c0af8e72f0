using Berth.Wire;

namespace Berth.LoadBalancer;

internal sealed record DescribeListenersInput(string? LoadBalancerArn, IReadOnlyList<string>? ListenerArns, string? Marker, int? PageSize);

internal sealed record DescribeListenersOutput(IReadOnlyList<ListenerShape> Listeners, string? NextMarker);

/// <summary>Describes the listeners of a load balancer, or those named.</summary>
/// <remarks>https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeListeners.html</remarks>
internal sealed class DescribeListeners(LoadBalancingStreams streams) : IOperation<DescribeListenersInput, DescribeListenersOutput>
{
    public async ValueTask<DescribeListenersOutput> HandleAsync(DescribeListenersInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        IEnumerable<Domain.Listener> found;
        if (request.ListenerArns is { Count: > 0 } arns)
        {
            found = Invalid.Required(arns, "listenerArns").Distinct().Select(arn => state.Listeners.GetValueOrDefault(arn) ?? throw NotFound.Listeners());
        }
        else if (request.LoadBalancerArn is { } balancer)
        {
            found = state.LoadBalancers.ContainsKey(balancer) ? state.ListenersOf(balancer) : throw NotFound.LoadBalancer(balancer);
        }
        else
        {
            throw Invalid.Error("You must specify either listener ARNs or a load balancer ARN");
        }

        var (page, next) = Page.Of(found, listener => listener.Arn, request.Marker, request.PageSize);
        return new([.. page.Select(listener => listener.Shape())], next);
    }
}
