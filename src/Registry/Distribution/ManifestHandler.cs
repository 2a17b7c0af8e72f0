using System.Buffers;
using Berth.Domain;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Berth.Registry;

/// <summary><c>/v2/NAME/manifests/REFERENCE</c>.</summary>
internal sealed class ManifestHandler(RepositoryStreams streams, RepositoryContents contents, RegistryOptions options)
{
    public Task HandleAsync(RegistryCall call) => call.Request.Method switch
    {
        "GET" or "HEAD" => GetAsync(call),
        "PUT" => PutAsync(call),
        "DELETE" => DeleteAsync(call),
        _ => throw RegistryException.Unsupported(),
    };

    private static bool IsDigest(string reference) => reference.Contains(':', StringComparison.Ordinal);

    // Accept is not consulted: a stored manifest is never converted, and a client that cannot read it says so best itself.
    private async Task GetAsync(RegistryCall call)
    {
        var repository = await streams.GetAsync(call.Repository, call.Aborted).ConfigureAwait(false);
        var image = (IsDigest(call.Route.Reference)
            ? repository.Images.GetValueOrDefault(call.Digest.Value)
            : repository.FindByTag(call.Route.Reference)) ?? throw RegistryException.UnknownManifest();
        call.Response.Headers["Docker-Content-Digest"] = image.Digest;
        call.Response.Headers.ETag = $"\"{image.Digest}\"";
        if (HttpMethods.IsHead(call.Request.Method))
        {
            call.Response.ContentType = image.MediaType;
            call.Response.ContentLength = image.ManifestBytes;
            return;
        }

        var manifest = await contents.ReadManifestAsync(image, call.Aborted).ConfigureAwait(false)
            ?? throw new IOException($"The manifest {image.Digest} is not in the store.");
        await call.AnswerAsync(manifest, image.MediaType).ConfigureAwait(false);
    }

    private async Task PutAsync(RegistryCall call)
    {
        var (digest, tag) = IsDigest(call.Route.Reference) ? (call.Digest, (string?)null) : (null, call.Route.Reference);
        if (tag is not null && !RegistryRoute.IsTag(tag))
        {
            throw RegistryException.InvalidTag(tag);
        }

        // A repository that is not there is the more helpful answer than a manifest that is not right.
        await streams.GetAsync(call.Repository, call.Aborted).ConfigureAwait(false);
        var manifest = await ReadBodyAsync(call).ConfigureAwait(false);
        if (digest is not null && Digest.Of(manifest) != digest)
        {
            throw RegistryException.WrongDigest(digest.Value);
        }

        var declared = MediaTypeHeaderValue.TryParse(call.Request.ContentType, out var header) ? header.MediaType.Value : null;
        if (!ManifestDocument.TryRead(manifest, declared, out var document, out var problem))
        {
            throw new RegistryException(400, "MANIFEST_INVALID", problem);
        }

        var image = await contents.PutAsync(call.Repository, manifest, document, tag, refuseUnchanged: false, call.Aborted).ConfigureAwait(false);
        call.Response.Headers.Location = $"/v2/{call.Route.Name}/manifests/{image.Digest}";
        call.Response.Headers["Docker-Content-Digest"] = image.Digest;
        if (image.Subject is not null)
        {
            call.Response.Headers["OCI-Subject"] = image.Subject;
        }

        call.Answer(StatusCodes.Status201Created);
    }

    private async Task<byte[]> ReadBodyAsync(RegistryCall call)
    {
        var body = call.Request.BodyReader;
        var most = options.MostManifestBytes;
        while (true)
        {
            var result = await body.ReadAsync(call.Aborted).ConfigureAwait(false);
            if (result.Buffer.Length > most || call.Request.ContentLength > most)
            {
                body.AdvanceTo(result.Buffer.End);
                throw new RegistryException(413, "SIZE_INVALID", $"A manifest may have {most} bytes at most.");
            }

            if (result.IsCompleted)
            {
                var bytes = result.Buffer.ToArray();
                body.AdvanceTo(result.Buffer.End);
                return bytes;
            }

            body.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    private async Task DeleteAsync(RegistryCall call)
    {
        if (!IsDigest(call.Route.Reference))
        {
            if (!await streams.ExecuteAsync(call.Repository, new RepositoriesCommand.Untag(call.Route.Name, call.Route.Reference), call.Aborted).ConfigureAwait(false))
            {
                throw RegistryException.UnknownManifest();
            }

            call.Answer(StatusCodes.Status202Accepted);
            return;
        }

        var result = await streams.ExecuteAsync(
            call.Repository,
            new RepositoriesCommand.DeleteImages(call.Route.Name, [new ImageId(call.Digest.Value, null)]),
            call.Aborted).ConfigureAwait(false);
        if (result.Failures is [var failure, ..])
        {
            throw failure.Code == "ImageNotFound" ? RegistryException.UnknownManifest() : new RegistryException(405, "UNSUPPORTED", failure.Reason);
        }

        call.Answer(StatusCodes.Status202Accepted);
    }
}
