using Berth.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Berth.Api;

/// <summary>Puts the front door into a server.</summary>
public static class FrontDoorExtensions
{
    /// <summary>
    /// Adds the dispatcher of all registered <see cref="AwsService"/>s and the <see cref="SigV4Verifier"/>. Needs an
    /// <see cref="IAccessKeys"/> and an <see cref="Domain.IIdSource"/>; bounds the server's request headers.
    /// </summary>
    public static IServiceCollection AddFrontDoor(this IServiceCollection services, FrontDoorOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<SigV4Verifier>();
        services.AddSingleton<FrontDoor>();
        services.AddSingleton<MetricsEndpoint>();
        services.AddSingleton<OwnCalls>();
        services.AddSingleton<AccountResetEndpoint>();
        services.Configure<KestrelServerOptions>(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestHeadersTotalSize = options.MostHeaderBytes;
            server.Limits.MaxRequestLineSize = options.MostHeaderBytes / 2;
        });
        return services;
    }

    /// <summary>Maps <c>POST /</c>, <c>/healthz</c>, <c>/metrics</c> and <c>POST /_berth/reset</c>.</summary>
    public static void MapFrontDoor(this IEndpointRouteBuilder routes)
    {
        var door = routes.ServiceProvider.GetRequiredService<FrontDoor>();
        routes.MapPost("/", (RequestDelegate)door.AnswerAsync);
        routes.MapPost("/_berth/reset", (RequestDelegate)routes.ServiceProvider.GetRequiredService<AccountResetEndpoint>().AnswerAsync);
        routes.MapGet("/metrics", (RequestDelegate)routes.ServiceProvider.GetRequiredService<MetricsEndpoint>().AnswerAsync);
        routes.MapGet("/healthz", (RequestDelegate)(http => http.Response.WriteAsync("ok\n", http.RequestAborted)));
    }
}
