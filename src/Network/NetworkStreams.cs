using Berth.Domain;
using Berth.Engine;
using Berth.Wire;

namespace Berth.Network;

/// <summary>The way to the networks of an account in a region. Reading one that nobody has changed opens nothing.</summary>
public sealed class NetworkStreams(IStreamDirectory<NetworkAggregate, NetworkState> directory)
{
    internal const string Kind = "network";

    /// <summary>What there is.</summary>
    public async ValueTask<NetworkState> ReadAsync(string account, string region, CancellationToken cancellationToken) =>
        await directory.FindAsync(StreamId.Of(Kind, account, region), cancellationToken).ConfigureAwait(false) is { } stream
            ? await stream.QueryAsync(new ReadNetwork(), cancellationToken).ConfigureAwait(false)
            : DefaultNetwork.Of(account, region);

    internal ValueTask<NetworkState> ReadAsync(RequestContext context, CancellationToken cancellationToken) =>
        ReadAsync(context.AccountId, context.Region, cancellationToken);

    internal async ValueTask<TResult> ExecuteAsync<TResult>(RequestContext context, Command<NetworkAggregate, TResult> command, CancellationToken cancellationToken)
    {
        var stream = await directory.OpenAsync(StreamId.Of(Kind, context.AccountId, context.Region), cancellationToken).ConfigureAwait(false);
        return await stream.ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>Gives an account the networks back that it had in the beginning.</summary>
internal sealed class NetworkReset(IJournal journal, IStreamDirectory<NetworkAggregate, NetworkState> streams) : IAccountReset
{
    public async ValueTask ResetAsync(string accountId, CancellationToken cancellationToken)
    {
        foreach (var id in await journal.ListAsync($"{NetworkStreams.Kind}/{accountId}/", cancellationToken).ConfigureAwait(false))
        {
            await streams.DeleteAsync(id, cancellationToken).ConfigureAwait(false);
        }
    }
}
