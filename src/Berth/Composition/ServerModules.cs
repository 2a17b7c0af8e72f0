using System.Globalization;
using System.Security.Cryptography;
using Berth.Api;
using Berth.Domain;
using Berth.Identity;
using Berth.LoadBalancer;
using Berth.Logs;
using Berth.Network;
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
        services.AddFrontDoor(new() { RateFactor = RateFactor() });
        services.AddEcs();
        services.AddIdentity();
        services.AddNetwork();
        services.AddRegistry(new() { DataDirectory = installation.DataDirectory });
        services.AddSingleton<ITargetAddresses, TargetAddresses>();
        services.AddSingleton<ISubnetPlaces, SubnetPlaces>();
        services.AddSingleton<INetworkRecords, NetworkRecords>();
        services.AddLoadBalancing(new());
        services.AddLogs(new() { Directory = Path.Combine(installation.DataDirectory, "logs") });
        services.AddEvents(StateChangeEvents.Options(installation));
        services.AddSingleton(provider => new TaskCredentials(Secret(installation), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new SessionCredentials(Secret(installation), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IAccessKeys>(provider => new InstallationKeys(
            installation.OpenCredentials(), provider.GetRequiredService<TaskCredentials>(), provider.GetRequiredService<SessionCredentials>()));
        services.AddAgentChannels(new() { RegistryAuthority = authority, Endpoint = installation.Endpoint.ToString().TrimEnd('/') });
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapFrontDoor();
        routes.MapPlacement();
        routes.MapAlarms();
        routes.MapEvents();
        routes.MapAgentChannels();
        routes.MapLoadBalancing();
        routes.MapRegistry();
        routes.MapSampleImage();
    }

    /// <summary><c>BERTH_API_RATE_FACTOR</c>: how many times ECS's own rates an account may call; 0 for no limit.</summary>
    private static double RateFactor()
    {
        const string Variable = "BERTH_API_RATE_FACTOR";
        return Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } text ? new FrontDoorOptions().RateFactor
            : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var factor) ? factor
            : throw new CommandException($"{Variable} is '{text}'; it takes a number, 0 for no limit.");
    }

    /// <summary>What temporary keys are derived from; made at first start, readable by its owner alone.</summary>
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

    /// <summary>The installation's own keys, those of running tasks, and those of sessions.</summary>
    private sealed class InstallationKeys(CredentialsFile file, TaskCredentials tasks, SessionCredentials sessions) : IAccessKeys
    {
        public AccessKey? Find(string accessKeyId) => Find(accessKeyId, sessionToken: null);

        public AccessKey? Find(string accessKeyId, string? sessionToken) =>
            file.Find(accessKeyId) ?? tasks.Find(accessKeyId) ?? sessions.Find(accessKeyId, sessionToken);
    }

    private sealed class SubnetPlaces(NetworkStreams networks) : ISubnetPlaces
    {
        public async ValueTask<SubnetPlace?> FindAsync(string account, string region, string subnetId, CancellationToken cancellationToken) =>
            (await networks.ReadAsync(account, region, cancellationToken).ConfigureAwait(false)).Subnets.GetValueOrDefault(subnetId) is { } subnet
                ? new(subnet.VpcId, subnet.ZoneName)
                : null;

        public async ValueTask<string?> DefaultVpcAsync(string account, string region, CancellationToken cancellationToken) =>
            (await networks.ReadAsync(account, region, cancellationToken).ConfigureAwait(false)).DefaultVpc?.Id;
    }

    private sealed class NetworkRecords(NetworkStreams networks) : INetworkRecords
    {
        public ValueTask<NetworkState> ReadAsync(string account, string region, CancellationToken cancellationToken) => networks.ReadAsync(account, region, cancellationToken);
    }

    private sealed class TargetAddresses(ContainerInstanceAddresses instances) : ITargetAddresses
    {
        public string? Find(string account, string region, string instanceId) => instances.Find(account, region, instanceId);
    }
}
