using Berth.Domain;
using Berth.Engine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Berth.Api;

/// <summary>Puts the agents' sockets and the effects of clusters into a server.</summary>
public static class AgentChannelExtensions
{
    /// <summary>
    /// Adds the sockets, the observers of cluster commits, and the opening of what the journal holds. Needs <see cref="EcsService.AddEcs"/>, the stream
    /// directories of clusters and load balancing, <see cref="IJournal"/> and <see cref="TaskCredentials"/>.
    /// </summary>
    public static IServiceCollection AddAgentChannels(this IServiceCollection services, AgentChannelOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<AgentSessions>();
        services.AddSingleton<AgentChannels>();
        services.AddSingleton<TaskUses>();
        services.AddSingleton<IMetricsSource, UtilizationMetrics>();
        services.AddSingleton<ExecEndpoints>();
        services.AddSingleton(provider => SessionService.Create(provider.GetRequiredService<ExecSessions>()));
        services.AddSingleton<ICommitObserver<ClusterState, ClusterEvent>>(provider => provider.GetRequiredService<AgentSessions>());
        services.AddSingleton<ContainerInstanceAddresses>();
        services.AddSingleton<ICommitObserver<ClusterState, ClusterEvent>>(provider => provider.GetRequiredService<ContainerInstanceAddresses>());
        services.AddSingleton(provider => new TargetRegistrar(
            provider.GetRequiredService<IStreamDirectory<ClusterAggregate, ClusterState>>,
            provider.GetRequiredService<IStreamDirectory<LoadBalancingAggregate, LoadBalancingState>>,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<TargetRegistrar>>()));
        services.AddSingleton<ICommitObserver<ClusterState, ClusterEvent>>(provider => provider.GetRequiredService<TargetRegistrar>());
        services.AddSingleton<ICommitObserver<LoadBalancingState, LoadBalancingEvent>>(provider => provider.GetRequiredService<TargetRegistrar>());
        services.AddSingleton(provider => new TrafficRouter(
            provider.GetRequiredService<IStreamDirectory<ClusterAggregate, ClusterState>>,
            provider.GetRequiredService<IStreamDirectory<LoadBalancingAggregate, LoadBalancingState>>,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<TrafficRouter>>()));
        services.AddSingleton<ICommitObserver<ClusterState, ClusterEvent>>(provider => provider.GetRequiredService<TrafficRouter>());
        services.AddHostedService(provider => provider.GetRequiredService<TrafficRouter>());
        services.AddHostedService<ClusterStartup>();
        services.AddHostedService(provider => provider.GetRequiredService<TargetRegistrar>());
        return services;
    }

    /// <summary>Maps <c>/acs/ws</c>, <c>/tcs/ws</c> and the sockets of ExecuteCommand; the server must have WebSockets switched on.</summary>
    public static void MapAgentChannels(this IEndpointRouteBuilder routes)
    {
        var channels = routes.ServiceProvider.GetRequiredService<AgentChannels>();
        routes.MapGet("/acs/ws", (RequestDelegate)channels.AcsAsync);
        routes.MapGet("/tcs/ws", (RequestDelegate)channels.TcsAsync);
        ExecEndpoints.Map(routes);
    }
}
