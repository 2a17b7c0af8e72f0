using Berth.Engine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Registry;

/// <summary>Puts the registry into a host.</summary>
public static class RegistryServices
{
    /// <summary>
    /// Adds the image registry and the ECR API. Expects from the host <see cref="TimeProvider"/>, <c>IIdSource</c>,
    /// <c>IAccessKeys</c>, <c>IJournal</c> and <c>IStreamDirectory&lt;RepositoriesAggregate, RepositoriesState&gt;</c>.
    /// </summary>
    public static IServiceCollection AddRegistry(this IServiceCollection services, RegistryOptions options) => services
        .AddSingleton(options)
        .AddSingleton<RepositoryStreams>()
        .AddSingleton<BlobStore>()
        .AddSingleton<BlobUploads>()
        .AddSingleton<RepositoryContents>()
        .AddSingleton<RegistryTokens>()
        .AddSingleton<RegistryAuthentication>()
        .AddSingleton<ManifestHandler>()
        .AddSingleton<BlobHandler>()
        .AddSingleton<UploadHandler>()
        .AddSingleton<ListHandler>()
        .AddSingleton<RegistryEndpoint>()
        .AddSingleton<RegistryAddress>()
        .AddSingleton<LifecyclePreviews>()
        .AddSingleton(EcrService.Create)
        .AddSingleton(provider => new ImageAssembler(
            provider.GetRequiredService<RepositoryStreams>(),
            provider.GetRequiredService<RepositoryContents>(),
            provider.GetRequiredService<BlobStore>()))
        .AddSingleton<RegistryReset>()
        .AddSingleton<IAccountReset>(provider => provider.GetRequiredService<RegistryReset>())
        .AddSingleton<RegistryUpkeep>()
        .AddHostedService(provider => provider.GetRequiredService<RegistryUpkeep>());

    /// <summary>Serves the distribution protocol below <c>/v2/</c>.</summary>
    public static void MapRegistry(this IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<RegistryEndpoint>();
        routes.Map("/v2", endpoint.HandleAsync);
        routes.Map("/v2/{**path}", endpoint.HandleAsync);
    }
}
