using Berth.Domain;
using Berth.Engine;
using Berth.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.LoadBalancer;

/// <summary>What the server must be told about load balancing.</summary>
public sealed class LoadBalancingOptions
{
    /// <summary>What load balancers' DNS names end in; null when a load balancer's name is its address.</summary>
    public string? DnsSuffix { get; set; }

    /// <summary>The VPC of load balancers whose subnets no <see cref="ISubnetPlaces"/> knows.</summary>
    public string VpcId { get; set; } = "vpc-00000000000000000";
}

/// <summary>Elastic Load Balancing in the server: the API, its state's observer, and the channel to balancers.</summary>
public static class LoadBalancingExtensions
{
    // Half of it without a word from the other side, and the connection counts as lost.
    private static readonly TimeSpan ChannelKeepAlive = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Adds the service. Needs from elsewhere: <see cref="IStreamDirectory{TAggregate, TState}"/> of load balancing,
    /// <see cref="IJournal"/>, <see cref="SigV4Verifier"/>, <see cref="ITargetAddresses"/>, <see cref="TimeProvider"/>, and
    /// where there is one <see cref="ISubnetPlaces"/>.
    /// </summary>
    public static IServiceCollection AddLoadBalancing(this IServiceCollection services, LoadBalancingOptions options) => services
        .AddSingleton(options)
        .AddSingleton<LoadBalancingConfiguration>()
        .AddSingleton<ICommitObserver<LoadBalancingState, LoadBalancingEvent>>(provider => provider.GetRequiredService<LoadBalancingConfiguration>())
        .AddSingleton<ListenerFailures>()
        .AddSingleton<BalancerEndpoint>()
        .AddSingleton<IAccountReset, LoadBalancingReset>()
        .AddHostedService<LoadBalancingStartup>()
        .AddSingleton<AwsService>(provider => ElasticLoadBalancing.Create(
            new(provider.GetRequiredService<IStreamDirectory<LoadBalancingAggregate, LoadBalancingState>>()),
            provider.GetRequiredService<LoadBalancingConfiguration>(),
            provider.GetRequiredService<ListenerFailures>(),
            provider.GetRequiredService<ITargetAddresses>(),
            new(provider.GetService<ISubnetPlaces>(), options),
            options));

    /// <summary>Maps the balancers' channel; needs no WebSocket middleware from the host.</summary>
    public static void MapLoadBalancing(this IEndpointRouteBuilder routes)
    {
        var pipeline = routes.CreateApplicationBuilder();
        pipeline.UseWebSockets(new() { KeepAliveInterval = ChannelKeepAlive, KeepAliveTimeout = ChannelKeepAlive });
        pipeline.Run(routes.ServiceProvider.GetRequiredService<BalancerEndpoint>().HandleAsync);
        routes.MapGet(BalancerEndpoint.Path, pipeline.Build());
    }
}
