using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Berth.Wire;

namespace Berth.Bench;

/// <summary>
/// Signed calls over connections that are kept, with one caller and with 64: how many a second, how long each takes and
/// what CPU time the server spends on one, beside <see cref="ApiFloor"/>, a bare ASP.NET Core endpoint that reads the same
/// requests, signatures and all, and writes the same answers.
/// </summary>
/// <remarks>
/// Server and floor are processes of their own, run the same build with the same runtime settings, and take turns round
/// by round; medians over the rounds are shown. The callers' own CPU time is in neither figure, but they share the
/// machine, so calls a second and times are those of a machine that does both. The cluster has one instance that runs
/// nothing and acknowledges, and RunTask's figure holds what it is sent.
/// </remarks>
public static class ApiBench
{
    private const int Callers = 64;
    private const int Described = 10, Listed = 100;
    private const string Cluster = "bench-api";
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;
    private static readonly HttpClient Metrics = new();

    /// <summary>Runs it; about two minutes, or 25 s when <paramref name="quick"/>.</summary>
    public static async Task RunAsync(TextWriter output, bool quick, CancellationToken cancellationToken)
    {
        var (rounds, span) = quick ? (2, TimeSpan.FromSeconds(0.7)) : (5, TimeSpan.FromSeconds(1.5));
        await using var installation = await BenchInstallation.StartAsync(cancellationToken).ConfigureAwait(false);
        using var ecs = new EcsClient(installation.Endpoint, installation.Credentials(CredentialsFile.RootProfile));
        await using var instance = await BenchInstance.ConnectAsync(installation, ecs, Cluster, cancellationToken).ConfigureAwait(false);
        using var floor = await Floor.StartAsync(cancellationToken).ConfigureAwait(false);
        var server = installation.ProcessOf("server");

        List<Row> table = [];
        foreach (var (operation, body) in await PrepareAsync(ecs, cancellationToken).ConfigureAwait(false))
        {
            var request = Encoding.UTF8.GetBytes(body);
            var bare = new Uri(floor.Address, operation);
            await floor.TellAsync(operation, await ecs.SendAsync(installation.Endpoint, operation, request, cancellationToken).ConfigureAwait(false), cancellationToken)
                .ConfigureAwait(false);
            List<Load> berthOne = [], bareOne = [], berthMany = [], bareMany = [];
            for (var round = -1; round < rounds; round++)
            {
                var loads = (
                    BareOne: await CallAsync(ecs, bare, operation, request, floor.ProcessId, 1, span, cancellationToken).ConfigureAwait(false),
                    BerthOne: await CallAsync(ecs, installation.Endpoint, operation, request, server, 1, span, cancellationToken).ConfigureAwait(false),
                    BareMany: await CallAsync(ecs, bare, operation, request, floor.ProcessId, Callers, span, cancellationToken).ConfigureAwait(false),
                    BerthMany: await CallAsync(ecs, installation.Endpoint, operation, request, server, Callers, span, cancellationToken).ConfigureAwait(false));
                if (round >= 0)     // The first round warms up.
                {
                    bareOne.Add(loads.BareOne);
                    berthOne.Add(loads.BerthOne);
                    bareMany.Add(loads.BareMany);
                    berthMany.Add(loads.BerthMany);
                }
            }

            table.Add(new(operation, 1, Load.Median(berthOne), Load.Median(bareOne)));
            table.Add(new(operation, Callers, Load.Median(berthMany), Load.Median(bareMany)));
        }

        Print(output, table);
        await ApiGrowth.RunAsync(output, quick, installation, ecs, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A cluster with tasks, and the calls that are measured.</summary>
    private static async Task<List<(string Operation, string Body)>> PrepareAsync(EcsClient ecs, CancellationToken cancellationToken)
    {
        const string Definition = """
            {"family":"bench","containerDefinitions":[{"name":"app","image":"bench","cpu":1,"memory":8,"essential":true,
            "environment":[{"name":"STAGE","value":"production"},{"name":"LOG_LEVEL","value":"info"}],"portMappings":[{"containerPort":8080}]}]}
            """;
        await ecs.CallAsync("RegisterTaskDefinition", Definition, cancellationToken).ConfigureAwait(false);
        var run = $$"""{"cluster":"{{Cluster}}","taskDefinition":"bench:1"}""";
        List<string> tasks = [];
        while (tasks.Count < Listed)
        {
            var ran = await ecs.CallAsync("RunTask", run, cancellationToken).ConfigureAwait(false);
            tasks.Add(ran.GetProperty("tasks")[0].GetProperty("taskArn").GetString()!);     // A task has one.
        }

        return
        [
            ("DescribeTasks", $$"""{"cluster":"{{Cluster}}","tasks":["{{string.Join("\",\"", tasks.Take(Described))}}"]}"""),
            ("ListTasks", $$"""{"cluster":"{{Cluster}}"}"""),
            ("RegisterTaskDefinition", Definition),
            ("RunTask", run),
        ];
    }

    /// <summary>Calls for a span of time, with so many callers that each wait for their answer.</summary>
    internal static async Task<Load> CallAsync(
        EcsClient client, Uri address, string operation, byte[] body, int process, int callers, TimeSpan span, CancellationToken cancellationToken)
    {
        var times = new ConcurrentBag<double>();
        var allocated = await AllocatedAsync(address, cancellationToken).ConfigureAwait(false);
        var (cpu, started) = (ProcessUse.Cpu(process), Stopwatch.GetTimestamp());
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(
            async () =>
            {
                while (Stopwatch.GetElapsedTime(started) < span)
                {
                    var sent = Stopwatch.GetTimestamp();
                    await client.SendAsync(address, operation, body, cancellationToken).ConfigureAwait(false);
                    times.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                }
            },
            cancellationToken))).ConfigureAwait(false);
        var elapsed = Stopwatch.GetElapsedTime(started);
        var used = (ProcessUse.Cpu(process) - cpu).TotalMicroseconds;
        allocated = await AllocatedAsync(address, cancellationToken).ConfigureAwait(false) - allocated;
        return new(times.Count / elapsed.TotalSeconds, Figures.Median(times), Figures.Percentile(times, 99), used / times.Count, allocated / times.Count);
    }

