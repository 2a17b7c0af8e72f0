using Berth.Simulation;

namespace Berth.Host;

/// <summary>The simulation, as the command line runs it.</summary>
internal static class SimulationRole
{
    private const int Steps = 2_000;
    private const int QuietSteps = 400;

    /// <summary>Runs one seed after the other, from the first on, until the time is over or one fails; the exit code.</summary>
    internal static async Task<int> RunAsync(int seed, TimeSpan span, TextWriter output, CancellationToken cancellationToken)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var worlds = 0;
        var commits = 0L;
        do
        {
            try
            {
                await using var world = new SimulatedCluster(seed);
                await world.RunAsync(Steps, cancellationToken).ConfigureAwait(false);
                await world.SettleAsync(QuietSteps, cancellationToken).ConfigureAwait(false);
                commits += world.Commits;
            }
            catch (BrokenPromiseException broken)
            {
                await output.WriteLineAsync($"Seed {seed} breaks a promise. To see it again: berth simulate --seed {seed}").ConfigureAwait(false);
                await output.WriteLineAsync(broken.Message).ConfigureAwait(false);
                return 1;
            }

            worlds++;
            seed++;
        }
        while (TimeProvider.System.GetElapsedTime(begun) < span);

        await output.WriteLineAsync($"{worlds} worlds of {Steps} steps each, {commits} commits: every promise kept.").ConfigureAwait(false);
        return 0;
    }
}
