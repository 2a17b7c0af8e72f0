using System.Net;

namespace Berth.Agent;

/// <summary>This machine cannot have a network for the subnet; the message says why.</summary>
internal sealed class SubnetUnavailableException(SandboxInterface @interface, string why) : Exception($"subnet {@interface.SubnetId} ({@interface.CidrBlock}) {why}");

/// <summary>
/// The subnets on this machine: a Docker network each, made when the first task needs it and removed when the last is
/// cleaned up. All agents of a machine share them, so its address management keeps addresses apart. Where another subnet
/// has the same block, as the default subnets of two accounts do, its network serves both: one block, one network.
/// </summary>
internal sealed class SandboxNetworks(DockerEngine docker, Func<IEnumerable<HostRoute>> routes)
{
    public const string SubnetLabel = "berth.subnet";

    /// <summary>Makes the network unless it is there.</summary>
    /// <returns>Its name.</returns>
    /// <exception cref="SubnetUnavailableException">There can be none.</exception>
    public async Task<string> EnsureAsync(SandboxInterface @interface, CancellationToken cancellationToken)
    {
        if (await FindAsync(@interface.CidrBlock, cancellationToken).ConfigureAwait(false) is [var there, ..])
        {
            return there;
        }

        var block = IPNetwork.Parse(@interface.CidrBlock);
        var name = @interface.NetworkName();
        var obstacle = routes().FirstOrDefault(route => route.Overlaps(block)) is { } taken
            ? $"overlaps {taken.Network} on {taken.Device} of this machine; use a subnet with another CIDR block"
            : null;
        try
        {
            if (obstacle is null)
            {
                await docker.CreateNetworkAsync(
                    new(name, "bridge", CheckDuplicate: true, new([new(@interface.CidrBlock, @interface.Gateway)]), new Dictionary<string, string> { [SubnetLabel] = @interface.SubnetId }),
                    cancellationToken).ConfigureAwait(false);
                return name;
            }
        }
        catch (DockerException refusal)
        {
            obstacle = $"cannot be made on this machine: {refusal.Message}";
        }

        // Another task or agent of this machine may have been quicker.
        return await FindAsync(@interface.CidrBlock, cancellationToken).ConfigureAwait(false) is [var made, ..] ? made
            : throw new SubnetUnavailableException(@interface, obstacle);
    }

    /// <summary>Removes a subnet's network, unless somebody uses it.</summary>
    public async Task RemoveUnusedAsync(SandboxInterface @interface, CancellationToken cancellationToken)
    {
        foreach (var name in await FindAsync(@interface.CidrBlock, cancellationToken).ConfigureAwait(false))
        {
            await RemoveUnusedAsync(name, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Removes all networks of subnets that nobody uses: what a killed agent may have left.</summary>
    public async Task RemoveAllUnusedAsync(CancellationToken cancellationToken)
    {
        foreach (var name in await FindAsync(cidrBlock: null, cancellationToken).ConfigureAwait(false))
        {
            await RemoveUnusedAsync(name, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RemoveUnusedAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await docker.RemoveNetworkAsync(name, cancellationToken).ConfigureAwait(false);
        }
        catch (DockerException)
        {
            // Others use it, or have removed it; if anything else is wrong, the next clean-up tries again.
        }
    }

    /// <summary>The names of the networks of subnets, those with one block or all.</summary>
    private async Task<IReadOnlyList<string>> FindAsync(string? cidrBlock, CancellationToken cancellationToken) =>
    [
        .. (await docker.ListNetworksAsync(SubnetLabel, cancellationToken).ConfigureAwait(false))
            .Where(network => cidrBlock is null || (network.Ipam?.Config ?? []).Any(config => config.Subnet == cidrBlock))
            .Select(network => network.Name)
            .OfType<string>()
            .Order(StringComparer.Ordinal),
    ];
}
