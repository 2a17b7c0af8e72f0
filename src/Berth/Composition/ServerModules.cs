using System.Security.Cryptography;
using Berth.Api;
using Berth.LoadBalancer;
using Berth.Logs;
using Berth.Registry;
using Berth.Wire;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Host;

/// <summary>The modules of the server, one line each.</summary>
internal static class ServerModules
{
    internal static void Add(IServiceCollection services, Installation installation)
    {
        var authority = installation.Endpoint.Authority;
        services.AddStreams();
        services.AddFrontDoor(new());
        services.AddEcs();
        services.AddSts();
        services.AddRegistry(new() { DataDirectory = installation.DataDirectory });
        services.AddSingleton<ITargetAddresses, TargetAddresses>();
        services.AddLoadBalancing(new());
        services.AddLogs(new() { Directory = Path.Combine(installation.DataDirectory, "logs") });
        services.AddEvents(StateChangeEvents.Options(installation));
        services.AddSingleton(provider => new TaskCredentials(Secret(installation), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IAccessKeys>(provider => new InstallationKeys(installation.OpenCredentials(), provider.GetRequiredService<TaskCredentials>()));
        services.AddAgentChannels(new() { RegistryAuthority = authority, Endpoint = installation.Endpoint.ToString().TrimEnd('/') });
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapFrontDoor();
        routes.MapEvents();
        routes.MapAgentChannels();
        routes.MapLoadBalancing();
        routes.MapRegistry();
        routes.MapSampleImage();
    }

    /// <summary>What task credentials are derived from; made at first start, readable by its owner alone.</summary>
    private static byte[] Secret(Installation installation)
    {
        var path = Path.Combine(installation.DataDirectory, "task-credentials.key");
        if (!File.Exists(path))
        {
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            var draft = path + ".new";
            using (var file = new FileStream(draft, options))
            {
                file.Write(RandomNumberGenerator.GetBytes(32));
                file.Flush(flushToDisk: true);
            }

            File.Move(draft, path);
        }

        return File.ReadAllBytes(path);
    }

    /// <summary>The installation's own keys and those of running tasks.</summary>
    private sealed class InstallationKeys(CredentialsFile file, TaskCredentials tasks) : IAccessKeys
    {
        public AccessKey? Find(string accessKeyId) => file.Find(accessKeyId) ?? tasks.Find(accessKeyId);
    }

    private sealed class TargetAddresses(ContainerInstanceAddresses instances) : ITargetAddresses
    {
        public string? Find(string account, string region, string instanceId) => instances.Find(account, region, instanceId);
    }
}
