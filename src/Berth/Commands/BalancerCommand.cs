using System.CommandLine;

namespace Berth.Host;

/// <summary>The balancer's process.</summary>
internal static class BalancerCommand
{
    internal static Command Create(Option<string?> data)
    {
        var command = new Command("balancer", "Run the load balancer alone, in this process");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var signals = new StopSignals(onSecond: null);
            await BalancerRole.RunAsync(Installation.At(parsed.GetValue(data)), TimeProvider.System, signals.Token).ConfigureAwait(false);
            return 0;
        });
        return command;
    }
}
