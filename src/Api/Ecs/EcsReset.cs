using Berth.Domain;
using Berth.Engine;

namespace Berth.Api;

/// <summary>
/// Empties an account's clusters and forgets its task definitions and settings. A cluster with container instances stays,
/// empty, so that what comes next can run at once.
/// </summary>
internal sealed class EcsReset(
    IJournal journal,
    IStreamDirectory<AccountAggregate, AccountState> accounts,
    IStreamDirectory<ClusterAggregate, ClusterState> clusters) : IAccountReset
{
    /// <inheritdoc/>
    public async ValueTask ResetAsync(string accountId, CancellationToken cancellationToken)
    {
        var kept = new List<StreamId>();
        foreach (var id in await journal.ListAsync($"cluster/{accountId}/", cancellationToken).ConfigureAwait(false))
        {
            var cluster = await clusters.OpenAsync(id, cancellationToken).ConfigureAwait(false);
            if (await cluster.ExecuteAsync(new ResetClusterCommand(), cancellationToken).ConfigureAwait(false))
            {
                kept.Add(id);
            }
            else
            {
                await clusters.DeleteAsync(id, cancellationToken).ConfigureAwait(false);
            }
        }

        foreach (var id in await journal.ListAsync($"account/{accountId}/", cancellationToken).ConfigureAwait(false))
        {
            await accounts.DeleteAsync(id, cancellationToken).ConfigureAwait(false);
        }

        foreach (var cluster in kept)
        {
            var account = await accounts.OpenAsync(StreamId.Of("account", cluster.Account, cluster.Region), cancellationToken).ConfigureAwait(false);
            await account.ExecuteAsync(new RegisterClusterCommand(cluster.Name!), cancellationToken).ConfigureAwait(false);
        }
    }
}
