using System.Diagnostics;
using System.Globalization;

namespace Berth.Bench;

/// <summary>
/// A large cluster through the whole engine on the SQLite journal: half of its tasks placed by services, half by RunTask
/// calls of ten, with agents that report each task RUNNING as soon as its placement is durable. Then: how long a start
/// takes over that journal, what a task weighs in memory, and how much longer a RunTask takes than on a small cluster.
/// </summary>
internal static class EngineScale
{
    /// <summary>Runs it: 100,000 tasks on 10,000 instances, or a tenth of both when <paramref name="quick"/>.</summary>
    internal static async Task RunAsync(TextWriter output, bool quick, CancellationToken cancellationToken)
    {
        var (instances, tasks, calls) = quick ? (1_000, 10_000, 500) : (10_000, 100_000, 2_000);
        var directory = Directory.CreateTempSubdirectory("berth-bench-").FullName;
        try
        {
            await using var small = await LargeCluster.StartAsync(Path.Combine(directory, "small"), 100, cancellationToken).ConfigureAwait(false);
            await small.FillAsync(1_000, cancellationToken).ConfigureAwait(false);
            double perSecond, cpu, bytes, largeP99 = 0, smallP99 = 0, largeMedian = 0, smallMedian = 0;
            var path = Path.Combine(directory, "large");
            await using (var large = await LargeCluster.StartAsync(path, instances, cancellationToken).ConfigureAwait(false))
            {
                var before = GC.GetTotalMemory(forceFullCollection: true);
                var used = Environment.CpuUsage.TotalTime;
                var started = Stopwatch.GetTimestamp();
                await large.FillAsync(tasks, cancellationToken).ConfigureAwait(false);
                perSecond = tasks / Stopwatch.GetElapsedTime(started).TotalSeconds;
                cpu = (Environment.CpuUsage.TotalTime - used).TotalMicroseconds / tasks;
                bytes = await HeldAsync(before, cancellationToken).ConfigureAwait(false) / tasks;
                List<double> ofLarge = [], ofSmall = [];
                for (var round = 0; round < 5; round++)
                {
                    await small.TimeCallsAsync(calls / 5, ofSmall, cancellationToken).ConfigureAwait(false);
                    await large.TimeCallsAsync(calls / 5, ofLarge, cancellationToken).ConfigureAwait(false);
                }

                (smallMedian, smallP99) = (Figures.Median(ofSmall), Figures.Percentile(ofSmall, 99));
                (largeMedian, largeP99) = (Figures.Median(ofLarge), Figures.Percentile(ofLarge, 99));
            }

            var idle = Environment.CpuUsage.TotalTime;
            var opened = Stopwatch.GetTimestamp();
            await using var again = await LargeCluster.ReopenAsync(path, cancellationToken).ConfigureAwait(false);
            var recovery = Stopwatch.GetElapsedTime(opened).TotalSeconds;
            var recoveryCpu = (Environment.CpuUsage.TotalTime - idle).TotalSeconds;
            Print(output, instances, tasks, perSecond, cpu, bytes, (recovery, recoveryCpu), (smallMedian, smallP99), (largeMedian, largeP99));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>What is held beyond <paramref name="before"/>, once a snapshot under way has let go of its text.</summary>
    private static async Task<double> HeldAsync(long before, CancellationToken cancellationToken)
    {
        var least = long.MaxValue;
        for (var look = 0; look < 8; look++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, cancellationToken).ConfigureAwait(false);
            least = Math.Min(least, GC.GetTotalMemory(forceFullCollection: true));
        }

        return least - before;
    }

    private static void Print(
        TextWriter output, int instances, int tasks, double perSecond, double cpu, double bytes, (double Elapsed, double Cpu) recovery, (double Median, double P99) small, (double Median, double P99) large)
    {
        var culture = CultureInfo.InvariantCulture;
        output.WriteLine();
        output.WriteLine(string.Create(culture, $"One cluster with {tasks:N0} tasks on {instances:N0} container instances."));
        output.WriteLine();
        output.WriteLine("| | |");
        output.WriteLine("|---|---:|");
        output.WriteLine(string.Create(culture, $"| tasks placed, reported RUNNING and durable | {perSecond:N0}/s |"));
        output.WriteLine(string.Create(culture, $"| processor time a task, all threads together | {cpu:N0} µs |"));
        output.WriteLine(string.Create(culture, $"| memory a task | {bytes:N0} bytes |"));
        output.WriteLine(string.Create(culture, $"| start over its journal | {recovery.Elapsed:F2} s, of {recovery.Cpu:F2} s processor time |"));
        output.WriteLine(string.Create(culture, $"| RunTask of one task, 100 instances with 1,000 tasks | {small.Median:F2} ms, p99 {small.P99:F2} ms |"));
        output.WriteLine(string.Create(culture, $"| RunTask of one task, here | {large.Median:F2} ms, p99 {large.P99:F2} ms |"));
        output.WriteLine();
        output.WriteLine(string.Create(culture, $"RESULT engine_tasks_per_s={perSecond:F0} 1/s"));
        output.WriteLine(string.Create(culture, $"RESULT engine_cpu_a_task={cpu:F0} us"));
        output.WriteLine(string.Create(culture, $"RESULT recovery_s_{tasks}_tasks={recovery.Elapsed:F2} s"));
        output.WriteLine(string.Create(culture, $"RESULT bytes_per_task={bytes:F0} bytes"));
        output.WriteLine(string.Create(culture, $"RESULT runtask_median_growth={large.Median / small.Median:F2} x"));
        output.WriteLine(string.Create(culture, $"RESULT runtask_p99_growth={large.P99 / small.P99:F2} x"));
    }
}
