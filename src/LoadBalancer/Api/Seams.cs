namespace Berth.LoadBalancer;

/// <summary>Where container instances are reached, for targets registered by instance id. Thread safe.</summary>
public interface ITargetAddresses
{
    /// <summary>The IP address of a running instance; null when there is no such instance.</summary>
    string? Find(string account, string region, string instanceId);
}

/// <summary>A subnet's place.</summary>
public sealed record SubnetPlace(string VpcId, string ZoneName);

/// <summary>Where subnets are. Optional: without it, all subnets are taken as given and spread over zones a, b, c …</summary>
public interface ISubnetPlaces
{
    /// <summary>The subnet's place; null when there is no such subnet.</summary>
    ValueTask<SubnetPlace?> FindAsync(string account, string region, string subnetId, CancellationToken cancellationToken);

    /// <summary>The VPC of a load balancer without subnets; null when there is none.</summary>
    ValueTask<string?> DefaultVpcAsync(string account, string region, CancellationToken cancellationToken);
}
