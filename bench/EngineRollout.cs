using System.Diagnostics;
using System.Globalization;

namespace Berth.Bench;

/// <summary>
/// A rolling deployment from its call to its last task, with agents that answer at once: what it costs in all in
/// processor time and facts, for a service and for one four times as large. Both should grow by no more than four times.
/// </summary>
internal static class EngineRollout
{
    private const int Times = 4;

    /// <summary>Runs it: 1,250 and 5,000 tasks, or a fifth of both when <paramref name="quick"/>.</summary>
    internal static async Task RunAsync(TextWriter output, bool quick, CancellationToken cancellationToken)
    {
        var tasks = quick ? 1_000 : 5_000;
        List<Rollout> small = [], large = [];
        for (var round = -1; round < (quick ? 2 : 3); round++)
        {
            var (first, second) = (await MeasureAsync(tasks / Times, cancellationToken).ConfigureAwait(false), await MeasureAsync(tasks, cancellationToken).ConfigureAwait(false));
            if (round >= 0)     // The first round warms up.
            {
                small.Add(first);
                large.Add(second);
            }
        }

        var culture = CultureInfo.InvariantCulture;
        var (few, many) = (Rollout.Median(small), Rollout.Median(large));
        output.WriteLine();
        output.WriteLine("A rolling deployment, minimum 100 and maximum 200 per cent; medians.");
        output.WriteLine();
        output.WriteLine("| tasks | elapsed | processor time, all threads | facts | µs a task | facts a task |");
        output.WriteLine("|---:|---:|---:|---:|---:|---:|");
        foreach (var (count, rollout) in new[] { (tasks / Times, few), (tasks, many) })
        {
            output.WriteLine(string.Create(
                culture, $"| {count:N0} | {rollout.Seconds:F2} s | {rollout.CpuSeconds:F2} s | {rollout.Facts:N0} | {rollout.CpuSeconds * 1e6 / count:F0} | {rollout.Facts / count:F1} |"));
        }

        output.WriteLine();
        output.WriteLine(string.Create(culture, $"RESULT rollout_cpu_growth_a_task={many.CpuSeconds / few.CpuSeconds / Times:F2} x"));
        output.WriteLine(string.Create(culture, $"RESULT rollout_facts_growth_a_task={many.Facts / few.Facts / Times:F2} x"));
    }

    private static async Task<Rollout> MeasureAsync(int tasks, CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("berth-bench-").FullName;
        try
        {
            // An instance holds 64 tasks, and twice as many as wanted run for a while.
            await using var cluster = await LargeCluster.StartAsync(directory, (tasks / 20) + 2, cancellationToken, healthyAfter: TimeSpan.Zero).ConfigureAwait(false);
            await cluster.DeployAsync(tasks, cancellationToken).ConfigureAwait(false);
            var (facts, cpu, started) = (cluster.Facts, Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
            await cluster.RollOutAsync(tasks, cancellationToken).ConfigureAwait(false);
            return new(Stopwatch.GetElapsedTime(started).TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds, cluster.Facts - facts);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private readonly record struct Rollout(double Seconds, double CpuSeconds, double Facts)
    {
        internal static Rollout Median(List<Rollout> all) => new(
            Figures.Median(all.ConvertAll(one => one.Seconds)), Figures.Median(all.ConvertAll(one => one.CpuSeconds)), Figures.Median(all.ConvertAll(one => one.Facts)));
    }
}
