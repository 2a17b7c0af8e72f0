namespace Berth.Host;

/// <summary>The balancer's process.</summary>
internal static class BalancerRole
{
    /// <summary>Runs until cancelled. Once it has a configuration, <see cref="Installation.ReadyMarkOf"/> must exist: see <see cref="MarkReady"/>.</summary>
    internal static Task RunAsync(Installation installation, TimeProvider clock, CancellationToken cancellationToken) =>
        throw new CommandException("This build has no balancer.");     // BalancerHost.RunAsync goes here.

    internal static void MarkReady(Installation installation)
    {
        Directory.CreateDirectory(installation.RunDirectory);
        File.WriteAllText(installation.ReadyMarkOf(Role.Balancer), "");
    }
}
