using Berth.Domain;
using Berth.Engine;

namespace Berth.LoadBalancer;

/// <summary>Drops an account's load balancers; the balancer closes their listeners at once.</summary>
internal sealed class LoadBalancingReset(
    IJournal journal,
    IStreamDirectory<LoadBalancingAggregate, LoadBalancingState> streams,
    LoadBalancingConfiguration configuration) : IAccountReset
{
    public async ValueTask ResetAsync(string accountId, CancellationToken cancellationToken)
    {
        foreach (var id in await journal.ListAsync($"{LoadBalancingStreams.Kind}/{accountId}/", cancellationToken).ConfigureAwait(false))
        {
            await streams.DeleteAsync(id, cancellationToken).ConfigureAwait(false);
            configuration.Remove(id);
        }
    }
}
