using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Berth.Registry;

/// <summary><c>/v2/NAME/blobs/uploads/</c> and the uploads below it.</summary>
internal sealed partial class UploadHandler(
    RepositoryStreams streams,
    RepositoryContents contents,
    BlobUploads uploads,
    RegistryOptions options,
    TimeProvider clock)
{
    /// <summary>Mounts a blob, takes one whole, or starts an upload.</summary>
    public async Task BeginAsync(RegistryCall call)
    {
        if (!HttpMethods.IsPost(call.Request.Method))
        {
            throw RegistryException.Unsupported();
        }

        await streams.GetAsync(call.Repository, call.Aborted).ConfigureAwait(false);
        if (call.DigestParameter("mount") is { } mounted && call.Request.Query["from"] is [{ Length: > 0 } from, ..]
            && await contents.MountAsync(call.Repository, from, mounted, call.Aborted).ConfigureAwait(false) is not null)
        {
            Created(call, mounted);
            return;
        }

        if (call.Request.Query["digest-algorithm"] is [{ } algorithm, ..] && algorithm != "sha256")
        {
            throw RegistryException.InvalidDigest(algorithm);
        }

        var whole = call.DigestParameter("digest");
        var upload = uploads.Begin(call.Repository) ?? throw RegistryException.TooManyRequests();
        if (whole is null)
        {
            Proceed(call, upload, StatusCodes.Status202Accepted);
            return;
        }

        await WriteAsync(upload, async () =>
        {
            try
            {
                await TakeBodyAsync(call, upload).ConfigureAwait(false);
            }
            catch
            {
                uploads.Drop(upload); // Nobody was told its name, so nobody can go on with it.
                throw;
            }

            Complete(call, upload, whole);
        }).ConfigureAwait(false);
    }

    /// <summary>Goes on with an upload, completes it, tells how far it is, or cancels it.</summary>
    public async Task HandleAsync(RegistryCall call)
    {
        await streams.GetAsync(call.Repository, call.Aborted).ConfigureAwait(false);
        var upload = uploads.Find(call.Repository, call.Route.Reference) ?? throw RegistryException.UnknownUpload();
        switch (call.Request.Method)
        {
            case "GET":
                Proceed(call, upload, StatusCodes.Status204NoContent);
                break;
            case "PATCH":
                await WriteAsync(upload, async () =>
                {
                    await TakeBodyAsync(call, upload).ConfigureAwait(false);
                    Proceed(call, upload, StatusCodes.Status202Accepted);
                }).ConfigureAwait(false);
                break;
            case "PUT":
                var digest = call.DigestParameter("digest") ?? throw RegistryException.InvalidDigest("");
                await WriteAsync(upload, async () =>
                {
                    await TakeBodyAsync(call, upload).ConfigureAwait(false);
                    Complete(call, upload, digest);
                }).ConfigureAwait(false);
                break;
            case "DELETE":
                await WriteAsync(upload, () =>
                {
                    uploads.Drop(upload);
                    call.Answer(StatusCodes.Status204NoContent);
                    return Task.CompletedTask;
                }).ConfigureAwait(false);
                break;
            default:
                throw RegistryException.Unsupported();
        }
    }

    private static async Task WriteAsync(BlobUpload upload, Func<Task> write)
    {
        if (!upload.TryEnter())
        {
            throw new RegistryException(400, "BLOB_UPLOAD_INVALID", "Another request is writing to this upload.");
        }

        try
        {
            if (upload.IsOver)
            {
                throw RegistryException.UnknownUpload();
            }

            await write().ConfigureAwait(false);
        }
        finally
        {
            upload.Leave();
        }
    }

    private async Task TakeBodyAsync(RegistryCall call, BlobUpload upload)
    {
        if (call.Request.Headers.ContentRange is [{ } range, ..] && !(ContentRange.Match(range) is { Success: true } match
            && long.TryParse(match.Groups["first"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var first) && first == upload.Length
            && long.TryParse(match.Groups["last"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            && (call.Request.ContentLength is not { } length || length == last - first + 1)))
        {
            Locate(call, upload);
            throw new RegistryException(416, "BLOB_UPLOAD_INVALID", $"The chunk does not follow the {upload.Length} bytes received so far.");
        }

        try
        {
            upload.LastUsed = clock.GetUtcNow();
            await upload.AppendAsync(call.Request.BodyReader, options.MostBlobBytes, call.Aborted).ConfigureAwait(false);
        }
        catch (BlobTooLargeException failure)
        {
            throw new RegistryException(413, "SIZE_INVALID", failure.Message);
        }
        finally
        {
            upload.LastUsed = clock.GetUtcNow();
        }
    }

    private void Complete(RegistryCall call, BlobUpload upload, Digest digest)
    {
        if (!uploads.Complete(upload, digest))
        {
            throw RegistryException.WrongDigest(digest.Value);
        }

        Created(call, digest);
    }

    private static void Created(RegistryCall call, Digest digest)
    {
        call.Response.Headers.Location = $"/v2/{call.Route.Name}/blobs/{digest}";
        call.Response.Headers["Docker-Content-Digest"] = digest.Value;
        call.Answer(StatusCodes.Status201Created);
    }

    private static void Proceed(RegistryCall call, BlobUpload upload, int status)
    {
        Locate(call, upload);
        call.Answer(status);
    }

    private static void Locate(RegistryCall call, BlobUpload upload)
    {
        call.Response.Headers.Location = $"/v2/{call.Route.Name}/blobs/uploads/{upload.Id}";
        call.Response.Headers["Docker-Upload-UUID"] = upload.Id;
        call.Response.Headers.Range = $"0-{Math.Max(0, upload.Length - 1).ToString(CultureInfo.InvariantCulture)}";
    }

    // Without the unit that other Content-Range headers begin with, though some clients send it.
    [GeneratedRegex(@"^(bytes[ =])?(?<first>[0-9]+)-(?<last>[0-9]+)(/.*)?\z")]
    private static partial Regex ContentRange { get; }
}
