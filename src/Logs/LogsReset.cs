using Berth.Engine;

namespace Berth.Logs;

/// <summary>Drops an account's log groups.</summary>
internal sealed class LogsReset(LogStore store) : IAccountReset
{
    public async ValueTask ResetAsync(string accountId, CancellationToken cancellationToken) =>
        await store.ResetAsync(accountId, cancellationToken).ConfigureAwait(false);
}
