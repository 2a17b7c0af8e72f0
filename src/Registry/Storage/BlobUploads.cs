using System.Collections.Concurrent;
using Berth.Domain;
using Microsoft.Extensions.Logging;

namespace Berth.Registry;

/// <summary>
/// The uploads under way: <c>uploads/UUID/data</c>, and in <c>uploads/UUID/repository</c> whose they are, so that an
/// upload survives a restart. Thread safe.
/// </summary>
internal sealed partial class BlobUploads
{
    private const string Data = "data";
    private const string Owner = "repository";

    private readonly ConcurrentDictionary<string, BlobUpload> open = new(StringComparer.Ordinal);
    private readonly string root;
    private readonly BlobStore store;
    private readonly RegistryOptions options;
    private readonly TimeProvider clock;
    private readonly IIdSource ids;
    private readonly ILogger<BlobUploads> logger;

    public BlobUploads(RegistryOptions options, BlobStore store, TimeProvider clock, IIdSource ids, ILogger<BlobUploads> logger)
    {
        (this.options, this.store, this.clock, this.ids, this.logger) = (options, store, clock, ids, logger);
        root = Path.Combine(options.Root, "uploads");
        Directory.CreateDirectory(root);
        Sweep();
    }

    /// <summary>Starts an upload; null when too many are under way.</summary>
    public BlobUpload? Begin(RepositoryKey repository)
    {
        if (open.Count >= options.MostUploads)
        {
            return null;
        }

        var id = ids.NextUuid();
        var directory = Path.Combine(root, id);
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, Owner), $"{repository.Account}\n{repository.Region}\n{repository.Name}");
        var upload = new BlobUpload(id, repository, Path.Combine(directory, Data)) { LastUsed = clock.GetUtcNow() };
        open[id] = upload;
        return upload;
    }

    /// <summary>The repository's upload, also one an earlier process began; null when there is none.</summary>
    public BlobUpload? Find(RepositoryKey repository, string id)
    {
        if (!Guid.TryParseExact(id, "D", out _))
        {
            return null;
        }

        id = id.ToLowerInvariant();
        if (!open.TryGetValue(id, out var upload) && Load(id) is { } loaded)
        {
            upload = open.GetOrAdd(id, loaded);
        }

        return upload is { IsOver: false } && upload.Repository == repository ? upload : null;
    }

    /// <summary>
    /// Makes the upload the blob it claims to be and lets its repository see it; false, and the upload is dropped,
    /// when its bytes have another digest. The caller is its only writer.
    /// </summary>
    public bool Complete(BlobUpload upload, Digest claimed)
    {
        var right = upload.Finish() == claimed;
        if (right)
        {
            store.Adopt(upload.FilePath, claimed);
            store.Link(upload.Repository, claimed);
        }

        Drop(upload);
        return right;
    }

    /// <summary>Ends an upload and deletes what it holds. The caller is its only writer.</summary>
    public void Drop(BlobUpload upload)
    {
        upload.Dispose();
        open.TryRemove(upload.Id, out _);
        DeleteDirectory(upload.Id);
    }

    /// <summary>Drops uploads that have rested for the grace time, this process's and those of earlier ones.</summary>
    public void Sweep()
    {
        var before = clock.GetUtcNow() - options.Grace;
        foreach (var upload in open.Values.Where(upload => upload.LastUsed < before && upload.TryEnter()))
        {
            LogDropped(upload.Id, upload.Repository.Name);
            Drop(upload);
        }

        foreach (var directory in new DirectoryInfo(root).EnumerateDirectories())
        {
            if (!open.ContainsKey(directory.Name) && LastWriteOf(directory) < before)
            {
                LogDropped(directory.Name, "an earlier run");
                DeleteDirectory(directory.Name);
            }
        }
    }

    /// <summary>Drops every upload of an account.</summary>
    public void DropAccount(string account)
    {
        foreach (var upload in open.Values.Where(upload => upload.Repository.Account == account && upload.TryEnter()))
        {
            Drop(upload);
        }
    }

    private BlobUpload? Load(string id)
    {
        try
        {
            var directory = Path.Combine(root, id);
            if (File.ReadAllText(Path.Combine(directory, Owner)).Split('\n') is not [var account, var region, var name])
            {
                return null; // The machine went down before the owner was written.
            }

            var upload = new BlobUpload(id, new RepositoryKey(account, region, name), Path.Combine(directory, Data)) { LastUsed = clock.GetUtcNow() };
            upload.Resume();
            return upload;
        }
        catch (Exception failure) when (failure is DirectoryNotFoundException or FileNotFoundException)
        {
            return null;
        }
    }

    private static DateTimeOffset LastWriteOf(DirectoryInfo directory)
    {
        var data = new FileInfo(Path.Combine(directory.FullName, Data));
        return data.Exists ? data.LastWriteTimeUtc : directory.LastWriteTimeUtc;
    }

    private void DeleteDirectory(string id)
    {
        try
        {
            Directory.Delete(Path.Combine(root, id), recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody was faster.
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Dropped upload {Upload} of {Repository}: it was not finished in time")]
    private partial void LogDropped(string upload, string repository);
}
