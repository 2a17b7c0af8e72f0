using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Api.Tests;

public sealed class AWebhook : IAsyncLifetime
{
    private readonly ConcurrentQueue<(string ContentType, JsonElement Event, int Status)> calls = new();
    private WebApplication receiver = null!;     // Made before each test.
    private volatile int status = 200;
    private int failures;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore().AddLogging();
        receiver = builder.Build();
        receiver.UseRouting();
        receiver.MapPost("/events", (RequestDelegate)(async http =>
        {
            using var body = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
            var answered = Interlocked.Decrement(ref failures) >= 0 ? 503 : status;
            calls.Enqueue((http.Request.ContentType!, body.RootElement.Clone(), answered));
            http.Response.StatusCode = answered;
        }));
        await receiver.StartAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync() => await receiver.DisposeAsync();

    [Fact]
    public async Task Gets_every_event_in_order_although_it_fails_at_first()
    {
        failures = 3;
        await using var server = await StartAsync();
        await EventsOfAServer.RunAsync(server);
        var events = await server.EventsOnceAsync(EventsOfAServer.IsRunning);

        await TakenAsync(events.Count);

        Taken().Take(events.Count).ShouldBe(events.Select(told => told.GetProperty("id").GetString()));
        calls.Count(call => call.Status == 503).ShouldBe(3);
        calls.Where(call => call.Status == 503).Select(call => Id(call.Event)).Distinct().ShouldBe([Taken()[0]]);
        calls.ShouldAllBe(call => call.ContentType == "application/json");
    }

    [Fact]
    public async Task Gets_CloudEvents_when_it_likes_them_better()
    {
        await using var server = await StartAsync(options => options with { Format = EventsFormat.CloudEvents });
        await EventsOfAServer.RunAsync(server);
        var events = await server.EventsOnceAsync(EventsOfAServer.IsRunning);

        await TakenAsync(events.Count);

        calls.ShouldAllBe(call => call.ContentType == "application/cloudevents+json; charset=utf-8");
        calls.ShouldContain(call => call.Event.GetProperty("type").GetString() == "com.amazonaws.ecs.task-state-change");
        Taken().Take(events.Count).ShouldBe(events.Select(told => told.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task Gets_after_a_restart_what_it_did_not_take_before()
    {
        failures = int.MaxValue;
        string directory;
        List<JsonElement> events;
        await using (var server = await StartAsync())
        {
            server.KeepsDirectory = true;
            directory = server.DataDirectory;
            await EventsOfAServer.RunAsync(server);
            events = await server.EventsOnceAsync(EventsOfAServer.IsRunning);
        }

        failures = 0;
        await using var again = await StartAsync(directory: directory);

        await TakenAsync(events.Count);
        Taken().Take(events.Count).ShouldBe(events.Select(told => told.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task Is_not_asked_again_after_a_refusal()
    {
        status = 404;
        await using var server = await StartAsync();
        await EventsOfAServer.RunAsync(server);
        var events = await server.EventsOnceAsync(EventsOfAServer.IsRunning);

        while (calls.Count < events.Count)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        calls.Select(call => Id(call.Event)).Take(events.Count).ShouldBe(events.Select(told => told.GetProperty("id").GetString()));
    }

    private Task<EcsServer> StartAsync(Func<EventsOptions, EventsOptions>? with = null, string? directory = null) => EcsServer.StartAsync(
        events: options =>
        {
            options = options with { Webhook = new(new Uri(receiver.Urls.Single()), "/events"), RetryFirst = TimeSpan.FromMilliseconds(5), RetryMost = TimeSpan.FromMilliseconds(50) };
            return with?.Invoke(options) ?? options;
        },
        directory: directory);

    private async Task TakenAsync(int count)
    {
        while (Taken().Count < count)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private List<string> Taken() => [.. calls.Where(call => call.Status == 200).Select(call => Id(call.Event))];

    private static string Id(JsonElement told) => told.GetProperty("id").GetString()!;
}
