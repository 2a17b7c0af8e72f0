using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Berth.LoadBalancer.Tests;

/// <summary>A real HTTP server to balance to. It answers with its name, and does on some paths what tests need.</summary>
internal sealed class Backend : IAsyncDisposable
{
    private readonly WebApplication application;
    private readonly TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Backend(WebApplication application, string name) => (this.application, Name) = (application, name);

    public string Name { get; }

    public int Port { get; private set; }

    public int HealthStatus { get; set; } = 200;

    public int Served => served;

    public ConcurrentQueue<IHeaderDictionary> Headers { get; } = new();

    public ConcurrentQueue<string> Targets { get; } = new();

    public TaskCompletionSource SlowBegun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource<string> FirstLine { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int served;

    public static async Task<Backend> StartAsync(string name, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.Limits.MaxRequestBodySize = null;
            options.Listen(IPAddress.Loopback, port);
        });
        var application = builder.Build();
        var backend = new Backend(application, name);
        application.UseWebSockets();
        application.Run(backend.ServeAsync);
        await application.StartAsync();
        backend.Port = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
        return backend;
    }

    /// <summary>Lets requests to <c>/slow</c> finish.</summary>
    public void Release() => release.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        Release();
        await application.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context)
    {
        var path = context.Request.Path.Value;
        if (path == "/health")
        {
            context.Response.StatusCode = HealthStatus;
            return;
        }

        Interlocked.Increment(ref served);
        Headers.Enqueue(new HeaderDictionary(context.Request.Headers.ToDictionary()));
        Targets.Enqueue(context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget);
        switch (path)
        {
            case "/slow":
                SlowBegun.TrySetResult();
                await release.Task.WaitAsync(TimeSpan.FromSeconds(30));
                await context.Response.WriteAsync(Name);
                break;
            case "/slow-stream":
                await context.Response.WriteAsync("first,");
                await context.Response.Body.FlushAsync();
                SlowBegun.TrySetResult();
                await release.Task.WaitAsync(TimeSpan.FromSeconds(30));
                await context.Response.WriteAsync("last");
                break;
            case "/abort":
                context.Abort();
                break;
            case "/first-line":
                var line = await new StreamReader(context.Request.Body).ReadLineAsync(context.RequestAborted);
                FirstLine.TrySetResult(line!);
                await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
                await context.Response.WriteAsync(Name);
                break;
            case "/count":
                var buffer = new byte[65536];
                var hash = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
                while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is > 0 and var count)
                {
                    hash.AppendData(buffer, 0, count);
                }

                await context.Response.WriteAsync(Convert.ToHexString(hash.GetHashAndReset()));
                break;
            case "/large":
                for (var piece = 0; piece < 640; piece++)
                {
                    await context.Response.Body.WriteAsync(new byte[65536], context.RequestAborted);
                }

                break;
            case "/echo" when context.WebSockets.IsWebSocketRequest:
                await EchoSocketAsync(context);
                break;
            case "/echo":
                context.Response.ContentType = "application/octet-stream";
                await context.Response.StartAsync();
                await context.Request.Body.CopyToAsync(context.Response.Body, context.RequestAborted);
                break;
            case "/teapot":
                context.Response.StatusCode = 418;
                context.Response.Headers["X-Kind"] = "teapot";
                break;
            default:
                await context.Response.WriteAsync(Name);
                break;
        }
    }

    private static async Task EchoSocketAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[1024];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer, context.RequestAborted);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, context.RequestAborted);
        }
    }
}
