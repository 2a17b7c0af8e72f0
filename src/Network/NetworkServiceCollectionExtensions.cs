using Berth.Domain;
using Berth.Engine;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Network;

/// <summary>Puts as much of EC2 into a server as the networks of ECS stacks need.</summary>
public static class NetworkServiceCollectionExtensions
{
    /// <summary>
    /// Adds the service. Needs from elsewhere: <see cref="IStreamDirectory{TAggregate, TState}"/> of networks and
    /// <see cref="IJournal"/>. Observes the streams of clusters, whose tasks have network interfaces.
    /// </summary>
    public static IServiceCollection AddNetwork(this IServiceCollection services) => services
        .AddSingleton<NetworkStreams>()
        .AddSingleton<IAccountReset, NetworkReset>()
        .AddSingleton<TaskInterfaces>()
        .AddSingleton<ICommitObserver<ClusterState, ClusterEvent>>(provider => provider.GetRequiredService<TaskInterfaces>())
        .AddSingleton(provider => Ec2Service.Create(provider.GetRequiredService<NetworkStreams>(), provider.GetRequiredService<TaskInterfaces>()));
}
