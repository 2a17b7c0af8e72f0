using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Berth.Domain;
using Berth.Engine;

namespace Berth.Objects;

/// <summary>A bucket as its file tells it.</summary>
internal sealed record BucketDescription(string Name, string Region, DateTimeOffset CreatedAt);

/// <summary>
/// A bucket: a directory with a file an object, and in memory what objects there are. Thread safe; readers take a
/// snapshot and are held up by nobody.
/// </summary>
internal sealed class Bucket
{
    public const string DescriptionFile = "bucket.json";

    private const string Extension = ".object";

    private readonly string directory;
    private readonly int mostObjects;
    private readonly Lock gate = new();
    private bool isGone;

    /// <summary>Opens a bucket and looks at its objects.</summary>
    public Bucket(BucketDescription description, string directory, int mostObjects)
    {
        (Description, this.directory, this.mostObjects) = (description, directory, mostObjects);
        var found = Directory.EnumerateFiles(directory, "*" + Extension).Select(ObjectFile.Read).OfType<StoredObject>().ToList();
        Contents = new(
            [.. found.Select(item => KeyValuePair.Create(item.Key, item))],
            found.Select(item => item.Key).ToImmutableSortedSet(StringComparer.Ordinal));
    }

    public BucketDescription Description { get; }

    /// <summary>What there is now.</summary>
    public BucketContents Contents { get; private set; }

    /// <summary>Puts a file that is written and flushed in the place of an object; durable when it returns.</summary>
    /// <exception cref="ObjectsException">The bucket is gone, or full.</exception>
    public void Put(string file, StoredObject item)
    {
        lock (gate)
        {
            if (isGone)
            {
                throw ObjectsException.NoSuchBucket();
            }

            if (Contents.ByKey.Count >= mostObjects && !Contents.ByKey.ContainsKey(item.Key))
            {
                throw ObjectsException.Invalid($"A bucket holds at most {mostObjects} objects here.");
            }

            Durable.Move(file, PathOf(item.Key));
            Contents = new(Contents.ByKey.SetItem(item.Key, item), Contents.Keys.Add(item.Key));
        }
    }

    /// <summary>Opens an object's content, which stays whole though the object be replaced meanwhile.</summary>
    public (StoredObject Object, FileStream Content) Open(string key)
    {
        lock (gate)
        {
            var item = Find(key);
            return (item, new FileStream(PathOf(key), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        }
    }

    public StoredObject Find(string key) => Contents.ByKey.GetValueOrDefault(key) ?? throw ObjectsException.NoSuchKey();

    /// <summary>Deletes an object; one that is not there is none the less gone.</summary>
    public void Delete(string key)
    {
        lock (gate)
        {
            if (Contents.ByKey.ContainsKey(key))
            {
                Durable.Delete(PathOf(key));
                Contents = new(Contents.ByKey.Remove(key), Contents.Keys.Remove(key));
            }
        }
    }

    /// <summary>Removes the bucket.</summary>
    /// <exception cref="ObjectsException">It is not empty, and need be.</exception>
    public void Remove(bool withObjects)
    {
        lock (gate)
        {
            if (!withObjects && !Contents.ByKey.IsEmpty)
            {
                throw new ObjectsException("BucketNotEmpty", 409, "The bucket you tried to delete is not empty");
            }

            // Without its description a directory is no bucket: what a crash leaves of it is not found again.
            isGone = true;
            Durable.Delete(Path.Combine(directory, DescriptionFile));
            Directory.Delete(directory, recursive: true);
        }
    }

    private string PathOf(string key) => Path.Combine(directory, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))) + Extension);
}

/// <summary>The objects of a bucket at a moment.</summary>
/// <param name="ByKey">By key.</param>
/// <param name="Keys">Their keys in order.</param>
internal sealed record BucketContents(ImmutableDictionary<string, StoredObject> ByKey, ImmutableSortedSet<string> Keys)
{
    /// <summary>The next entries of a listing: objects, and what keys have in common up to a delimiter, told once.</summary>
    public ObjectListing List(string prefix, string? delimiter, string? after, int most)
    {
        List<StoredObject> objects = [];
        List<string> common = [];
        string? last = null;
        var at = after is null || string.CompareOrdinal(after, prefix) < 0 ? Keys.FirstAtOrAfter(prefix) : Keys.FirstAfter(after);
        if (after is not null && Common(after, prefix, delimiter) is { } shown && after == shown)
        {
            at = Keys.FirstAtOrAfter(Behind(shown));
        }

        while (at < Keys.Count && Keys[at].StartsWith(prefix, StringComparison.Ordinal))
        {
            if (objects.Count + common.Count == most)
            {
                return new(objects, common, last);
            }

            if (Common(Keys[at], prefix, delimiter) is { } folder)
            {
                common.Add(last = folder);
                at = Keys.FirstAtOrAfter(Behind(folder));
            }
            else
            {
                objects.Add(ByKey[Keys[at]]);
                last = Keys[at++];
            }
        }

        return new(objects, common, null);
    }

    private static string? Common(string key, string prefix, string? delimiter) =>
        !string.IsNullOrEmpty(delimiter) && key.StartsWith(prefix, StringComparison.Ordinal) && key.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal) is >= 0 and var end
            ? key[..(end + delimiter.Length)]
            : null;

    /// <summary>A text behind all that begin with another: no key holds this character.</summary>
    private static string Behind(string text) => text + '\uffff';
}

/// <summary>A page of a listing.</summary>
/// <param name="Objects">Objects.</param>
/// <param name="CommonPrefixes">What others have in common.</param>
/// <param name="NextAfter">Where the next page goes on; null when there is none.</param>
internal sealed record ObjectListing(IReadOnlyList<StoredObject> Objects, IReadOnlyList<string> CommonPrefixes, string? NextAfter);
