using Berth.Domain;
using Berth.Engine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Api;

/// <summary>Puts state change events into a server.</summary>
public static class EventsExtensions
{
    /// <summary>
    /// Adds the recorder of clusters' commits, its store, the webhook where one is set, and the removal of an account's
    /// events. Needs <see cref="IJournal"/> and the <see cref="StreamDefinition{TAggregate, TState, TEvent}"/> of
    /// clusters; to be added after what empties clusters at a reset.
    /// </summary>
    public static IServiceCollection AddEvents(this IServiceCollection services, EventsOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(provider => EventStore.Open(options, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<EventRecorder>();
        services.AddSingleton<ICommitObserver<ClusterState, ClusterEvent>>(provider => provider.GetRequiredService<EventRecorder>());
        services.AddSingleton<IAccountReset, EventsReset>();
        services.AddSingleton<EventsEndpoint>();
        services.AddHostedService(provider => provider.GetRequiredService<EventRecorder>());
        if (options.Webhook is not null)
        {
            services.AddHostedService<EventsWebhook>();
        }

        return services;
    }

    /// <summary>Maps <c>POST /_berth/events</c>.</summary>
    public static void MapEvents(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/_berth/events", (RequestDelegate)routes.ServiceProvider.GetRequiredService<EventsEndpoint>().AnswerAsync);
}
