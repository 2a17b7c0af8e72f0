using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Berth.Registry;

/// <summary><c>/v2/NAME/blobs/DIGEST</c>.</summary>
internal sealed class BlobHandler(
    RepositoryStreams streams,
    RepositoryContents contents,
    BlobStore store,
    RegistryTokens tokens,
    TimeProvider clock)
{
    public Task HandleAsync(RegistryCall call) => call.Request.Method switch
    {
        "GET" or "HEAD" => GetAsync(call),
        "DELETE" => DeleteAsync(call),
        _ => throw RegistryException.Unsupported(),
    };

    /// <summary>
    /// A download that carries its own signature instead of credentials (the API's <c>GetDownloadUrlForLayer</c>); null
    /// when the request has none.
    /// </summary>
    public RegistryCall? TryReadSigned(HttpContext http, RegistryRoute route)
    {
        var query = http.Request.Query;
        if (query["signature"] is not [{ } signature] || query["expires"] is not [{ } expires]
            || query["account"] is not [{ } account] || query["region"] is not [{ } region]
            || !(HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)))
        {
            return null;
        }

        var key = new RepositoryKey(account, region, route.Name);
        return tokens.MayDownload(key, RegistryCall.ParseDigest(route.Reference), expires, signature, clock.GetUtcNow())
            ? new RegistryCall(http, route, new RegistryCaller("", account, region, ""))
            : throw new RegistryException(403, "DENIED", "The download address has expired or is not valid.");
    }

    private async Task GetAsync(RegistryCall call)
    {
        var digest = call.Digest;
        var repository = await streams.GetAsync(call.Repository, call.Aborted).ConfigureAwait(false);
        if (contents.SizeOf(call.Repository, repository, digest) is null)
        {
            throw RegistryException.UnknownBlob();
        }

        // Content under a digest never changes.
        call.Response.Headers.CacheControl = "max-age=31536000, immutable";
        call.Response.Headers["Docker-Content-Digest"] = digest.Value;
        await Results.File(
            store.PathOf(digest),
            "application/octet-stream",
            entityTag: new EntityTagHeaderValue($"\"{digest}\""),
            enableRangeProcessing: true).ExecuteAsync(call.Http).ConfigureAwait(false);
    }

    private async Task DeleteAsync(RegistryCall call)
    {
        var digest = call.Digest;
        var repository = await streams.GetAsync(call.Repository, call.Aborted).ConfigureAwait(false);
        if (contents.SizeOf(call.Repository, repository, digest) is null)
        {
            throw RegistryException.UnknownBlob();
        }

        if (RepositoryContents.IsNeeded(repository, digest))
        {
            throw new RegistryException(405, "UNSUPPORTED", "An image of the repository needs the layer.");
        }

        store.Unlink(call.Repository, digest);
        call.Answer(StatusCodes.Status202Accepted);
    }
}
