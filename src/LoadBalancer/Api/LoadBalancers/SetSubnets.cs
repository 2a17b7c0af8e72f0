using Berth.Wire;

namespace Berth.LoadBalancer;

internal sealed record SetSubnetsInput(string? LoadBalancerArn, IReadOnlyList<string>? Subnets, IReadOnlyList<SubnetMappingShape>? SubnetMappings, string? IpAddressType);

internal sealed record SetSubnetsOutput(IReadOnlyList<AvailabilityZoneShape> AvailabilityZones, string IpAddressType);

/// <summary>Sets the subnets of a load balancer.</summary>
/// <remarks>https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSubnets.html</remarks>
internal sealed class SetSubnets(LoadBalancingStreams streams, Subnets subnets) : IOperation<SetSubnetsInput, SetSubnetsOutput>
{
    public async ValueTask<SetSubnetsOutput> HandleAsync(SetSubnetsInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var arn = Invalid.Required(request.LoadBalancerArn, "loadBalancerArn");
        if ((Invalid.Given(request.IpAddressType) ?? "ipv4") != "ipv4")
        {
            throw Invalid.Configuration($"IP address type '{request.IpAddressType}' is not supported here; only 'ipv4' is");
        }

        IReadOnlyList<string> ids = [.. request.Subnets ?? [], .. (request.SubnetMappings ?? []).Select(Subnets.IdOf)];
        var (_, zones) = await subnets.PlaceAsync(context, Invalid.Required(ids, "subnets"), cancellationToken).ConfigureAwait(false);
        var balancer = await streams.ExecuteAsync(
            context, new Domain.SetLoadBalancerNetwork(arn, zones, SecurityGroups: null), cancellationToken).ConfigureAwait(false);
        return new(ShapesOfState.ShapeZones(balancer), balancer.IpAddressType);
    }
}
