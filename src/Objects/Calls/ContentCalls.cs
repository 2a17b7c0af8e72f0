using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Berth.Objects;

/// <summary>The calls that are about one object.</summary>
internal sealed class ContentCalls(ObjectStore store, ObjectsOptions options, TimeProvider clock)
{
    private const string MetadataPrefix = "x-amz-meta-";
    private const int CopyBytes = 64 * 1024;
    private const int MostMetadataBytes = 2048;

    /// <summary>What the encoding in chunks adds to a body at most, signatures included.</summary>
    private const long MostFramingBytes = 8 << 20;

    private static readonly string[] KeptHeaders = ["Content-Type", "Content-Encoding", "Content-Disposition", "Content-Language", "Cache-Control", "Expires"];

    /// <summary>What changes the meaning of a put, and is refused because it is not carried out.</summary>
    private static readonly string[] NotOffered = ["x-amz-copy-source", "If-Match", "If-None-Match", "x-amz-server-side-encryption-customer-algorithm", "x-amz-object-lock-mode", "x-amz-write-offset-bytes"];

    public async Task PutObjectAsync(ObjectCall call)
    {
        var request = call.Http.Request;
        if (Array.Find(NotOffered, request.Headers.ContainsKey) is { } header)
        {
            throw ObjectsException.NotOffered($"A PUT with {header}");
        }

        if (call.Http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = options.MostObjectBytes + MostFramingBytes;
        }

        var bucket = store.Find(call.Account, call.Bucket);
        var headers = Headers(request.Headers);
        using var upload = new ObjectUpload(store.NewUpload(), options.MostObjectBytes);
        await ObjectBody.ReceiveAsync(request, call.BodyHash, call.Chunks, upload, call.Aborted).ConfigureAwait(false);
        var item = upload.Keep(bucket, call.Key, headers, clock.GetUtcNow());
        call.Http.Response.Headers.ETag = $"\"{item.ETag}\"";
    }

    public async Task GetObjectAsync(ObjectCall call)
    {
        var (item, content) = store.Find(call.Account, call.Bucket).Open(call.Key);
        await using (content.ConfigureAwait(false))
        {
            var (start, length) = Tell(call.Http, item);
            content.Position = start;
            var buffer = ArrayPool<byte>.Shared.Rent(CopyBytes);
            try
            {
                while (length > 0)
                {
                    // The description stands behind the content, so it is never asked for more than is left.
                    var read = await content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(length, buffer.Length)), call.Aborted).ConfigureAwait(false);
                    await call.Http.Response.Body.WriteAsync(buffer.AsMemory(0, read), call.Aborted).ConfigureAwait(false);
                    length = read == 0 ? throw new EndOfStreamException("An object's file is shorter than its description says.") : length - read;
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    public Task HeadObjectAsync(ObjectCall call)
    {
        Tell(call.Http, store.Find(call.Account, call.Bucket).Find(call.Key));
        return Task.CompletedTask;
    }

    public Task DeleteObjectAsync(ObjectCall call)
    {
        store.Find(call.Account, call.Bucket).Delete(call.Key);
        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static ImmutableSortedDictionary<string, string> Headers(IHeaderDictionary headers)
    {
        var metadata = headers.Where(header => header.Key.StartsWith(MetadataPrefix, StringComparison.OrdinalIgnoreCase))
            .Select(header => KeyValuePair.Create(header.Key.ToLowerInvariant(), header.Value.ToString()))
            .ToList();
        if (metadata.Sum(pair => pair.Key.Length - MetadataPrefix.Length + pair.Value.Length) > MostMetadataBytes)
        {
            throw new ObjectsException("MetadataTooLarge", 400, "Your metadata headers exceed the maximum allowed metadata size");
        }

        // The encoding that the body came in is not one of the content.
        return KeptHeaders.Where(headers.ContainsKey)
            .Select(name => KeyValuePair.Create(name, name != "Content-Encoding" ? headers[name].ToString() : string.Join(',', headers[name].ToString()
                .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(encoding => encoding != "aws-chunked"))))
            .Where(pair => pair.Value.Length > 0)
            .Concat(metadata)
            .ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    /// <summary>Answers with all but the content.</summary>
    /// <returns>The part of the content that is asked for.</returns>
    private static (long Start, long Length) Tell(HttpContext http, StoredObject item)
    {
        var response = http.Response;
        foreach (var (name, value) in item.Headers)
        {
            response.Headers[name] = value;
        }

        response.ContentType ??= "binary/octet-stream";
        response.Headers.ETag = $"\"{item.ETag}\"";
        response.Headers.LastModified = item.PutAt.ToString("R", CultureInfo.InvariantCulture);
        response.Headers.AcceptRanges = "bytes";
        var (start, length) = (0L, item.Size);
        if (RangeHeaderValue.TryParse(http.Request.Headers.Range.ToString(), out var range) && range is { Unit.Value: "bytes", Ranges.Count: 1 })
        {
            var asked = range.Ranges.Single();
            start = asked.From ?? Math.Max(0, item.Size - (asked.To ?? 0));
            var last = Math.Min(item.Size - 1, asked.From is null ? long.MaxValue : asked.To ?? long.MaxValue);
            length = last - start + 1;
            if (length <= 0)
            {
                throw new ObjectsException("InvalidRange", 416, "The requested range is not satisfiable");
            }

            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {start}-{last}/{item.Size}");
        }

        response.ContentLength = length;
        return (start, length);
    }
}
