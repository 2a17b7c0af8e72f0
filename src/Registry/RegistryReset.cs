using Berth.Engine;

namespace Berth.Registry;

/// <summary>Drops an account's repositories in every region. Blobs that nobody else needs go with the next sweeps.</summary>
internal sealed class RegistryReset(RepositoryStreams streams, IJournal journal, BlobStore store, BlobUploads uploads) : IAccountReset
{
    /// <inheritdoc/>
    public async ValueTask ResetAsync(string accountId, CancellationToken cancellationToken)
    {
        foreach (var stream in await journal.ListAsync($"repositories/{accountId}/", cancellationToken).ConfigureAwait(false))
        {
            await streams.DeleteAsync(stream, cancellationToken).ConfigureAwait(false);
        }

        uploads.DropAccount(accountId);
        store.UnlinkAccount(accountId);
    }
}
