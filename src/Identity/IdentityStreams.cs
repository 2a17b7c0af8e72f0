using Berth.Domain;
using Berth.Engine;
using Berth.Wire;

namespace Berth.Identity;

/// <summary>The way from a request to the identities of its account, whatever its region.</summary>
internal sealed class IdentityStreams(IStreamDirectory<IdentityAggregate, IdentityState> directory)
{
    public async ValueTask<IdentityState> ReadAsync(RequestContext context, CancellationToken cancellationToken) =>
        await directory.FindAsync(IdOf(context.AccountId), cancellationToken).ConfigureAwait(false) is { } stream
            ? await stream.QueryAsync(new ReadIdentity(), cancellationToken).ConfigureAwait(false)
            : new IdentityState { Account = context.AccountId };

    public async ValueTask<TResult> ExecuteAsync<TResult>(RequestContext context, Command<IdentityAggregate, TResult> command, CancellationToken cancellationToken)
    {
        var stream = await directory.OpenAsync(IdOf(context.AccountId), cancellationToken).ConfigureAwait(false);
        return await stream.ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
    }

    public static StreamId IdOf(string account) => StreamId.OfAccount("iam", account);
}

/// <summary>Drops an account's roles, policies and instance profiles.</summary>
internal sealed class IdentityReset(IJournal journal, IStreamDirectory<IdentityAggregate, IdentityState> streams) : IAccountReset
{
    public async ValueTask ResetAsync(string accountId, CancellationToken cancellationToken)
    {
        if (await journal.ExistsAsync(IdentityStreams.IdOf(accountId), cancellationToken).ConfigureAwait(false))
        {
            await streams.DeleteAsync(IdentityStreams.IdOf(accountId), cancellationToken).ConfigureAwait(false);
        }
    }
}
