using Berth.Domain;
using Berth.Engine;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Identity;

/// <summary>Puts IAM and STS into a server.</summary>
public static class IdentityServiceCollectionExtensions
{
    /// <summary>
    /// Adds both services. Needs from elsewhere: <see cref="IStreamDirectory{TAggregate, TState}"/> of identities,
    /// <see cref="IJournal"/>, <see cref="SessionCredentials"/>, <see cref="TimeProvider"/>.
    /// </summary>
    public static IServiceCollection AddIdentity(this IServiceCollection services) => services
        .AddSingleton<IAccountReset, IdentityReset>()
        .AddSingleton(provider => IamService.Create(Streams(provider)))
        .AddSingleton(provider => StsService.Create(Streams(provider), provider.GetRequiredService<SessionCredentials>()));

    private static IdentityStreams Streams(IServiceProvider provider) =>
        new(provider.GetRequiredService<IStreamDirectory<IdentityAggregate, IdentityState>>());
}
