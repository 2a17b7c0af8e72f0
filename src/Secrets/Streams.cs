using Berth.Domain;
using Berth.Engine;
using Berth.Wire;

namespace Berth.Secrets;

/// <summary>The way to the secrets of an account in a region.</summary>
internal sealed class SecretsStreams(IStreamDirectory<SecretsAggregate, SecretsState> directory)
{
    internal const string Kind = "secrets";

    public async ValueTask<SecretsState> ReadAsync(RequestContext context, CancellationToken cancellationToken) =>
        await directory.FindAsync(IdOf(context), cancellationToken).ConfigureAwait(false) is { } stream
            ? await stream.QueryAsync(new ReadSecrets(), cancellationToken).ConfigureAwait(false)
            : new() { Account = context.AccountId, Region = context.Region };

    public async ValueTask<TResult> ExecuteAsync<TResult>(RequestContext context, Command<SecretsAggregate, TResult> command, CancellationToken cancellationToken)
    {
        var stream = await directory.OpenAsync(IdOf(context), cancellationToken).ConfigureAwait(false);
        return await stream.ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
    }

    private static StreamId IdOf(RequestContext context) => StreamId.Of(Kind, context.AccountId, context.Region);
}

/// <summary>The way to the parameters of an account in a region.</summary>
internal sealed class ParametersStreams(IStreamDirectory<ParametersAggregate, ParametersState> directory)
{
    internal const string Kind = "parameters";

    public async ValueTask<ParametersState> ReadAsync(RequestContext context, CancellationToken cancellationToken) =>
        await directory.FindAsync(IdOf(context), cancellationToken).ConfigureAwait(false) is { } stream
            ? await stream.QueryAsync(new ReadParameters(), cancellationToken).ConfigureAwait(false)
            : new() { Account = context.AccountId, Region = context.Region };

    public async ValueTask<TResult> ExecuteAsync<TResult>(RequestContext context, Command<ParametersAggregate, TResult> command, CancellationToken cancellationToken)
    {
        var stream = await directory.OpenAsync(IdOf(context), cancellationToken).ConfigureAwait(false);
        return await stream.ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
    }

    private static StreamId IdOf(RequestContext context) => StreamId.Of(Kind, context.AccountId, context.Region);
}

/// <summary>Drops an account's secrets and parameters.</summary>
internal sealed class SecretsReset(
    IJournal journal, IStreamDirectory<SecretsAggregate, SecretsState> secrets, IStreamDirectory<ParametersAggregate, ParametersState> parameters) : IAccountReset
{
    public async ValueTask ResetAsync(string accountId, CancellationToken cancellationToken)
    {
        foreach (var id in await journal.ListAsync($"{SecretsStreams.Kind}/{accountId}/", cancellationToken).ConfigureAwait(false))
        {
            await secrets.DeleteAsync(id, cancellationToken).ConfigureAwait(false);
        }

        foreach (var id in await journal.ListAsync($"{ParametersStreams.Kind}/{accountId}/", cancellationToken).ConfigureAwait(false))
        {
            await parameters.DeleteAsync(id, cancellationToken).ConfigureAwait(false);
        }
    }
}
