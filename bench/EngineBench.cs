using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Berth.Domain;
using Berth.Engine;
using Berth.Journal;
using Berth.Simulation;
using Microsoft.Extensions.Logging.Abstractions;

namespace Berth.Bench;

/// <summary>
/// Commands a second through one cluster's engine, each a SubmitTaskStateChange that changes the cluster: on the SQLite
/// journal and in memory, with one caller and with 64, beside a plain loop of inserts with the journal's durability.
/// </summary>
/// <remarks>They take turns, round by round; medians are shown.</remarks>
public static class EngineBench
{
    private const int Callers = 64;

    private static readonly TaskDefinition Definition = new()
    {
        Arn = "arn:aws:ecs:us-east-1:000000000000:task-definition/bench:1",
        Family = "bench",
        Revision = 1,
        Document = JsonElement.Parse("""{"family":"bench","containerDefinitions":[{"name":"app","image":"bench","cpu":1,"memory":4,"essential":true}]}"""),
        NetworkMode = "bridge",
        Containers = [new() { Name = "app", Image = "bench", CpuUnits = 1, MemoryMiB = 4 }],
    };

    /// <summary>Runs it, then <see cref="EngineScale"/> and <see cref="EngineRollout"/>; about 80 s, or 15 s when <paramref name="quick"/>.</summary>
    public static async Task RunAsync(TextWriter output, bool quick, CancellationToken cancellationToken)
    {
        var (rounds, span) = quick ? (3, TimeSpan.FromMilliseconds(400)) : (7, TimeSpan.FromSeconds(1));
        var directory = Directory.CreateTempSubdirectory("berth-bench-").FullName;
        try
        {
            List<double> plain = [], durableOne = [], durableMany = [], memoryOne = [], memoryMany = [];
            await using var journal = SqliteJournal.Open(new(Path.Combine(directory, "journal")));
            await using var durable = await Cluster.StartAsync(journal, cancellationToken).ConfigureAwait(false);
            await using var memory = await Cluster.StartAsync(new SimulatedJournal(() => AppendFault.None), cancellationToken).ConfigureAwait(false);
            using var loop = new PlainInserts(Path.Combine(directory, "plain.db"), await durable.SamplePayloadAsync(journal, cancellationToken).ConfigureAwait(false));
            for (var round = -1; round < rounds; round++)
            {
                var figures = (
                    Plain: loop.Run(span, cancellationToken),
                    DurableOne: await durable.RunAsync(1, span, cancellationToken).ConfigureAwait(false),
                    DurableMany: await durable.RunAsync(Callers, span, cancellationToken).ConfigureAwait(false),
                    MemoryOne: await memory.RunAsync(1, span / 4, cancellationToken).ConfigureAwait(false),
                    MemoryMany: await memory.RunAsync(Callers, span / 4, cancellationToken).ConfigureAwait(false));
                if (round >= 0)     // The first round warms up.
                {
                    plain.Add(figures.Plain);
                    durableOne.Add(figures.DurableOne);
                    durableMany.Add(figures.DurableMany);
                    memoryOne.Add(figures.MemoryOne);
                    memoryMany.Add(figures.MemoryMany);
                }
            }

            Print(output, Figures.Median(plain), Figures.Median(durableOne), Figures.Median(durableMany), Figures.Median(memoryOne), Figures.Median(memoryMany));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }

        await EngineScale.RunAsync(output, quick, cancellationToken).ConfigureAwait(false);
        await EngineRollout.RunAsync(output, quick, cancellationToken).ConfigureAwait(false);
    }

    private static void Print(TextWriter output, double plain, double durableOne, double durableMany, double memoryOne, double memoryMany)
    {
        var culture = CultureInfo.InvariantCulture;
        output.WriteLine(string.Create(culture, $"One cluster with {Callers} tasks; every command is decided, made durable and published; medians."));
        output.WriteLine();
        output.WriteLine("| | commands/s | against the plain loop |");
        output.WriteLine("|---|---:|---:|");
        output.WriteLine(string.Create(culture, $"| plain insert loop, 1 caller | {plain:N0} | 1.00x |"));
        output.WriteLine(string.Create(culture, $"| engine on SQLite, 1 caller | {durableOne:N0} | {durableOne / plain:F2}x |"));
        output.WriteLine(string.Create(culture, $"| engine on SQLite, {Callers} callers | {durableMany:N0} | {durableMany / plain:F2}x |"));
        output.WriteLine(string.Create(culture, $"| engine in memory, 1 caller | {memoryOne:N0} | |"));
        output.WriteLine(string.Create(culture, $"| engine in memory, {Callers} callers | {memoryMany:N0} | |"));
        output.WriteLine();
        output.WriteLine(string.Create(culture, $"RESULT engine_plain_inserts={plain:F0} 1/s"));
        output.WriteLine(string.Create(culture, $"RESULT engine_commands_1={durableOne:F0} 1/s"));
        output.WriteLine(string.Create(culture, $"RESULT engine_commands_{Callers}={durableMany:F0} 1/s"));
        output.WriteLine(string.Create(culture, $"RESULT engine_commands_1_vs_plain={durableOne / plain:F2} x"));
        output.WriteLine(string.Create(culture, $"RESULT engine_commands_{Callers}_vs_plain={durableMany / plain:F2} x"));
        output.WriteLine(string.Create(culture, $"RESULT engine_memory_commands_1={memoryOne:F0} 1/s"));
        output.WriteLine(string.Create(culture, $"RESULT engine_memory_commands_{Callers}={memoryMany:F0} 1/s"));
    }

