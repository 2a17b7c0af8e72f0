using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Berth.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;

namespace Berth.Api;

/// <summary>What is asked of <c>POST /_berth/events</c>. Null asks for all.</summary>
internal sealed record EventsRequest
{
    /// <summary>The cluster's name or ARN.</summary>
    public string? Cluster { get; init; }

    /// <summary>A part of the detail-type, such as <c>task</c> or <c>ECS Service Action</c>.</summary>
    public string? Type { get; init; }

    /// <summary>Only events of so many seconds.</summary>
    public long? SinceSeconds { get; init; }

    /// <summary>Goes on with new events until the caller has enough.</summary>
    public bool Follow { get; init; }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(EventsRequest))]
internal sealed partial class EventsRequestJson : JsonSerializerContext;

/// <summary>
/// <c>POST /_berth/events</c>, signed for the service <c>berth</c>: the caller's state change events of its region, one
/// envelope a line, oldest first.
/// </summary>
internal sealed class EventsEndpoint(EventStore store, OperatorCalls calls, IHostApplicationLifetime server, TimeProvider clock)
{
    /// <summary>How much may wait in the answer before the reader is waited for.</summary>
    private const int MostUnflushedBytes = 64 << 10;

    public Task AnswerAsync(HttpContext http) => calls.ServeAsync(http, async (caller, body) =>
    {
        var request = Parse(body);
        var cluster = request.Cluster is { Length: > 0 } named ? EcsIdentifiers.Cluster(named, caller.Key.AccountId, caller.Region) : null;
        var since = request.SinceSeconds is { } seconds ? clock.GetUtcNow().AddSeconds(-seconds) : DateTimeOffset.MinValue;
        await SendAsync(http, caller, request, cluster, since).ConfigureAwait(false);
    });

    private static EventsRequest Parse(byte[] body)
    {
        EventsRequest request;
        try
        {
            request = body.Length == 0 ? new() : JsonSerializer.Deserialize(body, EventsRequestJson.Default.EventsRequest) ?? new();
        }
        catch (JsonException exception)
        {
            throw new AwsException("SerializationException", StatusCodes.Status400BadRequest, exception.Message);
        }

        return request.SinceSeconds is < 0 or > 3_000_000_000
            ? throw AwsException.InvalidParameter("sinceSeconds must be from 0 to 3000000000.")
            : request;
    }

    private async Task SendAsync(HttpContext http, SignedCaller caller, EventsRequest request, string? cluster, DateTimeOffset since)
    {
        var account = caller.Key.AccountId;
        var prefix = $"cluster/{account}/{caller.Region}/{cluster}";
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, server.ApplicationStopping);
        http.Response.ContentType = "application/x-ndjson";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var output = http.Response.BodyWriter;
        var from = store.Since(account, since);
        try
        {
            await output.FlushAsync(ending.Token).ConfigureAwait(false);
            while (true)
            {
                var next = store.Appended;
                foreach (var stored in store.Read(account, from))
                {
                    from = stored.Next!;     // Set by the reading.
                    if (stored.Time.AddSeconds(1) < since     // Times are to the second.
                        || !(cluster is null ? stored.Stream.StartsWith(prefix, StringComparison.Ordinal) : stored.Stream == prefix)
                        || (request.Type is { } type && !stored.DetailType.Contains(type, StringComparison.OrdinalIgnoreCase)))
                    {
                        continue;
                    }

                    output.Write(stored.Envelope.Span);
                    output.Write("\n"u8);
                    if (output.UnflushedBytes >= MostUnflushedBytes)
                    {
                        await output.FlushAsync(ending.Token).ConfigureAwait(false);
                    }
                }

                await output.FlushAsync(ending.Token).ConfigureAwait(false);
                if (!request.Follow)
                {
                    return;
                }

                await next.WaitAsync(ending.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The caller has enough, or the server stops.
        }
    }
}
