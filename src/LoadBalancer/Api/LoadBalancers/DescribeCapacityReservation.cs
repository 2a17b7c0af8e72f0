using Berth.Wire;

namespace Berth.LoadBalancer;

internal sealed record DescribeCapacityReservationInput(string? LoadBalancerArn);

/// <summary>Capacity is never reserved here; Terraform asks on every read.</summary>
/// <remarks>https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeCapacityReservation.html</remarks>
internal sealed class DescribeCapacityReservation(LoadBalancingStreams streams) : IOperation<DescribeCapacityReservationInput, EmptyOutput>
{
    public async ValueTask<EmptyOutput> HandleAsync(DescribeCapacityReservationInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var arn = Invalid.Required(request.LoadBalancerArn, "loadBalancerArn");
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        return state.LoadBalancers.ContainsKey(arn) ? new() : throw NotFound.LoadBalancer(arn);
    }
}