    /// <summary>One cluster with an instance and a task a caller.</summary>
    private sealed class Cluster : IAsyncDisposable
    {
        private readonly StreamEngine<ClusterAggregate, ClusterState, ClusterEvent> engine;
        private ImmutableArray<EcsTask> tasks = [];
        private long reports;

        private Cluster(IJournal journal)
        {
            var limits = new ClusterLimits();
            engine = new(
                StreamId.Cluster("000000000000", "us-east-1", "bench"),
                new(id => new(id.Account, id.Region, id.Name!, limits), ClusterCatalog.Create()),     // A cluster's stream has a name.
                journal,
                [],
                new SeededIdSource(1),
                TimeProvider.System,
                new(),
                NullLogger.Instance);
        }

        internal static async Task<Cluster> StartAsync(IJournal journal, CancellationToken cancellationToken)
        {
            var cluster = new Cluster(journal);
            await cluster.FillAsync(cancellationToken).ConfigureAwait(false);
            return cluster;
        }

        internal async Task<double> RunAsync(int callers, TimeSpan span, CancellationToken cancellationToken)
        {
            var started = Stopwatch.GetTimestamp();
            var commands = await Task.WhenAll(tasks.Take(callers).Select(task => Task.Run(() => CallAsync(task, started, span, cancellationToken), cancellationToken)))
                .ConfigureAwait(false);
            return commands.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;
        }

        /// <summary>What the journal keeps of one command, so that the plain loop writes as much.</summary>
        internal async Task<string> SamplePayloadAsync(SqliteJournal journal, CancellationToken cancellationToken)
        {
            await ReportAsync(tasks[0], cancellationToken).ConfigureAwait(false);
            var payload = "";
            await foreach (var fact in journal.ReadAsync(engine.Id, 0, cancellationToken).ConfigureAwait(false))
            {
                payload = fact.Payload;
            }

            return payload;
        }

        public ValueTask DisposeAsync() => engine.DisposeAsync();

        private async Task FillAsync(CancellationToken cancellationToken)
        {
            await engine.OpenAsync(cancellationToken).ConfigureAwait(false);
            await engine.ExecuteAsync(new CreateClusterCommand([], null, null, []), cancellationToken).ConfigureAwait(false);
            var instance = await engine.ExecuteAsync(
                new RegisterContainerInstanceCommand(null, null, "127.0.0.1", new(Callers, Callers * 4, [], []), [new(AttributeNames.AvailabilityZone, "us-east-1a")], [], null),
                cancellationToken).ConfigureAwait(false);
            await engine.ExecuteAsync(new ConnectAgentCommand(instance.Id, new("1", null, null)), cancellationToken).ConfigureAwait(false);
            var placed = await engine.ExecuteAsync(
                new RunTaskCommand(new() { Definition = Definition }, Callers, [], [], null, ""), cancellationToken).ConfigureAwait(false);
            tasks = placed.Tasks;
            foreach (var task in tasks)
            {
                await engine.ExecuteAsync(Report(task, EcsTaskStatus.Running), cancellationToken).ConfigureAwait(false);
            }
        }

        private async Task<int> CallAsync(EcsTask task, long started, TimeSpan span, CancellationToken cancellationToken)
        {
            var commands = 0;
            while (Stopwatch.GetElapsedTime(started) < span)
            {
                await ReportAsync(task, cancellationToken).ConfigureAwait(false);
                commands++;
            }

            return commands;
        }

        private async ValueTask ReportAsync(EcsTask task, CancellationToken cancellationToken)
        {
            if (!await engine.ExecuteAsync(Report(task, status: null), cancellationToken).ConfigureAwait(false))
            {
                throw new UnreachableException("The report was no news.");
            }
        }

        /// <summary>Each tells another Docker id, so that every one changes the cluster and none makes it larger.</summary>
        private SubmitTaskStateChangeCommand Report(EcsTask task, EcsTaskStatus? status) => new(task.Id)
        {
            Status = status,
            Containers = [new("app") { Status = ContainerStatus.Running, RuntimeId = Interlocked.Increment(ref reports).ToString("x64", CultureInfo.InvariantCulture) }],
        };
    }
}
