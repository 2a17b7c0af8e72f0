using Berth.LoadBalancer;
using Berth.Wire;

namespace Berth.Host;

/// <summary>The balancer's process.</summary>
internal static class BalancerRole
{
    /// <summary>Runs until cancelled.</summary>
    internal static async Task RunAsync(Installation installation, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var loggers = RoleLog.Create();
        await BalancerHost.RunAsync(
            new BalancerOptions
            {
                Server = installation.Endpoint,
                Credentials = installation.OpenCredentials().Credentials(CredentialsFile.BalancerProfile),
                Directory = installation.BalancerDirectory,
                Region = Installation.DefaultRegion,
            },
            loggers,
            clock,
            cancellationToken).ConfigureAwait(false);
    }
}
