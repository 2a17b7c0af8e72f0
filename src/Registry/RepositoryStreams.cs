using System.Text.RegularExpressions;
using Berth.Domain;
using Berth.Engine;

namespace Berth.Registry;

/// <summary>The registries of all accounts and regions, each a stream of its own.</summary>
internal sealed partial class RepositoryStreams(IStreamDirectory<RepositoriesAggregate, RepositoriesState> directory)
{
    /// <summary>The name of one account's registry in one region among all streams.</summary>
    /// <remarks>The region comes from the caller and ends up in names of streams and directories.</remarks>
    public static StreamId IdOf(string account, string region) => RegionPattern.IsMatch(region)
        ? StreamId.Of("repositories", account, region)
        : throw RefusedException.InvalidParameter($"'{region}' is not a region");

    /// <summary>Everything one registry holds.</summary>
    public async ValueTask<RepositoriesState> ReadAsync(string account, string region, CancellationToken cancellationToken) =>
        await directory.FindAsync(IdOf(account, region), cancellationToken).ConfigureAwait(false) is { } stream
            ? await stream.QueryAsync(new RepositoriesQuery.Everything(), cancellationToken).ConfigureAwait(false)
            : new RepositoriesState(account, region);

    /// <summary>The repository, or the refusal for one that is not there.</summary>
    public async ValueTask<Repository> GetAsync(RepositoryKey key, CancellationToken cancellationToken) =>
        (await ReadAsync(key.Account, key.Region, cancellationToken).ConfigureAwait(false)).Get(key.Name);

    /// <summary>Carries out a command about a repository that must be there.</summary>
    public async ValueTask<TResult> ExecuteAsync<TResult>(
        RepositoryKey key,
        Command<RepositoriesAggregate, TResult> command,
        CancellationToken cancellationToken)
    {
        var stream = await directory.FindAsync(IdOf(key.Account, key.Region), cancellationToken).ConfigureAwait(false);
        if (stream is null)
        {
            new RepositoriesState(key.Account, key.Region).Get(key.Name);
            throw new System.Diagnostics.UnreachableException("An empty registry has no repository.");
        }

        return await stream.ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Creates a repository.</summary>
    public async ValueTask<Repository> CreateAsync(
        string account,
        string region,
        RepositoriesCommand.Create command,
        CancellationToken cancellationToken)
    {
        var stream = await directory.OpenAsync(IdOf(account, region), cancellationToken).ConfigureAwait(false);
        return await stream.ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends one registry.</summary>
    public ValueTask DeleteAsync(StreamId id, CancellationToken cancellationToken) => directory.DeleteAsync(id, cancellationToken);

    [GeneratedRegex(@"^[a-z0-9-]{1,32}\z")]
    private static partial Regex RegionPattern { get; }
}
