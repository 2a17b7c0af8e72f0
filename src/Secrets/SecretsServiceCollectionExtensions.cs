using Berth.Engine;
using Berth.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Secrets;

/// <summary>Where values are kept.</summary>
public sealed record SecretsOptions
{
    /// <summary>The file of the key that values are encrypted with; made with the first value. Whoever loses it loses all values.</summary>
    public required string KeyFile { get; init; }
}

/// <summary>Puts Secrets Manager and SSM's Parameter Store into a server.</summary>
public static class SecretsServiceCollectionExtensions
{
    /// <summary>
    /// Adds both services. Needs from elsewhere: the <see cref="IStreamDirectory{TAggregate, TState}"/>s of secrets and of
    /// parameters, <see cref="IJournal"/>, <see cref="Domain.IIdSource"/>.
    /// </summary>
    public static IServiceCollection AddSecrets(this IServiceCollection services, SecretsOptions options) => services
        .AddSingleton(new ValueSeal(options.KeyFile))
        .AddSingleton<SecretsStreams>()
        .AddSingleton<ParametersStreams>()
        .AddSingleton<SecretValues>()
        .AddSingleton<ParameterValues>()
        .AddSingleton<IAccountReset, SecretsReset>()
        .AddSingleton<AwsService>(provider => SecretsManagerService.Create(provider.GetRequiredService<SecretsStreams>(), provider.GetRequiredService<SecretValues>()))
        .AddSingleton<AwsService>(provider => ParameterStoreService.Create(provider.GetRequiredService<ParametersStreams>(), provider.GetRequiredService<ParameterValues>()));
}
