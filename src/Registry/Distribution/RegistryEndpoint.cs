using System.Text.Json;
using Berth.Domain;
using Berth.Engine;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;

namespace Berth.Registry;

/// <summary>
/// Everything below <c>/v2/</c>: reads the path, tells the caller, hands over to the part concerned, and puts failures
/// into the protocol's words.
/// </summary>
/// <remarks>https://github.com/opencontainers/distribution-spec, version 1.1; messages as Amazon ECR words them.</remarks>
internal sealed partial class RegistryEndpoint(
    RegistryAuthentication authentication,
    ManifestHandler manifests,
    BlobHandler blobs,
    UploadHandler uploads,
    ListHandler lists,
    ILogger<RegistryEndpoint> logger)
{
    public async Task HandleAsync(HttpContext http)
    {
        http.Response.Headers["Docker-Distribution-Api-Version"] = "registry/2.0";
        LiftLimits(http);
        try
        {
            await DispatchAsync(http).ConfigureAwait(false);
        }
        catch (RegistryException failure)
        {
            await FailAsync(http, failure).ConfigureAwait(false);
        }
        catch (RefusedException refusal)
        {
            await FailAsync(http, RegistryException.From(refusal)).ConfigureAwait(false);
        }
        catch (BadHttpRequestException failure)
        {
            await FailAsync(http, new RegistryException(failure.StatusCode, "BLOB_UPLOAD_INVALID", "The request could not be read to its end.")).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody listens any more.
        }
        catch (Exception failure) when (failure is StreamUnavailableException or IOException)
        {
            if (!http.RequestAborted.IsCancellationRequested)
            {
                LogUnavailable(http.Request.Method, http.Request.Path, failure);
                await FailAsync(http, new RegistryException(503, "UNAVAILABLE", "The registry cannot store or read this now. Try again.")).ConfigureAwait(false);
            }
        }
    }

    private Task DispatchAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "";
        var route = RegistryRoute.Parse(path.Length > 4 ? path["/v2/".Length..] : "");
        if (route is { Target: RegistryTarget.Blob } && blobs.TryReadSigned(http, route) is { } download)
        {
            return blobs.HandleAsync(download);
        }

        var caller = authentication.Judge(http.Request.Headers.Authorization) switch
        {
            Verdict.Known known => known.Caller,
            Verdict.Expired => throw RegistryException.TokenExpired(),
            _ => throw RegistryException.NotAuthorized(),
        };
        if (route is null)
        {
            throw new RegistryException(404, "UNSUPPORTED", "There is nothing at this path.");
        }

        var call = new RegistryCall(http, route, caller);
        switch (route.Target)
        {
            case RegistryTarget.Base:
                return call.AnswerAsync("{}"u8.ToArray(), "application/json");
            case RegistryTarget.Catalog:
                return lists.CatalogAsync(call);
            default:
                if (!RegistryRoute.IsName(route.Name))
                {
                    throw RegistryException.InvalidName(route.Name);
                }

                return route.Target switch
                {
                    RegistryTarget.Manifest => manifests.HandleAsync(call),
                    RegistryTarget.Blob => blobs.HandleAsync(call),
                    RegistryTarget.NewUpload => uploads.BeginAsync(call),
                    RegistryTarget.Upload => uploads.HandleAsync(call),
                    RegistryTarget.Tags => lists.TagsAsync(call),
                    RegistryTarget.Referrers => lists.ReferrersAsync(call),
                    _ => throw new System.Diagnostics.UnreachableException(),
                };
        }
    }

    // Layers are as large and links as slow as they are: neither a size nor a rate is a reason to cut one off.
    private static void LiftLimits(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } requestRate)
        {
            requestRate.MinDataRate = null;
        }

        // HTTP/2 has none of these of its own; its setter throws.
        if (HttpProtocol.IsHttp11(http.Request.Protocol) && http.Features.Get<IHttpMinResponseDataRateFeature>() is { } responseRate)
        {
            responseRate.MinDataRate = null;
        }
    }

    private static Task FailAsync(HttpContext http, RegistryException failure)
    {
        if (http.Response.HasStarted)
        {
            http.Abort(); // Half an answer must not look whole.
            return Task.CompletedTask;
        }

        var response = http.Response;
        response.StatusCode = failure.Status;
        response.ContentType = "application/json";
        if (failure.Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = $"Basic realm=\"{http.Request.Scheme}://{http.Request.Host}/\",service=\"ecr.amazonaws.com\"";
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(new RegistryErrors([new(failure.Code, failure.Message)]), RegistryJson.Default.RegistryErrors);
        response.ContentLength = body.Length;
        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(body).AsTask();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private partial void LogUnavailable(string method, string path, Exception failure);
}
