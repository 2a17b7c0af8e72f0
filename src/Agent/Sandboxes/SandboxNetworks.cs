using System.Net;

namespace Berth.Agent;

/// <summary>This machine cannot have a network for the subnet; the message says why.</summary>
internal sealed class SubnetUnavailableException(string message) : Exception(message);

/// <summary>
/// The subnets on this machine: a Docker network each, made when the first task needs it and removed when the last is
/// cleaned up. All agents of a machine share them, so its address management keeps addresses apart.
/// </summary>
internal sealed class SandboxNetworks(DockerEngine docker, Func<IEnumerable<HostRoute>> routes)
{
    public const string SubnetLabel = "berth.subnet";

    /// <summary>Makes the network unless it is there.</summary>
    /// <returns>Its name.</returns>
    /// <exception cref="SubnetUnavailableException">There can be none.</exception>
    public async Task<string> EnsureAsync(SandboxInterface @interface, CancellationToken cancellationToken)
    {
        var name = @interface.NetworkName();
        if (await FindAsync(name, @interface, cancellationToken).ConfigureAwait(false))
        {
            return name;
        }

        var block = IPNetwork.Parse(@interface.CidrBlock);
        if (routes().FirstOrDefault(route => route.Overlaps(block)) is { } taken)
        {
            throw new SubnetUnavailableException($"subnet {@interface.SubnetId} ({@interface.CidrBlock}) overlaps {taken.Network} on {taken.Device} of this machine; use a subnet with another CIDR block");
        }

        try
        {
            await docker.CreateNetworkAsync(
                new(name, "bridge", CheckDuplicate: true, new([new(@interface.CidrBlock, @interface.Gateway)]), new Dictionary<string, string> { [SubnetLabel] = @interface.SubnetId }),
                cancellationToken).ConfigureAwait(false);
        }
        catch (DockerException refusal)
        {
            // Another agent of this machine may have been quicker.
            if (!await FindAsync(name, @interface, cancellationToken).ConfigureAwait(false))
            {
                throw new SubnetUnavailableException($"subnet {@interface.SubnetId} ({@interface.CidrBlock}) cannot be made on this machine: {refusal.Message}");
            }
        }

        return name;
    }

    /// <summary>Removes a subnet's network, unless somebody uses it.</summary>
    public Task RemoveUnusedAsync(SandboxInterface @interface, CancellationToken cancellationToken) => RemoveUnusedAsync(@interface.NetworkName(), cancellationToken);

    /// <summary>Removes all networks of subnets that nobody uses: what a killed agent may have left.</summary>
    public async Task RemoveAllUnusedAsync(CancellationToken cancellationToken)
    {
        foreach (var network in await docker.ListNetworksAsync(SubnetLabel, cancellationToken).ConfigureAwait(false))
        {
            await RemoveUnusedAsync(network.Name ?? "", cancellationToken).ConfigureAwait(false);
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

    private async Task<bool> FindAsync(string name, SandboxInterface @interface, CancellationToken cancellationToken)
    {
        try
        {
            var found = await docker.NetworkAsync(name, cancellationToken).ConfigureAwait(false);
            var block = found.Ipam?.Config is [{ Subnet: { } subnet }, ..] ? subnet : "";
            return block == @interface.CidrBlock ? true
                : throw new SubnetUnavailableException($"the network {name} of this machine has CIDR block {block}, but subnet {@interface.SubnetId} has {@interface.CidrBlock}");
        }
        catch (DockerException missing) when (missing.Status == HttpStatusCode.NotFound)
        {
            return false;
        }
    }
}
