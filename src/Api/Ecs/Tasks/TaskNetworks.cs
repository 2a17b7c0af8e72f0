using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>EC2's records of networks. Optional: without them, all subnets are taken as given.</summary>
public interface INetworkRecords
{
    /// <summary>What an account has in a region.</summary>
    ValueTask<NetworkState> ReadAsync(string account, string region, CancellationToken cancellationToken);
}

/// <summary>A task's network as the API takes it.</summary>
/// <param name="Configuration">As it is stored; null for another network mode than awsvpc.</param>
/// <param name="Subnets">Its subnets that EC2's records have.</param>
internal sealed record TaskNetwork(JsonElement? Configuration, ImmutableArray<TaskSubnet> Subnets)
{
    public static TaskNetwork None { get; } = new(null, []);
}

/// <summary>
/// Reads network configurations and finds their subnets. A name that EC2 would never give stands for a subnet that nobody
/// has to make; an id of EC2's form must be one.
/// </summary>
internal sealed partial class TaskNetworks(EcsQuotas quotas, INetworkRecords? records = null)
{
    public async ValueTask<TaskNetwork> ReadAsync(
        NetworkConfigurationShape? configuration, string networkMode, bool isFargate, RequestContext caller, CancellationToken cancellationToken)
    {
        var stored = NetworkConfigurationRules.Read(configuration, networkMode, isFargate, quotas);
        if (stored is null || records is null || configuration?.AwsvpcConfiguration is not { } given)
        {
            return new(stored, []);
        }

        var known = await records.ReadAsync(caller.AccountId, caller.Region, cancellationToken).ConfigureAwait(false);
        var subnets = ImmutableArray.CreateBuilder<TaskSubnet>();
        foreach (var id in given.Subnets ?? [])
        {
            if (known.Subnets.TryGetValue(id, out var subnet))
            {
                subnets.Add(new(id, subnet.CidrBlock, subnet.ZoneName));
            }
            else if (SubnetId.IsMatch(id))
            {
                throw AwsException.InvalidParameter($"Error retrieving subnet information for [{id}]: The subnet ID '{id}' does not exist (ErrorCode: InvalidSubnetID.NotFound)");
            }
        }

        if (given.SecurityGroups?.Find(id => SecurityGroupId.IsMatch(id) && !known.SecurityGroups.ContainsKey(id)) is { } group)
        {
            throw AwsException.InvalidParameter($"Error retrieving security group information for [{group}]: The security group '{group}' does not exist (ErrorCode: InvalidGroup.NotFound)");
        }

        return new(stored, subnets.ToImmutable());
    }

    [GeneratedRegex(@"^subnet-(?:[0-9a-f]{8}|[0-9a-f]{17})\z")]
    private static partial Regex SubnetId { get; }

    [GeneratedRegex(@"^sg-(?:[0-9a-f]{8}|[0-9a-f]{17})\z")]
    private static partial Regex SecurityGroupId { get; }
}
