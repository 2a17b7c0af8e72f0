using Berth.Domain;
using Berth.Engine;

namespace Berth.Api;

/// <summary>
/// Drops an account's clusters, services, tasks and task definitions. Machines whose agents are connected stay, in their
/// clusters: they would only register anew. Tasks are stopped first, and waited for.
/// </summary>
internal sealed class EcsReset(
    IJournal journal,
    IStreamDirectory<AccountAggregate, AccountState> accounts,
    IStreamDirectory<ClusterAggregate, ClusterState> clusters,
    TimeProvider clock) : IAccountReset
{
    private const string Reason = "The account was reset.";
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(20);

    public async ValueTask ResetAsync(string accountId, CancellationToken cancellationToken)
    {
        var ids = await journal.ListAsync($"cluster/{accountId}/", cancellationToken).ConfigureAwait(false);
        var streams = new List<IStream<ClusterAggregate, ClusterState>>();
        foreach (var id in ids)
        {
            var stream = await clusters.OpenAsync(id, cancellationToken).ConfigureAwait(false);
            await StopAllAsync(stream, cancellationToken).ConfigureAwait(false);
            streams.Add(stream);
        }

        foreach (var id in await journal.ListAsync($"account/{accountId}/", cancellationToken).ConfigureAwait(false))
        {
            await accounts.DeleteAsync(id, cancellationToken).ConfigureAwait(false);
        }

        // All are asked before the first is waited for, so the waiting is that of the slowest task.
        foreach (var stream in streams)
        {
            await EmptyAsync(stream, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async ValueTask StopAllAsync(IStream<ClusterAggregate, ClusterState> stream, CancellationToken cancellationToken)
    {
        var state = await stream.QueryAsync(new ReadCluster(), cancellationToken).ConfigureAwait(false);
        if (state.Status != ClusterStatus.Active)
        {
            return;
        }

        foreach (var service in state.Services.Values.Where(service => service.Status == ServiceStatus.Active))
        {
            await stream.ExecuteAsync(new DeleteServiceCommand(service.Name, Force: true), cancellationToken).ConfigureAwait(false);
        }

        foreach (var id in state.TaskIndex.Of(TaskFilter.All, "", TaskPhase.Live))
        {
            await stream.ExecuteAsync(new StopTaskCommand(id, Reason), cancellationToken).ConfigureAwait(false);
        }

        // Nobody would report the end of tasks on a machine that is not there.
        foreach (var instance in state.ContainerInstances.Values.Where(instance => instance is { AgentConnected: false, Status: not ContainerInstanceStatus.Inactive }))
        {
            await stream.ExecuteAsync(new DeregisterContainerInstanceCommand(instance.Id, Force: true), cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask EmptyAsync(IStream<ClusterAggregate, ClusterState> stream, CancellationToken cancellationToken)
    {
        while (!await stream.ExecuteAsync(new ForgetEndedCommand(), cancellationToken).ConfigureAwait(false))
        {
            await Task.Delay(LookAgainAfter, clock, cancellationToken).ConfigureAwait(false);
            await StopAllAsync(stream, cancellationToken).ConfigureAwait(false);    // An agent may have gone meanwhile.
        }

        var state = await stream.QueryAsync(new ReadCluster(), cancellationToken).ConfigureAwait(false);
        if (state.ContainerInstances.IsEmpty)
        {
            await clusters.DeleteAsync(stream.Id, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            var account = await accounts.OpenAsync(StreamId.Of("account", stream.Id.Account, stream.Id.Region), cancellationToken).ConfigureAwait(false);
            await account.ExecuteAsync(new RegisterClusterCommand(state.Name), cancellationToken).ConfigureAwait(false);
        }
    }
}
