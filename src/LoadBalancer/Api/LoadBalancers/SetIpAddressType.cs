using Berth.Wire;

namespace Berth.LoadBalancer;

internal sealed record SetIpAddressTypeInput(string? LoadBalancerArn, string? IpAddressType);

internal sealed record SetIpAddressTypeOutput(string IpAddressType);

/// <summary>Takes <c>ipv4</c>, which every load balancer here has, and refuses the others.</summary>
/// <remarks>https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetIpAddressType.html</remarks>
internal sealed class SetIpAddressType(LoadBalancingStreams streams) : IOperation<SetIpAddressTypeInput, SetIpAddressTypeOutput>
{
    public async ValueTask<SetIpAddressTypeOutput> HandleAsync(SetIpAddressTypeInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var arn = Invalid.Required(request.LoadBalancerArn, "loadBalancerArn");
        var type = Invalid.Required(request.IpAddressType, "ipAddressType");
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        return !state.LoadBalancers.ContainsKey(arn) ? throw NotFound.LoadBalancer(arn)
            : type != "ipv4" ? throw Invalid.Configuration($"IP address type '{type}' is not supported here; only 'ipv4' is")
            : new(type);
    }
}