    private static async Task<double> AllocatedAsync(Uri address, CancellationToken cancellationToken)
    {
        const string Counter = "\nprocess_allocated_bytes_total ";
        var metrics = "\n" + await Metrics.GetStringAsync(new Uri(address, "/metrics"), cancellationToken).ConfigureAwait(false);
        var from = metrics.IndexOf(Counter, StringComparison.Ordinal) + Counter.Length;
        return double.Parse(metrics.AsSpan(from, metrics.IndexOf('\n', from) - from), Culture);
    }

    private static void Print(TextWriter output, List<Row> table)
    {
        output.WriteLine(string.Create(Culture, $"DescribeTasks of {Described}, ListTasks of {Listed}; medians over the rounds."));
        output.WriteLine();
        output.WriteLine("| | callers | calls/s | bare | p50 ms | bare | p99 ms | bare | CPU µs a call | bare | CPU against bare | bytes allocated a call | bare |");
        output.WriteLine("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var (operation, callers, berth, bare) in table)
        {
            output.WriteLine(string.Create(
                Culture,
                $"| {operation} | {callers} | {berth.Rate:N0} | {bare.Rate:N0} | {berth.P50:F2} | {bare.P50:F2} | {berth.P99:F2} | {bare.P99:F2} | {berth.CpuMicroseconds:F0} | {bare.CpuMicroseconds:F0} | {berth.CpuMicroseconds / bare.CpuMicroseconds:F2}x | {berth.AllocatedBytes:N0} | {bare.AllocatedBytes:N0} |"));
        }

        output.WriteLine();
        foreach (var (operation, callers, berth, bare) in table)
        {
            var name = string.Create(Culture, $"{operation}_{callers}");
            output.WriteLine(string.Create(Culture, $"RESULT api_calls_{name}={berth.Rate:F0} 1/s"));
            output.WriteLine(string.Create(Culture, $"RESULT api_p99_{name}={berth.P99:F2} ms"));
            output.WriteLine(string.Create(Culture, $"RESULT api_cpu_vs_bare_{name}={berth.CpuMicroseconds / bare.CpuMicroseconds:F2} x"));
            output.WriteLine(string.Create(Culture, $"RESULT api_allocated_{name}={berth.AllocatedBytes:F0} bytes"));
        }

        // The reads' figure: the worse of the two, with many callers, where the clock's grain tells least.
        var reads = table.Where(row => row.Callers == Callers && row.Operation is "DescribeTasks" or "ListTasks");
        output.WriteLine(string.Create(Culture, $"RESULT api_cpu_vs_bare={reads.Max(row => row.Berth.CpuMicroseconds / row.Bare.CpuMicroseconds):F2} x"));
    }

    /// <summary>Calls a second, times in ms, and CPU time and allocated memory a call.</summary>
    internal readonly record struct Load(double Rate, double P50, double P99, double CpuMicroseconds, double AllocatedBytes)
    {
        internal static Load Median(List<Load> loads) => new(
            Figures.Median(loads.ConvertAll(load => load.Rate)),
            Figures.Median(loads.ConvertAll(load => load.P50)),
            Figures.Median(loads.ConvertAll(load => load.P99)),
            Figures.Median(loads.ConvertAll(load => load.CpuMicroseconds)),
            Figures.Median(loads.ConvertAll(load => load.AllocatedBytes)));
    }

    private sealed record Row(string Operation, int Callers, Load Berth, Load Bare);

    /// <summary>The floor's process.</summary>
    private sealed class Floor : IDisposable
    {
        private readonly Process process;
        private readonly HttpClient http = new();

        private Floor(Process process, Uri address) => (this.process, Address) = (process, address);

        internal Uri Address { get; }

        internal int ProcessId => process.Id;

        internal static async Task<Floor> StartAsync(CancellationToken cancellationToken)
        {
            var process = Process.Start(BenchInstallation.SelfStart(["bench", Benches.ApiFloor], redirect: true))!;     // Only a shell-executed document gives none.
            return await process.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } address
                ? new(process, new(address))
                : throw new IOException($"The bare endpoint does not start: {await process.StandardError.ReadToEndAsync(cancellationToken).ConfigureAwait(false)}");
        }

        internal async Task TellAsync(string operation, byte[] answer, CancellationToken cancellationToken)
        {
            using var content = new ByteArrayContent(answer);
            (await http.PutAsync(new Uri(Address, operation), content, cancellationToken).ConfigureAwait(false)).EnsureSuccessStatusCode().Dispose();
        }

        public void Dispose()
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
            http.Dispose();
        }
    }
}
