using System.Collections.Concurrent;
using System.Globalization;
using Berth.Simulation;

namespace Berth.Host;

/// <summary>The simulation, as the command line runs it: world after world, on every core, until the time is over.</summary>
internal static class SimulationRole
{
    private const int MostBroken = 10;
    private static readonly TimeSpan TellEvery = TimeSpan.FromMinutes(1);

    // A world that takes so long hangs: that is a defect as well.
    private static readonly TimeSpan LongestWorld = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Runs one seed after the other, from the first on, until the time is over or too many have failed. At least one runs,
    /// so no time at all repeats a single world.
    /// </summary>
    /// <returns>The exit code: 1 when a promise was broken.</returns>
    internal static async Task<int> RunAsync(int seed, TimeSpan span, TextWriter output, CancellationToken cancellationToken)
    {
        var soak = new Soak(seed, span, TextWriter.Synchronized(output));
        var workers = span == TimeSpan.Zero ? 1 : Environment.ProcessorCount;
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(() => soak.WorkAsync(cancellationToken), cancellationToken))).ConfigureAwait(false);
        soak.TellResult();
        return soak.IsBroken ? 1 : 0;
    }

    private sealed class Soak(int firstSeed, TimeSpan span, TextWriter output)
    {
        private readonly long begun = TimeProvider.System.GetTimestamp();
        private readonly Lock gate = new();
        private readonly SimulationTally tally = new();
        private readonly ConcurrentQueue<int> broken = new();
        private int next;
        private long worlds;
        private TimeSpan told;

        public bool IsBroken => !broken.IsEmpty;

        private TimeSpan Elapsed => TimeProvider.System.GetElapsedTime(begun);

        public async Task WorkAsync(CancellationToken cancellationToken)
        {
            do
            {
                await RunAsync(firstSeed + Interlocked.Increment(ref next) - 1, cancellationToken).ConfigureAwait(false);
            }
            while (Elapsed < span && broken.Count < MostBroken && !cancellationToken.IsCancellationRequested);
        }

        public void TellResult()
        {
            lock (gate)
            {
                var minutes = Math.Max(Elapsed.TotalMinutes, 0.001);
                output.WriteLine($"{worlds} worlds from seed {firstSeed} on: {(IsBroken ? $"promises broken on {string.Join(", ", broken.Order())}" : "every promise kept")}.");
                foreach (var (kind, count) in tally.Faults)
                {
                    output.WriteLine($"  {count,10} × {kind}");
                }

                Result("simulated_worlds", worlds, "worlds");
                Result("simulated_worlds_per_minute", Math.Round(worlds / minutes, 1), "worlds/min");
                Result("simulated_steps", tally.Steps, "steps");
                Result("simulated_commits", tally.Commits, "commits");
                Result("simulated_facts", tally.Facts, "facts");
                Result("simulated_faults", tally.Faults.Values.Sum(), "faults");
                Result("simulated_broken_promises", broken.Count, "worlds");
            }
        }

        private async Task RunAsync(int seed, CancellationToken cancellationToken)
        {
            var world = new SimulatedCluster(seed);
            try
            {
                await LiveAsync(world, cancellationToken).WaitAsync(LongestWorld, TimeProvider.System, cancellationToken).ConfigureAwait(false);
                await world.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                broken.Enqueue(seed);
                await output.WriteLineAsync($"Seed {seed}, a {world.Plan.Name}, breaks a promise. To see it again: berth simulate --seed {seed} --minutes 0{Environment.NewLine}{(failure is BrokenPromiseException ? failure.Message : failure)}").ConfigureAwait(false);
            }

            Add(world.Tally);
        }

        private static async Task LiveAsync(SimulatedCluster world, CancellationToken cancellationToken)
        {
            await world.RunAsync(cancellationToken).ConfigureAwait(false);
            await world.SettleAsync(cancellationToken).ConfigureAwait(false);
        }

        private void Add(SimulationTally world)
        {
            lock (gate)
            {
                worlds++;
                tally.Add(world);
                if (Elapsed - told >= TellEvery)
                {
                    told = Elapsed;
                    output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{told.TotalMinutes,6:0.0} min: {worlds} worlds ({worlds / told.TotalMinutes:0} a minute), {tally.Steps} steps, {tally.Faults.Values.Sum()} faults, {broken.Count} broken"));
                }
            }
        }

        private void Result(string name, double value, string unit) => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"RESULT {name}={value} {unit}"));
    }
}
