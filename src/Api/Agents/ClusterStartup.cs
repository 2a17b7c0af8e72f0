using Berth.Domain;
using Berth.Engine;
using Microsoft.Extensions.Hosting;

namespace Berth.Api;

/// <summary>
/// Opens what the journal holds before the first caller is let in: services go on where they were, and every agent counts
/// as gone until it connects anew.
/// </summary>
internal sealed class ClusterStartup(
    IJournal journal,
    IStreamDirectory<ClusterAggregate, ClusterState> clusters,
    IStreamDirectory<LoadBalancingAggregate, LoadBalancingState> loadBalancing) : IHostedService
{
    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var id in await journal.ListAsync("loadbalancing/", cancellationToken).ConfigureAwait(false))
        {
            await loadBalancing.OpenAsync(id, cancellationToken).ConfigureAwait(false);
        }

        foreach (var id in await journal.ListAsync("cluster/", cancellationToken).ConfigureAwait(false))
        {
            var cluster = await clusters.OpenAsync(id, cancellationToken).ConfigureAwait(false);
            await cluster.ExecuteAsync(new DisconnectAgentsCommand(null), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
