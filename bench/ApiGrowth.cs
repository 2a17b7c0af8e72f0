using System.Globalization;
using System.Text;

namespace Berth.Bench;

/// <summary>
/// What reads cost as a cluster grows: the same calls on a cluster of 100 tasks and on one of 100,000, in turns, on the
/// same server. The figure is the worst call's CPU time on the large cluster over that on the small one.
/// </summary>
internal static class ApiGrowth
{
    private const int Callers = 64;
    private const int Few = 100;
    private const int TasksACall = 10, TasksAnInstance = 100;
    private const int Services = 10;

    /// <summary>Runs it; a tenth of the tasks when <paramref name="quick"/>.</summary>
    internal static async Task RunAsync(TextWriter output, bool quick, BenchInstallation installation, EcsClient ecs, CancellationToken cancellationToken)
    {
        var culture = CultureInfo.InvariantCulture;
        var (many, rounds, span) = quick ? (10_000, 3, TimeSpan.FromSeconds(0.4)) : (100_000, 7, TimeSpan.FromSeconds(0.8));
        await using var small = await FilledCluster.MakeAsync(installation, ecs, "bench-few", Few, cancellationToken).ConfigureAwait(false);
        await using var large = await FilledCluster.MakeAsync(installation, ecs, "bench-many", many, cancellationToken).ConfigureAwait(false);
        var server = installation.ProcessOf("server");
        output.WriteLine();
        output.WriteLine(string.Create(culture, $"The same reads of a cluster of {Few} tasks and of one of {many:N0}, {Callers} callers; medians over the rounds."));
        output.WriteLine();
        output.WriteLine(string.Create(culture, $"| | CPU µs a call, {Few} | {many:N0} | growth | p50 ms, {Few} | {many:N0} |"));
        output.WriteLine("|---|---:|---:|---:|---:|---:|");
        var worst = 0.0;
        foreach (var ((operation, smallBody), (_, largeBody)) in small.Reads.Zip(large.Reads))
        {
            List<ApiBench.Load> ofSmall = [], ofLarge = [];
            for (var round = -1; round < rounds; round++)
            {
                var loads = (await CallAsync(operation, smallBody).ConfigureAwait(false), await CallAsync(operation, largeBody).ConfigureAwait(false));
                if (round >= 0)     // The first round warms up.
                {
                    ofSmall.Add(loads.Item1);
                    ofLarge.Add(loads.Item2);
                }
            }

            var (before, after) = (ApiBench.Load.Median(ofSmall), ApiBench.Load.Median(ofLarge));
            worst = Math.Max(worst, after.CpuMicroseconds / before.CpuMicroseconds);
            output.WriteLine(string.Create(
                culture,
                $"| {operation} | {before.CpuMicroseconds:F0} | {after.CpuMicroseconds:F0} | {after.CpuMicroseconds / before.CpuMicroseconds:F2}x | {before.P50:F2} | {after.P50:F2} |"));
        }

        output.WriteLine();
        output.WriteLine(string.Create(culture, $"RESULT list_growth_{Few}_to_{many}={worst:F2} x"));

        Task<ApiBench.Load> CallAsync(string operation, string body) =>
            ApiBench.CallAsync(ecs, installation.Endpoint, operation, Encoding.UTF8.GetBytes(body), server, Callers, span, cancellationToken);
    }

    /// <summary>A cluster with tasks, some of them of services, on instances that hold a hundred each, so that an instance is as large in either.</summary>
    private sealed class FilledCluster : IAsyncDisposable
    {
        private readonly List<BenchInstance> instances = [];

        /// <summary>Calls that answer as much, however large the cluster is.</summary>
        internal List<(string Operation, string Body)> Reads { get; } = [];

        internal static async Task<FilledCluster> MakeAsync(BenchInstallation installation, EcsClient ecs, string name, int tasks, CancellationToken cancellationToken)
        {
            var cluster = new FilledCluster();
            for (var count = 0; count < tasks / TasksAnInstance; count++)
            {
                cluster.instances.Add(await BenchInstance.ConnectAsync(installation, ecs, name, cancellationToken).ConfigureAwait(false));
            }

            for (var number = 0; number < Services; number++)
            {
                await ecs.CallAsync(
                    "CreateService", $$"""{"cluster":"{{name}}","serviceName":"web-{{number}}","taskDefinition":"bench:1","desiredCount":1}""", cancellationToken).ConfigureAwait(false);
            }

            var run = $$"""{"cluster":"{{name}}","taskDefinition":"bench:1","count":{{TasksACall}},"startedBy":"bench"}""";
            await Parallel.ForAsync(0, (tasks - Services) / TasksACall, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancellationToken }, async (_, token) =>
            {
                var ran = await ecs.CallAsync("RunTask", run, token).ConfigureAwait(false);
                if (ran.GetProperty("tasks").GetArrayLength() != TasksACall)
                {
                    throw new InvalidOperationException($"There is room: {ran.GetProperty("failures")}");
                }
            }).ConfigureAwait(false);
            var page = await ecs.CallAsync("ListTasks", $$"""{"cluster":"{{name}}","maxResults":90}""", cancellationToken).ConfigureAwait(false);
            var arns = page.GetProperty("taskArns").EnumerateArray().Select(arn => arn.GetString()).ToList();
            cluster.Reads.AddRange(
            [
                ("ListTasks", $$"""{"cluster":"{{name}}","maxResults":90}"""),
                ("ListTasks", $$"""{"cluster":"{{name}}","maxResults":80,"startedBy":"bench"}"""),
                ("ListTasks", $$"""{"cluster":"{{name}}","serviceName":"web-3"}"""),
                ("DescribeTasks", $$"""{"cluster":"{{name}}","tasks":["{{string.Join("\",\"", arns.Take(10))}}"]}"""),
                ("ListServices", $$"""{"cluster":"{{name}}"}"""),
                ("DescribeServices", $$"""{"cluster":"{{name}}","services":["web-3"]}"""),
                ("ListContainerInstances", $$"""{"cluster":"{{name}}","maxResults":10}"""),
                ("DescribeContainerInstances", $$"""{"cluster":"{{name}}","containerInstances":["{{cluster.instances[0].Arn}}"]}"""),
                ("DescribeClusters", $$"""{"clusters":["{{name}}"],"include":["STATISTICS"]}"""),
            ]);
            return cluster;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var instance in instances)
            {
                await instance.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
