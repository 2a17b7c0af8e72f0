using System.Globalization;
using Berth.Domain;
using Berth.Engine;
using Berth.Journal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Berth.Host;

/// <summary>The kinds of streams this build keeps, each with its aggregate and the JSON form of its facts.</summary>
internal static class Streams
{
    internal static IServiceCollection AddStreams(this IServiceCollection services)
    {
        var limits = Limits(Environment.GetEnvironmentVariable);
        return services
            .AddSingleton(limits)
            .AddSingleton(limits.Quotas)
            .AddStream(new StreamDefinition<ClusterAggregate, ClusterState, ClusterEvent>(
                id => new(id.Account, id.Region, id.Name!, limits), ClusterCatalog.Create()))
            .AddStream(new StreamDefinition<AccountAggregate, AccountState, AccountEvent>(
                id => new(id.Account, id.Region, limits.Quotas), AccountCatalog.Create()))
            .AddStream(new StreamDefinition<LoadBalancingAggregate, LoadBalancingState, LoadBalancingEvent>(
                id => new(id.Account, id.Region), new LoadBalancingCodec()))
            .AddStream(new StreamDefinition<RepositoriesAggregate, RepositoriesState, RepositoriesEvent>(
                id => new(id.Account, id.Region), new RepositoriesCodec()))
            .AddStream(new StreamDefinition<IdentityAggregate, IdentityState, IdentityEvent>(
                id => new(id.Account), IdentityCatalog.Create()))
            .AddStream(new StreamDefinition<NetworkAggregate, NetworkState, NetworkEvent>(
                id => new(id.Account, id.Region), NetworkCatalog.Create()))
            .AddStream(new StreamDefinition<SecretsAggregate, SecretsState, SecretsEvent>(
                id => new(id.Account, id.Region), SecretsCatalog.Create()))
            .AddStream(new StreamDefinition<ParametersAggregate, ParametersState, ParametersEvent>(
                id => new(id.Account, id.Region), ParametersCatalog.Create()))
            .AddHostedService<JournalUpkeep>();
    }

    private static IServiceCollection AddStream<TAggregate, TState, TEvent>(this IServiceCollection services, StreamDefinition<TAggregate, TState, TEvent> definition)
        where TAggregate : Aggregate<TState, TEvent>
        where TState : class
        where TEvent : class =>
        services
            .AddSingleton(definition)
            .AddSingleton(provider => new StreamDirectory<TAggregate, TState, TEvent>(
                definition,
                provider.GetRequiredService<IJournal>(),
                provider.GetServices<ICommitObserver<TState, TEvent>>(),
                provider.GetRequiredService<IIdSource>(),
                provider.GetRequiredService<TimeProvider>(),
                new StreamEngineOptions(),
                provider.GetRequiredService<ILoggerFactory>()))
            .AddSingleton<IStreamDirectory<TAggregate, TState>>(provider => provider.GetRequiredService<StreamDirectory<TAggregate, TState, TEvent>>());

    /// <summary>
    /// ECS's own times and quotas, but for those an operator sets: <c>BERTH_STOPPED_TASK_LIFE</c> (or <c>forever</c>),
    /// <c>BERTH_TASK_HEALTHY_AFTER</c>, in seconds; <c>BERTH_QUOTA_…</c>.
    /// </summary>
    internal static ClusterLimits Limits(Func<string, string?> variable)
    {
        var defaults = new ClusterLimits();
        return defaults with
        {
            Quotas = Quotas.Read(variable),
            StoppedTaskLife = variable("BERTH_STOPPED_TASK_LIFE") == "forever" ? TimeSpan.MaxValue : Seconds("BERTH_STOPPED_TASK_LIFE", variable) ?? defaults.StoppedTaskLife,
            HealthyAfter = Seconds("BERTH_TASK_HEALTHY_AFTER", variable) ?? defaults.HealthyAfter,
        };
    }

    private static TimeSpan? Seconds(string name, Func<string, string?> variable) => variable(name) is not { Length: > 0 } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds)
        : throw new CommandException($"{name} is '{text}'; it takes whole seconds.");
}
