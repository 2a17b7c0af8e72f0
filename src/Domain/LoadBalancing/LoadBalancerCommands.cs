using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>Creates an application load balancer; answers the existing one when it has the same name and settings.</summary>
public sealed record CreateLoadBalancer : Command<LoadBalancingAggregate, ApplicationLoadBalancer>
{
    /// <summary>The most load balancers a region may have.</summary>
    public const int MostLoadBalancers = 200;

    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary><c>internet-facing</c> or <c>internal</c>.</summary>
    public required string Scheme { get; init; }

    /// <summary>The VPC.</summary>
    public required string VpcId { get; init; }

    /// <summary>Subnets and zones.</summary>
    public ImmutableArray<LoadBalancerZone> AvailabilityZones { get; init; } = [];

    /// <summary>Security groups.</summary>
    public ImmutableArray<string> SecurityGroups { get; init; } = [];

    /// <summary>Tags.</summary>
    public ImmutableSortedDictionary<string, string> Tags { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What DNS names end in; null when the address is the name.</summary>
    public string? DnsSuffix { get; init; }

    /// <summary>Addresses of load balancers of other accounts and regions.</summary>
    public ImmutableArray<string> AddressesTaken { get; init; } = [];

    /// <inheritdoc/>
    public override ApplicationLoadBalancer Decide(LoadBalancingAggregate aggregate, DecisionContext context)
    {
        var state = aggregate.State;
        if (state.LoadBalancers.Values.FirstOrDefault(balancer => balancer.Name == Name) is { } existing)
        {
            return IsSame(existing)
                ? existing
                : throw new RefusedException("DuplicateLoadBalancerName", $"A load balancer with the same name '{Name}' exists, but with different settings");
        }

        if (state.LoadBalancers.Count >= MostLoadBalancers)
        {
            throw LoadBalancingRefusal.TooMany("TooManyLoadBalancers", "load balancers", MostLoadBalancers);
        }

        var id = context.Ids.NextHexId()[..16];
        var address = LoadBalancerAddresses.Next(state, AddressesTaken);
        var created = new ApplicationLoadBalancer
        {
            Arn = $"arn:aws:elasticloadbalancing:{state.Region}:{state.Account}:loadbalancer/app/{Name}/{id}",
            Name = Name,
            Id = id,
            DnsName = DnsSuffix is null ? address : $"{(Scheme == "internal" ? "internal-" : "")}{Name}-{id}.{state.Region}.{DnsSuffix}",
            Address = address,
            Scheme = Scheme,
            CreatedTime = context.Now,
            VpcId = VpcId,
            AvailabilityZones = AvailabilityZones,
            SecurityGroups = SecurityGroups,
            Tags = Tags,
        };
        aggregate.Record(new LoadBalancingEvent.LoadBalancerCreated(created));
        return created;
    }

    private bool IsSame(ApplicationLoadBalancer other) =>
        other.Scheme == Scheme
        && other.AvailabilityZones.OrderBy(zone => zone.SubnetId).SequenceEqual(AvailabilityZones.OrderBy(zone => zone.SubnetId))
        && other.SecurityGroups.Order().SequenceEqual(SecurityGroups.Order());
}

/// <summary>Sets a load balancer's subnets, security groups or address type; what is null stays.</summary>
public sealed record SetLoadBalancerNetwork(
    string LoadBalancerArn,
    ImmutableArray<LoadBalancerZone>? AvailabilityZones,
    ImmutableArray<string>? SecurityGroups) : Command<LoadBalancingAggregate, ApplicationLoadBalancer>
{
    /// <inheritdoc/>
    public override ApplicationLoadBalancer Decide(LoadBalancingAggregate aggregate, DecisionContext context)
    {
        var balancer = aggregate.LoadBalancer(LoadBalancerArn);
        var zones = AvailabilityZones ?? balancer.AvailabilityZones;
        var groups = SecurityGroups ?? balancer.SecurityGroups;
        if (!zones.SequenceEqual(balancer.AvailabilityZones) || !groups.SequenceEqual(balancer.SecurityGroups))
        {
            aggregate.Record(new LoadBalancingEvent.LoadBalancerNetworkSet(LoadBalancerArn, zones, groups, balancer.IpAddressType));
        }

        return aggregate.State.LoadBalancers[LoadBalancerArn];
    }
}

/// <summary>Sets attributes of a load balancer; the others stay.</summary>
public sealed record ModifyLoadBalancerAttributes(string LoadBalancerArn, ImmutableSortedDictionary<string, string> Attributes)
    : Command<LoadBalancingAggregate, ApplicationLoadBalancer>
{
    /// <inheritdoc/>
    public override ApplicationLoadBalancer Decide(LoadBalancingAggregate aggregate, DecisionContext context)
    {
        var balancer = aggregate.LoadBalancer(LoadBalancerArn);
        if (Attributes.Any(pair => LoadBalancingAttributes.OfLoadBalancer(balancer, pair.Key) != pair.Value))
        {
            aggregate.Record(new LoadBalancingEvent.LoadBalancerAttributesModified(LoadBalancerArn, Attributes));
        }

        return aggregate.State.LoadBalancers[LoadBalancerArn];
    }
}

/// <summary>Deletes a load balancer with its listeners and rules; does nothing when it is gone already.</summary>
public sealed record DeleteLoadBalancer(string LoadBalancerArn) : Command<LoadBalancingAggregate, bool>
{
    /// <inheritdoc/>
    public override bool Decide(LoadBalancingAggregate aggregate, DecisionContext context)
    {
        if (!aggregate.State.LoadBalancers.TryGetValue(LoadBalancerArn, out var balancer))
        {
            return false;
        }

        if (LoadBalancingAttributes.OfLoadBalancer(balancer, LoadBalancingAttributes.DeletionProtection) == "true")
        {
            throw LoadBalancingRefusal.OperationNotPermitted($"Load balancer '{LoadBalancerArn}' cannot be deleted because deletion protection is enabled");
        }

        var used = aggregate.State.TargetGroupsInUse();
        aggregate.Record(new LoadBalancingEvent.LoadBalancerDeleted(LoadBalancerArn));
        aggregate.RecordUse(used);
        return true;
    }
}
