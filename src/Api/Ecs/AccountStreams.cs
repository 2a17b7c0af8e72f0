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

    /// <summary>Asking begins nothing: where the caller has made nothing yet, the answer is that of an account without anything.</summary>
    public async ValueTask<TResult> QueryAsync<TResult>(RequestContext caller, Query<AccountState, TResult> query, CancellationToken cancellationToken)
    {
        var stream = await streams.FindAsync(IdOf(caller), cancellationToken).ConfigureAwait(false);
        return stream is null
            ? query.Answer(new AccountAggregate(caller.AccountId, caller.Region).State)
            : await stream.QueryAsync(query, cancellationToken).ConfigureAwait(false);
    }

    private static StreamId IdOf(RequestContext caller) => StreamId.Of("account", caller.AccountId, caller.Region);
}
