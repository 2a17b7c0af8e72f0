using Berth.Domain;
using Berth.Engine;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Api;

/// <summary>
/// Forgets revisions whose deletion was asked for once no cluster refers to them. Until then they stay DELETE_IN_PROGRESS:
/// tasks and services that use them go on.
/// </summary>
internal sealed partial class TaskDefinitionUpkeep(
    IJournal journal,
    IStreamDirectory<AccountAggregate, AccountState> accounts,
    IStreamDirectory<ClusterAggregate, ClusterState> clusters,
    TimeProvider clock,
    ILogger<TaskDefinitionUpkeep> logger) : BackgroundService
{
    private const int MostAtATime = 1000;

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>One look at every account.</summary>
    internal async Task ForgetAsync(CancellationToken cancellationToken)
    {
        foreach (var id in await journal.ListAsync("account/", cancellationToken).ConfigureAwait(false))
        {
            var account = await accounts.OpenAsync(id, cancellationToken).ConfigureAwait(false);
            var query = new ListTaskDefinitionsQuery(TaskDefinitionStatus.DeleteInProgress, null, Descending: false, After: null, MostAtATime);
            var going = await account.QueryAsync(query, cancellationToken).ConfigureAwait(false);
            if (going.IsEmpty)
            {
                continue;
            }

            var inUse = await InUseAsync(id, cancellationToken).ConfigureAwait(false);
            foreach (var key in going)
            {
                if (!inUse.Contains($"arn:aws:ecs:{id.Region}:{id.Account}:task-definition/{key.Family}:{key.Revision}"))
                {
                    await account.ExecuteAsync(new ForgetTaskDefinitionCommand(key), cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                await ForgetAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(failure);
            }
        }
    }

    private async ValueTask<HashSet<string>> InUseAsync(StreamId account, CancellationToken cancellationToken)
    {
        var arns = new HashSet<string>(StringComparer.Ordinal);
        foreach (var id in await journal.ListAsync($"cluster/{account.Account}/{account.Region}/", cancellationToken).ConfigureAwait(false))
        {
            var cluster = await clusters.OpenAsync(id, cancellationToken).ConfigureAwait(false);
            arns.UnionWith((await cluster.QueryAsync(new ReadCluster(), cancellationToken).ConfigureAwait(false)).TaskDefinitions.Keys);
        }

        return arns;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Deleted task definitions could not be forgotten; tried again in an hour")]
    private partial void LogFailed(Exception failure);
}
