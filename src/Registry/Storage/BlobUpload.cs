using System.IO.Pipelines;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Berth.Registry;

/// <summary>
/// One blob on its way in: a file that only grows, and the digest of what it holds so far. File, length and digest
/// always agree, whatever became of the request that was writing.
/// </summary>
/// <remarks>One writer at a time: whoever holds <see cref="TryEnter"/>.</remarks>
internal sealed class BlobUpload(string id, RepositoryKey repository, string path) : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private int entered;

    /// <summary>A UUID.</summary>
    public string Id { get; } = id;

    /// <summary>The repository it is for.</summary>
    public RepositoryKey Repository { get; } = repository;

    /// <summary>How many bytes have been taken.</summary>
    public long Length { get; private set; }

    /// <summary>When it was last written to.</summary>
    public DateTimeOffset LastUsed { get; set; }

    /// <summary>Whether it was completed or cancelled while others may still hold it.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The file its bytes are in.</summary>
    public string FilePath { get; } = path;

    /// <summary>Becomes the only writer; false when somebody else is.</summary>
    public bool TryEnter() => Interlocked.CompareExchange(ref entered, 1, 0) == 0;

    /// <summary>Lets others write.</summary>
    public void Leave() => Volatile.Write(ref entered, 0);

    /// <summary>Reads the file that an earlier process left, so that the upload goes on where it stopped.</summary>
    public void Resume()
    {
        using var file = File.OpenHandle(FilePath, FileMode.OpenOrCreate, FileAccess.Read);
        var buffer = new byte[256 * 1024];
        for (int read; (read = RandomAccess.Read(file, buffer, Length)) > 0; Length += read)
        {
            hash.AppendData(buffer, 0, read);
        }
    }

    /// <summary>
    /// Appends a body as it comes in. Ends at the body's end; throws when the client breaks off or the limit is
    /// reached, with all that was taken until then in place.
    /// </summary>
    /// <exception cref="BlobTooLargeException">The blob would grow beyond <paramref name="most"/>.</exception>
    public async Task AppendAsync(PipeReader body, long most, CancellationToken cancellationToken)
    {
        using var file = OpenForAppend();
        var gathered = new List<ReadOnlyMemory<byte>>();
        while (true)
        {
            var result = await body.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = result.Buffer;
            try
            {
                if (Length + buffer.Length > most)
                {
                    throw new BlobTooLargeException(most);
                }

                foreach (var segment in buffer)
                {
                    gathered.Add(segment);
                }

                Take(file, gathered, buffer.Length);
                gathered.Clear();
            }
            finally
            {
                body.AdvanceTo(buffer.End); // Also on failure: the server reads the rest before it can answer.
            }

            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>Appends bytes that are in memory already.</summary>
    public void Append(ReadOnlyMemory<byte> part)
    {
        using var file = OpenForAppend();
        Take(file, [part], part.Length);
    }

    /// <summary>Flushes the file and says what it holds. Nobody writes to it any more.</summary>
    public Digest Finish()
    {
        using var file = OpenForAppend();
        RandomAccess.FlushToDisk(file);
        return Digest.OfHash(hash.GetCurrentHash());
    }

    /// <summary>Ends the upload; its file is the caller's affair.</summary>
    public void Dispose()
    {
        IsOver = true;
        hash.Dispose();
    }

    private SafeFileHandle OpenForAppend() =>
        File.OpenHandle(FilePath, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);

    // Writing comes first: if it fails, the digest and the length have not moved and the next write covers the debris.
    private void Take(SafeFileHandle file, List<ReadOnlyMemory<byte>> segments, long bytes)
    {
        RandomAccess.Write(file, segments, Length);
        foreach (var segment in segments)
        {
            hash.AppendData(segment.Span);
        }

        Length += bytes;
    }
}

/// <summary>A blob is larger than the registry takes.</summary>
internal sealed class BlobTooLargeException(long most) : Exception($"A blob may have {most} bytes at most.");
