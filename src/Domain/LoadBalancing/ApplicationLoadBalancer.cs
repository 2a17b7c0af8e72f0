using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>An application load balancer: an address that listeners take ports of.</summary>
public sealed record ApplicationLoadBalancer
{
    /// <summary><c>arn:aws:elasticloadbalancing:REGION:ACCOUNT:loadbalancer/app/NAME/ID</c>.</summary>
    public required string Arn { get; init; }

    /// <summary>Unique in the region.</summary>
    public required string Name { get; init; }

    /// <summary>16 hexadecimal digits, the last part of the ARN and of every ARN below it.</summary>
    public required string Id { get; init; }

    /// <summary>What clients connect to: the address until a DNS suffix is configured.</summary>
    public required string DnsName { get; init; }

    /// <summary>The address in 127.0.0.0/8 that the balancer binds; no other load balancer has it.</summary>
    public required string Address { get; init; }

    /// <summary><c>internet-facing</c> or <c>internal</c>.</summary>
    public required string Scheme { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedTime { get; init; }

    /// <summary>The VPC as the caller's subnets name it.</summary>
    public required string VpcId { get; init; }

    /// <summary>Subnets and their zones.</summary>
    public ImmutableArray<LoadBalancerZone> AvailabilityZones { get => field.IsDefault ? [] : field; init; }

    /// <summary>Kept as given; nothing here filters packets.</summary>
    public ImmutableArray<string> SecurityGroups { get => field.IsDefault ? [] : field; init; }

    /// <summary><c>ipv4</c>.</summary>
    public string IpAddressType { get => field ?? "ipv4"; init; }

    /// <summary>Attributes that were set; <see cref="LoadBalancingAttributes"/> knows the others.</summary>
    public ImmutableSortedDictionary<string, string> Attributes { get => field ?? ImmutableSortedDictionary<string, string>.Empty; init; }

    /// <summary>Tags.</summary>
    public ImmutableSortedDictionary<string, string> Tags { get => field ?? ImmutableSortedDictionary<string, string>.Empty; init; }
}

/// <summary>One subnet of a load balancer and the zone it is in.</summary>
public sealed record LoadBalancerZone(string ZoneName, string SubnetId);
