using Berth.Domain;
using Berth.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Berth.Objects;

/// <summary>Answers calls of S3, which are told by the service in their signature's scope, at whatever path they come.</summary>
internal sealed partial class ObjectsEndpoint(
    SigV4Verifier verifier, BucketCalls buckets, ContentCalls contents, ObjectsOptions options, IIdSource ids, ILogger<ObjectsEndpoint> logger)
{
    /// <summary>Parameters of a query that do not make another operation of a call.</summary>
    private static readonly string[] PlainParameters =
        ["x-id", "list-type", "prefix", "delimiter", "max-keys", "continuation-token", "start-after", "encoding-type", "fetch-owner", "location", "bucket-region", "max-buckets"];

    private int underWay;

    /// <summary>Whether a request says that it is one of S3's. Nothing of that is proven yet.</summary>
    public static bool IsFor(HttpRequest request) =>
        request.Headers.Authorization is [{ } header] && header.Contains("/s3/aws4_request", StringComparison.Ordinal)
        || (request.QueryString.Value is { Length: > 0 } query && query.Contains("%2Fs3%2Faws4_request", StringComparison.OrdinalIgnoreCase));

    public async Task AnswerAsync(HttpContext http)
    {
        var requestId = ids.NextUuid();
        http.Response.Headers["x-amz-request-id"] = requestId;
        try
        {
            if (Interlocked.Increment(ref underWay) > options.MostCallsUnderWay)
            {
                throw new ObjectsException("SlowDown", 503, "Please reduce your request rate.");
            }

            var (caller, bodyHash, chunks) = verifier.VerifyObjectCall(verifier.Claim(http.Request), http.Request);
            await RouteAsync(new(http, caller, bodyHash, chunks)).ConfigureAwait(false);
        }
        catch (ObjectsException refusal) when (!http.Response.HasStarted)
        {
            await ObjectsXml.SendErrorAsync(http, refusal.Code, refusal.Status, refusal.Message, requestId).ConfigureAwait(false);
        }
        catch (SignatureException stranger) when (!http.Response.HasStarted)
        {
            await ObjectsXml.SendErrorAsync(http, CodeOf(stranger), StatusCodes.Status403Forbidden, stranger.Message, requestId).ConfigureAwait(false);
        }
        catch (BadHttpRequestException broken) when (!http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
        {
            var told = broken.StatusCode == StatusCodes.Status413PayloadTooLarge ? ObjectsException.TooLarge() : ObjectsException.Incomplete();
            await ObjectsXml.SendErrorAsync(http, told.Code, told.Status, told.Message, requestId).ConfigureAwait(false);
        }
        catch (Exception gone) when (http.RequestAborted.IsCancellationRequested)
        {
            LogGone(gone, requestId);
        }
        catch (Exception failure) when (!http.Response.HasStarted)
        {
            LogFailed(failure, requestId);
            await ObjectsXml.SendErrorAsync(http, "InternalError", StatusCodes.Status500InternalServerError, "We encountered an internal error. Please try again.", requestId).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref underWay);
        }
    }

    private Task RouteAsync(ObjectCall call)
    {
        var method = call.Http.Request.Method;
        var isPresigned = call.Http.Request.Headers.Authorization.Count == 0;
        if (call.Http.Request.Query.Keys.FirstOrDefault(name => !PlainParameters.Contains(name) && !(isPresigned && name.StartsWith("X-Amz-", StringComparison.OrdinalIgnoreCase))) is { } other)
        {
            throw ObjectsException.NotOffered($"{method} ?{other}");
        }

        return (method, call.Bucket, call.Key) switch
        {
            ("GET", "", "") => buckets.ListBucketsAsync(call),
            ("PUT", not "", "") => buckets.CreateBucketAsync(call),
            ("HEAD", not "", "") => buckets.HeadBucketAsync(call),
            ("DELETE", not "", "") => buckets.DeleteBucketAsync(call),
            ("GET", not "", "") when call.Query("location") is not null => buckets.GetBucketLocationAsync(call),
            ("GET", not "", "") when call.Query("list-type") == "2" => buckets.ListObjectsAsync(call),
            ("PUT", not "", not "") => contents.PutObjectAsync(call),
            ("GET", not "", not "") => contents.GetObjectAsync(call),
            ("HEAD", not "", not "") => contents.HeadObjectAsync(call),
            ("DELETE", not "", not "") => contents.DeleteObjectAsync(call),
            _ => throw ObjectsException.NotOffered($"{method} of this"),
        };
    }

    private static string CodeOf(SignatureException stranger) => stranger.Fault switch
    {
        SignatureFault.UnknownKey => "InvalidAccessKeyId",
        SignatureFault.Mismatch => "SignatureDoesNotMatch",
        SignatureFault.WrongTime => "RequestTimeTooSkewed",
        SignatureFault.Missing or SignatureFault.Incomplete or SignatureFault.Expired => "AccessDenied",
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "S3 request {RequestId} failed")]
    private partial void LogFailed(Exception failure, string requestId);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The caller of S3 request {RequestId} went away")]
    private partial void LogGone(Exception gone, string requestId);
}
