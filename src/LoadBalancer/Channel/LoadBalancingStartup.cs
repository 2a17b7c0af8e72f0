using Berth.Domain;
using Berth.Engine;
using Microsoft.Extensions.Hosting;

namespace Berth.LoadBalancer;

/// <summary>Opens every stream of load balancing, so that the configuration is whole before a balancer gets it.</summary>
internal sealed class LoadBalancingStartup(
    IJournal journal,
    IStreamDirectory<LoadBalancingAggregate, LoadBalancingState> streams,
    LoadBalancingConfiguration configuration) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var id in await journal.ListAsync($"{LoadBalancingStreams.Kind}/", cancellationToken).ConfigureAwait(false))
        {
            await streams.OpenAsync(id, cancellationToken).ConfigureAwait(false);
        }

        configuration.Complete();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
