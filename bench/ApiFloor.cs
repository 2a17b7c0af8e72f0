using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Berth.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Bench;

/// <summary>
/// The floor under an API operation: a bare ASP.NET Core endpoint, in a process of its own, that reads the request into
/// the operation's own record and writes its answer's record, both by the same source-generated serializer. It checks no
/// signature, decides nothing and keeps nothing. What it answers is told to it beforehand: an answer that Berth gave.
/// </summary>
public static class ApiFloor
{
    private static readonly Dictionary<string, (JsonTypeInfo Request, JsonTypeInfo Response)> Operations = new()
    {
        ["DescribeTasks"] = (EcsJson.Shared.DescribeTasksRequest, EcsJson.Shared.DescribeTasksResponse),
        ["ListTasks"] = (EcsJson.Shared.ListTasksRequest, EcsJson.Shared.ListTasksResponse),
        ["RegisterTaskDefinition"] = (EcsJson.Shared.RegisterTaskDefinitionRequest, EcsJson.Shared.RegisterTaskDefinitionResponse),
        ["RunTask"] = (EcsJson.Shared.RunTaskRequest, EcsJson.Shared.RunTaskResponse),
    };

    /// <summary>Serves until cancelled; prints the address first.</summary>
    public static async Task RunAsync(TextWriter output, bool quick, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server => server.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        await using var app = builder.Build();
        app.UseRouting();
        var answers = new ConcurrentDictionary<string, object>(StringComparer.Ordinal);
        foreach (var (operation, (request, response)) in Operations)
        {
            app.MapPut($"/{operation}", (RequestDelegate)(async http =>
                answers[operation] = (await JsonSerializer.DeserializeAsync(http.Request.Body, response, http.RequestAborted).ConfigureAwait(false))!));     // The bench sends an answer.
            app.MapPost($"/{operation}", (RequestDelegate)(async http =>
            {
                _ = await JsonSerializer.DeserializeAsync(http.Request.Body, request, http.RequestAborted).ConfigureAwait(false);
                await http.Response.WriteAsJsonAsync(answers[operation], response, "application/x-amz-json-1.1", http.RequestAborted).ConfigureAwait(false);
            }));
        }

        app.MapGet("/metrics", (RequestDelegate)(http => http.Response.WriteAsync($"process_allocated_bytes_total {GC.GetTotalAllocatedBytes()}\n", http.RequestAborted)));
        await app.StartAsync(cancellationToken).ConfigureAwait(false);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();     // Kestrel has the feature.
        await output.WriteLineAsync(address).ConfigureAwait(false);
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
        var ended = new TaskCompletionSource();
        await using var registration = cancellationToken.UnsafeRegister(_ => ended.SetResult(), null);
        await ended.Task.ConfigureAwait(false);
    }
}
