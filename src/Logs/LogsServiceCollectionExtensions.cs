using Berth.Engine;
using Berth.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Berth.Logs;

/// <summary>Puts the log store and its API into a server.</summary>
public static class LogsServiceCollectionExtensions
{
    /// <summary>
    /// Adds the log store, the CloudWatch Logs <see cref="AwsService"/>, its <see cref="IAccountReset"/> and the upkeep
    /// that seals and expires. The store is opened when one of them is first needed, which is at the host's start.
    /// </summary>
    public static IServiceCollection AddLogs(this IServiceCollection services, LogsOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => LogStore.Open(
            options,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<LogStore>>()));
        services.AddSingleton<AwsService>(provider => LogsService.Create(
            provider.GetRequiredService<LogStore>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IAccountReset, LogsReset>();
        services.AddHostedService(provider => new LogsUpkeep(
            provider.GetRequiredService<LogStore>(),
            options,
            provider.GetRequiredService<TimeProvider>()));
        return services;
    }
}
