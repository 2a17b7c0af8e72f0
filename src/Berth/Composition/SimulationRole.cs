namespace Berth.Host;

/// <summary>The simulation, as the command line runs it.</summary>
internal static class SimulationRole
{
    /// <summary>Runs one seed after the other, from the first on, until the time is over or one fails; the exit code.</summary>
    internal static Task<int> RunAsync(int seed, TimeSpan span, TextWriter output, CancellationToken cancellationToken) =>
        throw new CommandException("This build has no simulation.");
}
