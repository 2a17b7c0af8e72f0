using Berth.Engine;
using Microsoft.Extensions.Logging;

namespace Berth.Registry;

/// <summary>
/// Content by digest in <c>blobs/sha256/ab/HEX</c>, shared by all repositories and never changed once there, and which
/// repository may see what in <c>repositories/ACCOUNT/REGION/NAME/_layers/HEX</c>.
/// </summary>
/// <remarks>
/// A blob appears whole or not at all: it is written as an upload on the same file system, flushed, then renamed.
/// Its modification time says when somebody last counted on it; the sweep takes only what has rested for the grace time.
/// A link is a convenience that may be lost in a power failure: what an image needs, its repository sees anyway.
/// Thread safe.
/// </remarks>
internal sealed partial class BlobStore
{
    private readonly string blobs;
    private readonly string repositories;
    private readonly TimeProvider clock;
    private readonly TimeSpan grace;
    private readonly ILogger<BlobStore> logger;

    // Keeps the sweep's look at a blob's age and its deletion together; indexed by the digest's first byte.
    private readonly Lock[] shards = [.. Enumerable.Range(0, 256).Select(_ => new Lock())];

    public BlobStore(RegistryOptions options, TimeProvider clock, ILogger<BlobStore> logger)
    {
        (this.clock, this.logger, grace) = (clock, logger, options.Grace);
        blobs = Path.Combine(options.Root, "blobs", "sha256");
        repositories = Path.Combine(options.Root, "repositories");
        Directory.CreateDirectory(repositories);
        for (var shard = 0; shard < shards.Length; shard++)
        {
            Durable.CreateDirectory(Path.Combine(blobs, shard.ToString("x2", null)));
        }
    }

    /// <summary>Where the blob is or would be.</summary>
    public string PathOf(Digest digest) => Path.Combine(blobs, digest.Hex[..2].ToString(), digest.Hex.ToString());

    /// <summary>The blob's length; null when it is not there.</summary>
    public long? SizeOf(Digest digest)
    {
        var file = new FileInfo(PathOf(digest));
        return file.Exists ? file.Length : null;
    }

    /// <summary>
    /// Keeps the sweep off the blob for most of another grace time; false when it is not there. To be called before
    /// anybody is told that the blob exists.
    /// </summary>
    public bool Touch(Digest digest)
    {
        var path = PathOf(digest);
        var now = clock.GetUtcNow().UtcDateTime;
        lock (ShardOf(digest))
        {
            var file = new FileInfo(path);
            if (!file.Exists)
            {
                return false;
            }

            if (now - file.LastWriteTimeUtc > grace / 8)
            {
                file.LastWriteTimeUtc = now;
            }

            return true;
        }
    }

    /// <summary>Makes a flushed file the blob; if the blob is there already, only removes the file.</summary>
    public void Adopt(string flushedFile, Digest digest)
    {
        if (Touch(digest))
        {
            File.Delete(flushedFile);
            return;
        }

        File.SetLastWriteTimeUtc(flushedFile, clock.GetUtcNow().UtcDateTime);
        Durable.Move(flushedFile, PathOf(digest));
    }

    /// <summary>Stores a small blob, such as a manifest, and returns once it is durable.</summary>
    public Digest Write(ReadOnlySpan<byte> content)
    {
        var digest = Digest.Of(content);
        if (!Touch(digest))
        {
            var temporary = $"{PathOf(digest)}.{Interlocked.Increment(ref temporaries)}.tmp";
            using (var file = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                RandomAccess.Write(file, content, 0);
                RandomAccess.FlushToDisk(file);
            }

            Adopt(temporary, digest);
        }

        return digest;
    }

    /// <summary>Reads a small blob whole; null when it is not there.</summary>
    public async ValueTask<byte[]?> ReadAsync(Digest digest, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllBytesAsync(PathOf(digest), cancellationToken).ConfigureAwait(false);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Lets a repository see a blob.</summary>
    public void Link(RepositoryKey repository, Digest digest)
    {
        var directory = LayersOf(repository);
        Directory.CreateDirectory(directory);
        using (File.Open(Path.Combine(directory, digest.Hex.ToString()), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite))
        {
        }
    }

    /// <summary>Whether the repository was given the blob by an upload or a mount.</summary>
    public bool IsLinked(RepositoryKey repository, Digest digest) => File.Exists(Path.Combine(LayersOf(repository), digest.Hex.ToString()));

    /// <summary>Takes a blob from a repository's sight.</summary>
    public void Unlink(RepositoryKey repository, Digest digest)
    {
        try
        {
            File.Delete(Path.Combine(LayersOf(repository), digest.Hex.ToString()));
        }
        catch (DirectoryNotFoundException)
        {
            // Nothing was ever linked here.
        }
    }

    /// <summary>Forgets everything a repository was given.</summary>
    public void UnlinkAll(RepositoryKey repository) => DeleteDirectory(LayersOf(repository));

    /// <summary>Forgets everything any repository of the account was given.</summary>
    public void UnlinkAccount(string account) => DeleteDirectory(Path.Combine(repositories, account));

    /// <summary>Deletes blobs that nobody needs and nobody has counted on for the grace time.</summary>
    /// <param name="needed">The digests images need; read after <paramref name="now"/> was taken.</param>
    /// <param name="now">A moment not later than the reading of <paramref name="needed"/>.</param>
    /// <param name="cancellationToken">Stops between two blobs.</param>
    /// <returns>How many went, and their bytes.</returns>
    public (int Count, long Bytes) Sweep(IReadOnlySet<string> needed, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (count, bytes) = (0, 0L);
        for (var shard = 0; shard < shards.Length; shard++)
        {
            foreach (var file in new DirectoryInfo(Path.Combine(blobs, shard.ToString("x2", null))).EnumerateFiles())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (needed.Contains("sha256:" + file.Name))
                {
                    continue;
                }

                lock (shards[shard])
                {
                    file.Refresh();
                    if (file.Exists && now.UtcDateTime - file.LastWriteTimeUtc > grace)
                    {
                        bytes += file.Length;
                        count++;
                        file.Delete();
                        LogDeleted(file.Name);
                    }
                }
            }
        }

        return (count, bytes);
    }

    private Lock ShardOf(Digest digest) => shards[Convert.FromHexString(digest.Hex[..2])[0]];

    // A repository's name cannot begin with '_' in any of its parts, so links and nested repositories never collide.
    private string LayersOf(RepositoryKey repository) =>
        Path.Combine(repositories, repository.Account, repository.Region, repository.Name, "_layers");

    private static void DeleteDirectory(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Nothing was ever linked here.
        }
    }

    private long temporaries;

    [LoggerMessage(Level = LogLevel.Debug, Message = "Deleted blob {Hex}, which no image needs")]
    private partial void LogDeleted(string hex);
}
