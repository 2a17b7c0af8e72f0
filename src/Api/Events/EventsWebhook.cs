using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Api;

/// <summary>
/// Posts every state change event to one address, in the order of the store and at least once. It reads the store by
/// itself, so the slowest or deadest receiver holds nobody up.
/// </summary>
/// <remarks>
/// What is tried again, and for how long, is as EventBridge has it for API destinations: no answer, 401, 407, 409, 429
/// and 5xx, for 24 hours.
/// </remarks>
internal sealed partial class EventsWebhook(EventStore store, EventsOptions options, TimeProvider clock, ILogger<EventsWebhook> logger) : BackgroundService
{
    private const string PositionFile = "webhook.json";

    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(1);

    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private bool isFailing;

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var account in store.Accounts)
        {
            if (!File.Exists(PathOf(account)))
            {
                Keep(account, store.EndOf(account));     // A new receiver is told what is new.
            }
        }

        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        http.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                var next = store.Appended;
                try
                {
                    foreach (var account in store.Accounts.ToList())
                    {
                        await DeliverAsync(account, stoppingToken).ConfigureAwait(false);
                    }
                }
                catch (Exception failure) when (failure is not OperationCanceledException)
                {
                    LogDefect(failure);
                    await Task.Delay(options.RetryMost, clock, stoppingToken).ConfigureAwait(false);
                    continue;
                }

                await next.WaitAsync(stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops; what was not delivered is when it is back.
        }
    }

    private async Task DeliverAsync(string account, CancellationToken cancellationToken)
    {
        var kept = Find(account);
        if (kept == EventCursor.Start)
        {
            Keep(account, kept);     // From here on it is a receiver that is owed something, also after a restart.
        }

        var done = kept;
        var keptAt = clock.GetTimestamp();
        try
        {
            foreach (var stored in store.Read(account, kept))
            {
                await DeliverAsync(account, stored, cancellationToken).ConfigureAwait(false);
                done = stored.Next!;     // Set by the reading.
                if (clock.GetElapsedTime(keptAt) >= SaveEvery)
                {
                    Keep(account, kept = done);
                    keptAt = clock.GetTimestamp();
                }
            }
        }
        finally
        {
            if (done != kept)
            {
                Keep(account, done);
            }
        }
    }

    /// <summary>Posts one event until it is taken, refused for good, too old or gone.</summary>
    private async Task DeliverAsync(string account, StoredEvent stored, CancellationToken cancellationToken)
    {
        for (var pause = options.RetryFirst; ; pause = pause * 2 < options.RetryMost ? pause * 2 : options.RetryMost)
        {
            if (clock.GetUtcNow() - stored.Time > options.MostDeliveryAge)
            {
                LogTooOld(stored.DetailType, stored.Time);
                return;
            }

            if (!store.Has(account, stored.Next!))     // Set by the reading.
            {
                return;
            }

            var (status, problem) = await PostAsync(stored, cancellationToken).ConfigureAwait(false);
            if (problem is null)
            {
                if (isFailing)
                {
                    LogWorks();
                }

                isFailing = false;
                return;
            }

            if (status is { } answered && !IsTriedAgain(answered))
            {
                LogRefused(stored.DetailType, problem);
                return;
            }

            if (!isFailing)
            {
                LogFails(problem);
            }

            isFailing = true;
            await Task.Delay(pause, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool IsTriedAgain(HttpStatusCode status) =>
        (int)status >= 500
        || status is HttpStatusCode.Unauthorized or HttpStatusCode.ProxyAuthenticationRequired or HttpStatusCode.RequestTimeout or HttpStatusCode.Conflict or HttpStatusCode.TooManyRequests;

    private async Task<(HttpStatusCode? Status, string? Problem)> PostAsync(StoredEvent stored, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.DeliveryTimeout, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Webhook) { Content = ContentOf(stored) };
        try
        {
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token).ConfigureAwait(false);
            return answer.IsSuccessStatusCode ? (answer.StatusCode, null) : (answer.StatusCode, $"the answer is {(int)answer.StatusCode}");
        }
        catch (HttpRequestException exception)
        {
            return (null, exception.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, $"there was no answer in {options.DeliveryTimeout.TotalSeconds} s");
        }
    }

    private ByteArrayContent ContentOf(StoredEvent stored)
    {
        if (options.Format == EventsFormat.EventBridge)
        {
            return new(stored.Envelope.ToArray()) { Headers = { ContentType = new("application/json") } };
        }

        var json = StateChangeJson.Shared;
        var envelope = JsonSerializer.Deserialize(stored.Envelope.Span, json.StateChangeEvent)!;     // We have written it.
        return new(JsonSerializer.SerializeToUtf8Bytes(CloudEvent.Of(envelope), json.CloudEvent))
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/cloudevents+json", "utf-8") },
        };
    }

    private EventCursor Find(string account)
    {
        var path = PathOf(account);
        return File.Exists(path) && JsonSerializer.Deserialize(File.ReadAllBytes(path), EventPositionsJson.Default.EventCursor) is { } cursor ? cursor : EventCursor.Start;
    }

    private void Keep(string account, EventCursor cursor)
    {
        try
        {
            AtomicFile.Write(PathOf(account), JsonSerializer.SerializeToUtf8Bytes(cursor, EventPositionsJson.Default.EventCursor));
        }
        catch (IOException failure)
        {
            LogNotKept(failure);     // Its account was reset, or the disk is full: then some are posted again after a restart.
        }
    }

    private string PathOf(string account) => Path.Combine(store.DirectoryOf(account), PositionFile);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The events webhook does not take events: {Problem}. They are kept and tried again")]
    private partial void LogFails(string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "The events webhook takes events again")]
    private partial void LogWorks();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The events webhook refused an event ({DetailType}): {Problem}. It is not tried again")]
    private partial void LogRefused(string detailType, string problem);

    [LoggerMessage(Level = LogLevel.Debug, Message = "An event ({DetailType}) of {Time} is too old to be posted")]
    private partial void LogTooOld(string detailType, DateTimeOffset time);

    [LoggerMessage(Level = LogLevel.Error, Message = "State change events could not be posted by a defect of ours")]
    private partial void LogDefect(Exception defect);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The webhook's position could not be kept")]
    private partial void LogNotKept(Exception failure);
}
