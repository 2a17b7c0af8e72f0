using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;
using Berth.Engine;

namespace Berth.Objects;

/// <summary>All buckets: a directory an account, a directory a bucket. Thread safe.</summary>
internal sealed partial class ObjectStore : IAccountReset
{
    private const string Uploads = "uploads";

    private readonly ObjectsOptions options;
    private readonly TimeProvider clock;
    private readonly ConcurrentDictionary<(string Account, string Name), Bucket> buckets = new();
    private readonly Lock gate = new();
    private long uploads;

    /// <summary>Opens what there is, and drops what was not put whole.</summary>
    public ObjectStore(ObjectsOptions options, TimeProvider clock)
    {
        (this.options, this.clock) = (options, clock);
        Durable.CreateDirectory(options.Directory);
        if (Directory.Exists(Path.Combine(options.Directory, Uploads)))
        {
            Directory.Delete(Path.Combine(options.Directory, Uploads), recursive: true);
        }

        Durable.CreateDirectory(Path.Combine(options.Directory, Uploads));
        foreach (var directory in Directory.EnumerateDirectories(options.Directory).SelectMany(Directory.EnumerateDirectories))
        {
            var file = Path.Combine(directory, Bucket.DescriptionFile);
            if (File.Exists(file) && JsonSerializer.Deserialize(File.ReadAllBytes(file), ObjectsJson.Default.BucketDescription) is { } description)
            {
                buckets[(Path.GetFileName(Path.GetDirectoryName(directory)!), description.Name)] = new(description, directory, options.MostObjects);
            }
        }
    }

    public IReadOnlyList<BucketDescription> List(string account) =>
        [.. buckets.Where(bucket => bucket.Key.Account == account).Select(bucket => bucket.Value.Description).OrderBy(bucket => bucket.Name, StringComparer.Ordinal)];

    /// <exception cref="ObjectsException">There is no such bucket.</exception>
    public Bucket Find(string account, string name) => buckets.GetValueOrDefault((account, name)) ?? throw ObjectsException.NoSuchBucket();

    /// <exception cref="ObjectsException">There is such a bucket already, in another region than the first, or too many.</exception>
    public void Create(string account, string name, string region)
    {
        if (!BucketName.IsMatch(name) || name.Contains("..", StringComparison.Ordinal) || Address.IsMatch(name))
        {
            throw new ObjectsException("InvalidBucketName", 400, "The specified bucket is not valid.");
        }

        lock (gate)
        {
            if (buckets.TryGetValue((account, name), out var known))
            {
                if (region == "us-east-1" && known.Description.Region == region)
                {
                    return;    // This region alone takes it as a repeat.
                }

                throw new ObjectsException("BucketAlreadyOwnedByYou", 409, "Your previous request to create the named bucket succeeded and you already own it.");
            }

            if (buckets.Keys.Count(key => key.Account == account) >= options.MostBuckets)
            {
                throw new ObjectsException("TooManyBuckets", 400, "You have attempted to create more buckets than allowed");
            }

            var description = new BucketDescription(name, region, clock.GetUtcNow());
            var directory = Path.Combine(options.Directory, account, name);
            if (Directory.Exists(directory))
            {
                Directory.Delete(directory, recursive: true);    // What a crash left of a bucket that was being deleted.
            }

            Durable.CreateDirectory(directory);
            var draft = NewUpload();
            using (var file = File.Create(draft))
            {
                JsonSerializer.Serialize(file, description, ObjectsJson.Default.BucketDescription);
                file.Flush(flushToDisk: true);
            }

            Durable.Move(draft, Path.Combine(directory, Bucket.DescriptionFile));
            buckets[(account, name)] = new(description, directory, options.MostObjects);
        }
    }

    public void Delete(string account, string name) => Remove(account, name, withObjects: false);

    /// <summary>A path that nothing lies at yet.</summary>
    public string NewUpload() => Path.Combine(options.Directory, Uploads, $"{Interlocked.Increment(ref uploads)}");

    public ValueTask ResetAsync(string accountId, CancellationToken cancellationToken)
    {
        foreach (var bucket in List(accountId))
        {
            Remove(accountId, bucket.Name, withObjects: true);
        }

        return ValueTask.CompletedTask;
    }

    private void Remove(string account, string name, bool withObjects)
    {
        lock (gate)
        {
            Find(account, name).Remove(withObjects);
            buckets.TryRemove((account, name), out _);
        }
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9]\z")]
    private static partial Regex BucketName { get; }

    [GeneratedRegex(@"^\d+\.\d+\.\d+\.\d+\z")]
    private static partial Regex Address { get; }
}
