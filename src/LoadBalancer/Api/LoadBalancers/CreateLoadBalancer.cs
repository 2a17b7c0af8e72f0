using System.Collections.Immutable;
using Berth.Domain;
using Berth.Wire;

namespace Berth.LoadBalancer;

internal sealed record CreateLoadBalancerInput(
    string? Name,
    IReadOnlyList<string>? Subnets,
    IReadOnlyList<SubnetMappingShape>? SubnetMappings,
    IReadOnlyList<string>? SecurityGroups,
    string? Scheme,
    IReadOnlyList<TagShape>? Tags,
    string? Type,
    string? IpAddressType);

internal sealed record CreateLoadBalancerOutput(IReadOnlyList<LoadBalancerShape> LoadBalancers);

/// <summary>Creates an application load balancer with an address of its own.</summary>
/// <remarks>https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html</remarks>
internal sealed class CreateLoadBalancer(LoadBalancingStreams streams, LoadBalancingConfiguration configuration, Subnets subnets, LoadBalancingOptions options)
    : IOperation<CreateLoadBalancerInput, CreateLoadBalancerOutput>
{
    public async ValueTask<CreateLoadBalancerOutput> HandleAsync(CreateLoadBalancerInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = Invalid.Name(request.Name, "The load balancer");
        if (name.StartsWith("internal-", StringComparison.OrdinalIgnoreCase))
        {
            throw Invalid.Error($"The load balancer name '{name}' cannot begin with 'internal-'");
        }

        if (Invalid.OneOf(request.Type ?? "application", "type", "application", "network", "gateway") != "application")
        {
            throw Invalid.Configuration($"Load balancers of type '{request.Type}' are not supported here; only 'application' is");
        }

        if ((request.IpAddressType ?? "ipv4") != "ipv4")
        {
            throw Invalid.Configuration($"IP address type '{request.IpAddressType}' is not supported here; only 'ipv4' is");
        }

        var (vpc, zones) = subnets.Place(context, [.. request.Subnets ?? [], .. (request.SubnetMappings ?? []).Select(Subnets.IdOf)]);
        var balancer = await streams.ExecuteAsync(
            context,
            new Domain.CreateLoadBalancer
            {
                Name = name,
                Scheme = Invalid.OneOf(request.Scheme ?? "internet-facing", "scheme", "internet-facing", "internal"),
                VpcId = vpc,
                AvailabilityZones = zones,
                SecurityGroups = [.. request.SecurityGroups ?? []],
                Tags = Invalid.Tags(request.Tags),
                DnsSuffix = options.DnsSuffix,
                AddressesTaken = configuration.AddressesOutside(context.AccountId, context.Region),
            },
            cancellationToken).ConfigureAwait(false);
        return new([balancer.Shape(failure: null)]);
    }
}

/// <summary>Gives subnets their zones.</summary>
internal sealed class Subnets(ISubnetPlaces? places, LoadBalancingOptions options)
{
    public static string IdOf(SubnetMappingShape mapping) =>
        mapping is { AllocationId: null, PrivateIPv4Address: null, IPv6Address: null }
            ? Invalid.Required(mapping.SubnetId, "subnetId")
            : throw Invalid.Configuration("Addresses cannot be specified for the subnets of an application load balancer");

    /// <summary>The VPC and zones of the subnets; without a catalog of subnets, any id is taken and gets the next zone.</summary>
    public (string VpcId, ImmutableArray<LoadBalancerZone> Zones) Place(RequestContext context, IReadOnlyList<string> ids)
    {
        if (ids.Distinct(StringComparer.Ordinal).Count() != ids.Count)
        {
            throw Invalid.Configuration("A subnet cannot be specified more than once");
        }

        var vpc = options.VpcId;
        var zones = ImmutableArray.CreateBuilder<LoadBalancerZone>();
        foreach (var id in ids.Take(Invalid.MostItems))
        {
            if (places is null)
            {
                zones.Add(new($"{context.Region}{(char)('a' + (zones.Count % 6))}", id));
                continue;
            }

            var place = places.Find(context.AccountId, context.Region, id)
                ?? throw new AwsException("SubnetNotFound", 400, $"The subnet ID '{id}' does not exist");
            vpc = place.VpcId;
            zones.Add(new(place.ZoneName, id));
        }

        return (vpc, zones.ToImmutable());
    }
}
