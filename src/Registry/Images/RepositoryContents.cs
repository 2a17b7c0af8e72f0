using Berth.Domain;

namespace Berth.Registry;

/// <summary>
/// What repositories hold, as both the distribution protocol and the API see it: blobs by the rule of who may see
/// them, manifests with what they need. Thread safe.
/// </summary>
internal sealed class RepositoryContents(RepositoryStreams streams, BlobStore store)
{
    /// <summary>
    /// The length of a blob the repository may see; null for any other. A blob that was reported stays for most of
    /// the grace time at least.
    /// </summary>
    public long? SizeOf(RepositoryKey key, Repository repository, Digest digest) =>
        (store.IsLinked(key, digest) || IsNeeded(repository, digest)) && store.Touch(digest) ? store.SizeOf(digest) : null;

    /// <summary>Whether an image of the repository needs the blob.</summary>
    public static bool IsNeeded(Repository repository, Digest digest) =>
        repository.Images.Values.Any(image => image.Config?.Digest == digest.Value || image.Layers.Any(layer => layer.Digest == digest.Value));

    /// <summary>Lets a repository see a blob of another one of the same registry; null when that one does not show it.</summary>
    public async ValueTask<long?> MountAsync(RepositoryKey key, string from, Digest digest, CancellationToken cancellationToken)
    {
        var state = await streams.ReadAsync(key.Account, key.Region, cancellationToken).ConfigureAwait(false);
        if (!state.Repositories.TryGetValue(from, out var source) || SizeOf(key with { Name = from }, source, digest) is not { } size)
        {
            return null;
        }

        store.Link(key, digest);
        return size;
    }

    /// <summary>
    /// Stores an image: first checks that its blobs are here, then makes the manifest's bytes durable, then records it.
    /// </summary>
    /// <exception cref="RefusedException">Blobs or listed images are missing, or the tag is pinned.</exception>
    public async ValueTask<RepositoryImage> PutAsync(
        RepositoryKey key,
        ReadOnlyMemory<byte> manifest,
        ManifestDocument document,
        string? tag,
        bool refuseUnchanged,
        CancellationToken cancellationToken)
    {
        var repository = await streams.GetAsync(key, cancellationToken).ConfigureAwait(false);
        List<string> missing = [];
        foreach (var blob in document.RequiredBlobs)
        {
            if (!Digest.TryParse(blob.Digest, out var digest) || SizeOf(key, repository, digest) is not { } size)
            {
                missing.Add(blob.Digest);
            }
            else if (size != blob.SizeBytes)
            {
                throw RefusedException.InvalidParameter(
                    $"Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'The size of {blob.Digest} is {size}, not {blob.SizeBytes}'");
            }
        }

        if (missing.Count > 0)
        {
            throw new RefusedException(
                "LayersNotFoundException",
                $"Layers with digests '[{string.Join(", ", missing)}]' required for pushing image into repository with name '{key.Name}' in the registry with id '{key.Account}' do not exist");
        }

        store.Write(manifest.Span);
        return await streams.ExecuteAsync(key, new RepositoriesCommand.PutImage(key.Name, document.Image, tag, refuseUnchanged), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The bytes of an image's manifest, exactly as pushed; null when they were lost.</summary>
    public ValueTask<byte[]?> ReadManifestAsync(RepositoryImage image, CancellationToken cancellationToken) =>
        Digest.TryParse(image.Digest, out var digest) ? store.ReadAsync(digest, cancellationToken) : ValueTask.FromResult<byte[]?>(null);

    /// <summary>Deletes a repository and forgets what it was given.</summary>
    public async ValueTask<Repository> DeleteAsync(RepositoryKey key, bool force, CancellationToken cancellationToken)
    {
        var deleted = await streams.ExecuteAsync(key, new RepositoriesCommand.Delete(key.Name, force), cancellationToken).ConfigureAwait(false);
        store.UnlinkAll(key);
        return deleted;
    }
}
