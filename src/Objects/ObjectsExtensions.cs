using Berth.Engine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Objects;

/// <summary>Puts as much of S3 into a server as environment files need.</summary>
public static class ObjectsExtensions
{
    /// <summary>Adds the store. Needs from elsewhere: <see cref="Wire.SigV4Verifier"/>, <see cref="Domain.IIdSource"/>, <see cref="TimeProvider"/>.</summary>
    public static IServiceCollection AddObjects(this IServiceCollection services, ObjectsOptions options) => services
        .AddSingleton(options)
        .AddSingleton<ObjectStore>()
        .AddSingleton<IAccountReset>(provider => provider.GetRequiredService<ObjectStore>())
        .AddSingleton<BucketCalls>()
        .AddSingleton<ContentCalls>()
        .AddSingleton<ObjectsEndpoint>();

    /// <summary>Answers the requests that are signed for S3; to be used before routing, for buckets have whatever paths they like.</summary>
    public static void UseObjects(this IApplicationBuilder application)
    {
        var endpoint = application.ApplicationServices.GetRequiredService<ObjectsEndpoint>();
        application.Use((HttpContext http, RequestDelegate next) => ObjectsEndpoint.IsFor(http.Request) ? endpoint.AnswerAsync(http) : next(http));
    }
}
