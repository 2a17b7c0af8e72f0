using Berth.Domain;
using Berth.Engine;
using Berth.Wire;

namespace Berth.Api;

/// <summary>The caller's account in the caller's region.</summary>
internal sealed class AccountStreams(IStreamDirectory<AccountAggregate, AccountState> streams)
{
    public async ValueTask<TResult> ExecuteAsync<TResult>(RequestContext caller, Command<AccountAggregate, TResult> command, CancellationToken cancellationToken)
    {
        var stream = await streams.OpenAsync(IdOf(caller), cancellationToken).ConfigureAwait(false);
        return await stream.ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<TResult> QueryAsync<TResult>(RequestContext caller, Query<AccountState, TResult> query, CancellationToken cancellationToken)
    {
        var stream = await streams.OpenAsync(IdOf(caller), cancellationToken).ConfigureAwait(false);
        return await stream.QueryAsync(query, cancellationToken).ConfigureAwait(false);
    }

    private static StreamId IdOf(RequestContext caller) => StreamId.Of("account", caller.AccountId, caller.Region);
}
