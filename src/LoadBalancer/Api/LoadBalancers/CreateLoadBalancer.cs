using System.Collections.Immutable;
using System.Text.RegularExpressions;
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

        if (Invalid.OneOf(Invalid.Given(request.Type) ?? "application", "type", "application", "network", "gateway") != "application")
        {
            throw Invalid.Configuration($"Load balancers of type '{request.Type}' are not supported here; only 'application' is");
        }

        if ((Invalid.Given(request.IpAddressType) ?? "ipv4") != "ipv4")
        {
            throw Invalid.Configuration($"IP address type '{request.IpAddressType}' is not supported here; only 'ipv4' is");
        }

        IReadOnlyList<string> ids = [.. request.Subnets ?? [], .. (request.SubnetMappings ?? []).Select(Subnets.IdOf)];
        var (vpc, zones) = await subnets.PlaceAsync(context, ids, cancellationToken).ConfigureAwait(false);
        var balancer = await streams.ExecuteAsync(
            context,
            new Domain.CreateLoadBalancer
            {
                Name = name,
                Scheme = Invalid.OneOf(Invalid.Given(request.Scheme) ?? "internet-facing", "scheme", "internet-facing", "internal"),
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
internal sealed partial class Subnets(ISubnetPlaces? places, LoadBalancingOptions options)
{
    private const int ZonesToSpreadOver = 6;

    public static string IdOf(SubnetMappingShape mapping) =>
        mapping is { AllocationId: null, PrivateIPv4Address: null, IPv6Address: null }
            ? Invalid.Required(mapping.SubnetId, "subnetId")
            : throw Invalid.Configuration("Addresses cannot be specified for the subnets of an application load balancer");

    /// <summary>
    /// The VPC and zones of the subnets. A name that EC2 would never give stands for a subnet in the next zone, so that
    /// nobody has to make subnets who needs none; an id of EC2's form must be one.
    /// </summary>
    public async ValueTask<(string VpcId, ImmutableArray<LoadBalancerZone> Zones)> PlaceAsync(
        RequestContext context, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        if (ids.Distinct(StringComparer.Ordinal).Count() != ids.Count)
        {
            throw Invalid.Configuration("A subnet cannot be specified more than once");
        }

        string? vpc = null;
        var zones = ImmutableArray.CreateBuilder<LoadBalancerZone>();
        foreach (var id in ids.Take(Invalid.MostItems))
        {
            var place = places is null ? null : await places.FindAsync(context.AccountId, context.Region, id, cancellationToken).ConfigureAwait(false);
            if (place is null && places is not null && IdPattern().IsMatch(id))
            {
                throw new AwsException("SubnetNotFound", 400, $"The subnet ID '{id}' does not exist");
            }

            if (place is not null && vpc is not null && vpc != place.VpcId)
            {
                throw Invalid.Configuration("All subnets must belong to the same VPC");
            }

            if (place is not null && zones.Any(zone => zone.ZoneName == place.ZoneName))
            {
                throw Invalid.Configuration("A load balancer cannot be attached to multiple subnets in the same Availability Zone");
            }

            vpc ??= place?.VpcId;
            zones.Add(new(place?.ZoneName ?? $"{context.Region}{(char)('a' + (zones.Count % ZonesToSpreadOver))}", id));
        }

        if (vpc is null && places is not null)
        {
            vpc = await places.DefaultVpcAsync(context.AccountId, context.Region, cancellationToken).ConfigureAwait(false);
        }

        return (vpc ?? options.VpcId, zones.ToImmutable());
    }

    [GeneratedRegex(@"^subnet-(?:[0-9a-f]{8}|[0-9a-f]{17})\z")]
    private static partial Regex IdPattern();
}
