using System.CommandLine;

namespace Berth.Host;

/// <summary>Runs the cluster in one process on one seed.</summary>
internal static class SimulateCommand
{
    internal static Command Create()
    {
        var seed = new Option<int>("--seed") { Description = "The seed that decides everything", DefaultValueFactory = _ => 1 };
        var minutes = new Option<double>("--minutes") { Description = "How long to look for a fault, a seed after the other on every core; 0 for the one seed", DefaultValueFactory = _ => 1 };
        var command = new Command("simulate", "Run clusters under faults in simulated time") { seed, minutes };
        command.SetAction((parsed, cancellationToken) =>
            SimulationRole.RunAsync(parsed.GetValue(seed), TimeSpan.FromMinutes(parsed.GetValue(minutes)), Console.Out, cancellationToken));
        return command;
    }
}
