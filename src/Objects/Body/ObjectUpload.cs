using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Berth.Objects;

/// <summary>
/// Content on its way to the disk: written aside, hashed as it passes, and held against every checksum that the client
/// gives. Dropped unless it is kept.
/// </summary>
internal sealed class ObjectUpload : IDisposable
{
    private readonly string path;
    private readonly long mostBytes;
    private readonly FileStream file;
    private readonly IncrementalHash sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash sha1 = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
    private readonly IncrementalHash md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
    private Crc32 crc32;

    public ObjectUpload(string path, long mostBytes)
    {
        (this.path, this.mostBytes) = (path, mostBytes);
        file = new(path, FileMode.CreateNew, FileAccess.Write);
    }

    public long Length { get; private set; }

    /// <exception cref="ObjectsException">There is more than an object may have.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        Length += data.Length;
        if (Length > mostBytes)
        {
            throw ObjectsException.TooLarge();
        }

        sha256.AppendData(data.Span);
        sha1.AppendData(data.Span);
        md5.AppendData(data.Span);
        crc32.Append(data.Span);
        await file.WriteAsync(data, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Holds the content against what was said of it. Checksums of other kinds are passed over.</summary>
    /// <param name="bodyHash">The SHA-256 in hexadecimal, or a word that stands for none.</param>
    /// <param name="header">A header of the request, or of its trailer.</param>
    /// <exception cref="ObjectsException">It is not what was said.</exception>
    public void Check(string bodyHash, Func<string, string?> header)
    {
        if (bodyHash.Length == 2 * SHA256.HashSizeInBytes && !bodyHash.Equals(Convert.ToHexStringLower(sha256.GetCurrentHash()), StringComparison.OrdinalIgnoreCase))
        {
            throw new ObjectsException("XAmzContentSHA256Mismatch", 400, "The provided 'x-amz-content-sha256' header does not match what was computed.");
        }

        Span<byte> checksum = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(checksum, crc32.Value);
        Match("Content-MD5", md5.GetCurrentHash());
        Match("x-amz-checksum-sha256", sha256.GetCurrentHash());
        Match("x-amz-checksum-sha1", sha1.GetCurrentHash());
        Match("x-amz-checksum-crc32", checksum.ToArray());

        void Match(string name, byte[] computed)
        {
            if (header(name) is { Length: > 0 } told && told != Convert.ToBase64String(computed))
            {
                throw ObjectsException.BadDigest(name);
            }
        }
    }

    /// <summary>Puts the content into a bucket; durable when it returns.</summary>
    public StoredObject Keep(Bucket bucket, string key, ImmutableSortedDictionary<string, string> headers, DateTimeOffset now)
    {
        var item = new StoredObject { Key = key, Size = Length, ETag = Convert.ToHexStringLower(md5.GetCurrentHash()), PutAt = now, Headers = headers };
        ObjectFile.Describe(file, item);
        file.Flush(flushToDisk: true);
        file.Dispose();
        bucket.Put(path, item);
        return item;
    }

    public void Dispose()
    {
        file.Dispose();
        File.Delete(path);    // Nothing lies there once the content was kept.
        sha256.Dispose();
        sha1.Dispose();
        md5.Dispose();
    }
}
