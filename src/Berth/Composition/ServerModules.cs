using Berth.Api;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Host;

/// <summary>The modules of the server, one line each.</summary>
internal static class ServerModules
{
    internal static void Add(IServiceCollection services, Installation installation)
    {
        services.AddFrontDoor(new());
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapFrontDoor();
    }
}
