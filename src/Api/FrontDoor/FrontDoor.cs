using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Berth.Domain;
using Berth.Engine;
using Berth.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Berth.Api;

/// <summary>
/// Every API call comes in here: the signature's claim is checked, the body read, the signature proven, the request
/// decoded, the operation run and its answer or its error written in the service's protocol.
/// </summary>
internal sealed partial class FrontDoor(
    IEnumerable<AwsService> services,
    SigV4Verifier verifier,
    FrontDoorOptions options,
    CallRates rates,
    IIdSource ids,
    ILogger<FrontDoor> logger)
{
    private int underWay;

    /// <summary>The operations.</summary>
    public ServiceTable Table { get; } = new(services);

    /// <summary>Calls under way now.</summary>
    public int UnderWay => Volatile.Read(ref underWay);

    /// <summary>Answers one <c>POST /</c>.</summary>
    public async Task AnswerAsync(HttpContext http)
    {
        var started = Stopwatch.GetTimestamp();
        var call = new Call(http, ids.NextUuid());
        http.Response.Headers["x-amzn-RequestId"] = call.RequestId;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        deadline.CancelAfter(options.Timeout);
        try
        {
            if (Interlocked.Increment(ref underWay) > options.MostCallsUnderWay)
            {
                throw new AwsException(call.IsJson ? "ThrottlingException" : "Throttling", StatusCodes.Status400BadRequest, "Rate exceeded");
            }

            await AnswerAsync(call, deadline.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (!http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
        {
            await RefuseAsync(call, Told(call, error)).ConfigureAwait(false);
        }
        catch (Exception error) when (http.RequestAborted.IsCancellationRequested)
        {
            LogGone(error, call.RequestId);
        }
        finally
        {
            Interlocked.Decrement(ref underWay);
            call.Route?.Counter.Add(http.Response.StatusCode, Stopwatch.GetTimestamp() - started);
        }
    }

    private async ValueTask AnswerAsync(Call call, CancellationToken cancellationToken)
    {
        var request = call.Http.Request;
        call.Route = call.Target is null ? null : Table.FindJson(call.Target);

        // Strangers are turned away before their body is read.
        var pending = verifier.Claim(request);
        call.SigningName = pending.Service;
        if (call.Route is { Service.SigningName: var expected } && pending.Service != expected)
        {
            throw new SignatureException(SignatureFault.Mismatch, $"Credential should be scoped to correct service: '{expected}'.");
        }

        object body;
        SignedCaller caller;
        var most = options.MostBodyBytesOf.TryGetValue(pending.Service, out var own) ? own : options.MostBodyBytes;
        using (var content = await CallBody.ReadAsync(request, most, cancellationToken).ConfigureAwait(false))
        {
            caller = verifier.Verify(pending, request, content.Bytes.Span);
            body = call.IsJson ? DecodeJson(call, content.Bytes.Span) : DecodeQuery(call, caller.Service, content.Bytes.Span);
        }

        var route = call.Route!;    // Either decoding sets it or throws.
        if (!rates.Admit(caller.Key.AccountId, caller.Region, route.Rate))
        {
            throw new AwsException(call.IsJson ? "ThrottlingException" : "Throttling", StatusCodes.Status400BadRequest, "Rate exceeded");
        }

        var context = new RequestContext
        {
            AccountId = caller.Key.AccountId,
            Region = caller.Region,
            PrincipalArn = caller.Key.PrincipalArn,
            AccessKeyId = caller.Key.AccessKeyId,
            RequestId = call.RequestId,
            Authority = request.Host.Value ?? "",
            Scheme = request.Scheme,
            RemoteAddress = call.Http.Connection.RemoteIpAddress ?? IPAddress.Loopback,
        };
        var answer = await route.Operation.Invoke(body, context, cancellationToken).ConfigureAwait(false);
        if (call.IsJson)
        {
            await Answers.JsonAsync(call.Http.Response, answer, route.Operation.Response, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await Answers.QueryAsync(call.Http.Response, route, answer, call.RequestId, cancellationToken).ConfigureAwait(false);
        }
    }

    private object DecodeJson(Call call, ReadOnlySpan<byte> body)
    {
        var route = call.Route ?? throw new AwsException(
            "UnknownOperationException",
            StatusCodes.Status400BadRequest,
            Table.SigningNames.Contains(call.SigningName!) ? "The operation is not known." : $"The service '{call.SigningName}' is not offered here.");
        try
        {
            if (NullItems.AreIn(body))
            {
                throw new AwsException("SerializationException", StatusCodes.Status400BadRequest, "A list must not hold null.");
            }

            return JsonSerializer.Deserialize(body.IsEmpty ? "{}"u8 : body, route.Operation.Request)
                ?? throw new AwsException("SerializationException", StatusCodes.Status400BadRequest, "Start of structure or map expected, null found.");
        }
        catch (JsonException malformed)
        {
            throw Unreadable(malformed);
        }
    }

    private object DecodeQuery(Call call, string signingName, ReadOnlySpan<byte> body)
    {
        var form = SigV4.ParseQuery(Encoding.UTF8.GetString(body)).Concat(SigV4.ParseQuery(call.Http.Request.QueryString.Value ?? "")).ToList();
        var action = form.Find(pair => pair.Key == "Action").Value ?? throw new AwsException(
            "MissingAction", StatusCodes.Status400BadRequest, "The request must contain the parameter Action.");
        var version = form.Find(pair => pair.Key == "Version").Value ?? "NO_VERSION_SPECIFIED";
        call.Route = Table.FindQuery(signingName, version, action) ?? throw new AwsException(
            "InvalidAction", StatusCodes.Status400BadRequest, $"Could not find operation {action} for version {version}");
        try
        {
            var tree = QueryProtocol.Decode(form.Where(pair => !pair.Key.StartsWith("X-Amz-", StringComparison.Ordinal)), call.Route.Service.Protocol);
            return JsonSerializer.Deserialize(tree, call.Route.Operation.Request)!;    // A tree is never null.
        }
        catch (JsonException malformed)
        {
            throw new AwsException("MalformedInput", StatusCodes.Status400BadRequest, Unreadable(malformed).Message);
        }
    }

    /// <summary>Says where the trouble is in the caller's own terms; the serializer's text names our types.</summary>
    private static AwsException Unreadable(JsonException malformed) => new(
        "SerializationException",
        StatusCodes.Status400BadRequest,
        malformed.Path is { Length: > 1 } path ? $"The value at '{path}' is not of the expected type." : "The request's body is not a JSON object.");

    /// <summary>What the caller is told of a failure.</summary>
    private AwsException Told(Call call, Exception error)
    {
        switch (error)
        {
            case AwsException told:
                return told;
            case RefusedException refusal:
                var status = call.Route?.Service.ErrorStatuses.GetValueOrDefault(refusal.Code, StatusCodes.Status400BadRequest) ?? StatusCodes.Status400BadRequest;
                return refusal.ResourceIds.IsEmpty
                    ? new(refusal.Code, status, refusal.Message)
                    : new(refusal.Code, status, refusal.Message)
                    {
                        Members = new Dictionary<string, JsonNode?> { ["resourceIds"] = new JsonArray([.. refusal.ResourceIds.Select(id => (JsonNode)id)]) },
                    };
            case SignatureException signature:
                return signature.ToAwsException(call.IsJson ? AwsProtocol.Json11 : ServiceOf(call)?.Protocol ?? AwsProtocol.Query);
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return new("RequestEntityTooLargeException", StatusCodes.Status413PayloadTooLarge, "The request's body is too large.");
            case OperationCanceledException:
                LogTimeout(call.RequestId, call.Route?.Operation.Name);
                return new(call.IsJson ? "ServerException" : "InternalFailure", StatusCodes.Status500InternalServerError, "The call took too long.");
            case StreamUnavailableException:
                LogUnavailable(error, call.RequestId);
                return new(
                    call.IsJson ? "ServerException" : "ServiceUnavailable",
                    StatusCodes.Status500InternalServerError,
                    "The change could not be made durable. Try again.");
            default:
                LogFailed(error, call.RequestId, call.Route?.Operation.Name);
                return new(
                    call.IsJson ? "ServerException" : "InternalFailure",
                    StatusCodes.Status500InternalServerError,
                    $"The request failed for an internal reason. Request id: {call.RequestId}");
        }
    }

    private ValueTask RefuseAsync(Call call, AwsException error)
    {
        var response = call.Http.Response;
        return call.IsJson
            ? Answers.JsonErrorAsync(response, error, call.Http.RequestAborted)
            : Answers.QueryErrorAsync(response, error, ServiceOf(call), call.RequestId, call.Http.RequestAborted);
    }

    private AwsService? ServiceOf(Call call) => Table.QueryServices.GetValueOrDefault(call.SigningName ?? ScopeOf(call.Http.Request));

    /// <summary>The service of a scope that nobody has looked at yet; good enough to choose the form of a refusal.</summary>
    private static string ScopeOf(HttpRequest request) =>
        request.Headers.Authorization is [{ } header]
        && header.IndexOf("Credential=", StringComparison.Ordinal) is >= 0 and var start
        && header[start..].Split('/', 5) is [_, _, _, var service, _] ? service : "";

    [LoggerMessage(Level = LogLevel.Error, Message = "Request {RequestId} ({Operation}) failed")]
    private partial void LogFailed(Exception error, string requestId, string? operation);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Request {RequestId} ({Operation}) took too long")]
    private partial void LogTimeout(string requestId, string? operation);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Request {RequestId} could not be made durable")]
    private partial void LogUnavailable(Exception error, string requestId);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The caller of request {RequestId} went away")]
    private partial void LogGone(Exception error, string requestId);

    /// <summary>One call on its way through.</summary>
    private sealed class Call(HttpContext http, string requestId)
    {
        public HttpContext Http { get; } = http;

        public string RequestId { get; } = requestId;

        /// <summary>The <c>X-Amz-Target</c>; its presence tells the protocol.</summary>
        public string? Target { get; } = http.Request.Headers["X-Amz-Target"] is [{ } target] ? target : null;

        /// <summary>
        /// A call without a target is Query when it is a form; anything else is told in JSON what it lacks.
        /// </summary>
        public bool IsJson { get; } = http.Request.Headers.ContainsKey("X-Amz-Target")
            || http.Request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) != true;

        public string? SigningName { get; set; }

        public Route? Route { get; set; }
    }
}
