using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using Berth.Domain;
using Berth.Engine;
using Berth.Journal;
using Microsoft.Extensions.Logging.Abstractions;

namespace Berth.Bench;

/// <summary>
/// A large cluster through the whole engine on the SQLite journal: half of its tasks placed by services, half by RunTask
/// calls of ten, with agents that report each task RUNNING as soon as its placement is durable. Then: how long a start
/// takes over that journal, what a task weighs in memory, and how much longer a RunTask takes than on a small cluster.
/// </summary>
internal static class EngineScale
{
    private const int ServiceTasks = 50;
    private const int TasksACall = 10;
    private const int Callers = 64;
    private const int Reporters = 1_024;

    private static readonly TaskDefinition Definition = new()
    {
        Arn = "arn:aws:ecs:us-east-1:000000000000:task-definition/bench:1",
        Family = "bench",
        Revision = 1,
        Document = JsonElement.Parse("""{"family":"bench","containerDefinitions":[{"name":"app","image":"bench","cpu":64,"memory":128,"essential":true}]}"""),
        NetworkMode = "bridge",
        Containers = [new() { Name = "app", Image = "bench", CpuUnits = 64, MemoryMiB = 128 }],
    };

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

    private sealed class LargeCluster : IAsyncDisposable, ICommitObserver<ClusterState, ClusterEvent>
    {
        private readonly SqliteJournal journal;
        private readonly StreamEngine<ClusterAggregate, ClusterState, ClusterEvent> engine;
        private readonly Channel<EcsTask> placed = Channel.CreateUnbounded<EcsTask>();
        private readonly TaskCompletionSource allRun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Task reporters = Task.CompletedTask;
        private int toRun = int.MaxValue;

        private LargeCluster(string directory)
        {
            journal = SqliteJournal.Open(new(directory));
            var limits = new ClusterLimits { Quotas = EcsQuotas.Default with { ContainerInstancesPerCluster = int.MaxValue } };     // Beyond ECS's own.
            engine = new(
                StreamId.Cluster("000000000000", "us-east-1", "bench"),
                new(id => new(id.Account, id.Region, id.Name!, limits), ClusterCatalog.Create()),     // A cluster's stream has a name.
                journal,
                [this],
                new RandomIdSource(),
                TimeProvider.System,
                new(),
                NullLogger.Instance);
        }

        internal static async Task<LargeCluster> StartAsync(string directory, int instances, CancellationToken cancellationToken)
        {
            var cluster = new LargeCluster(directory);
            await cluster.engine.OpenAsync(cancellationToken).ConfigureAwait(false);
            await cluster.engine.ExecuteAsync(new CreateClusterCommand([], null, null, []), cancellationToken).ConfigureAwait(false);
            await ManyAsync(instances, number => cluster.JoinAsync(number, cancellationToken)).ConfigureAwait(false);
            cluster.reporters = Task.WhenAll(Enumerable.Range(0, Reporters).Select(_ => cluster.ReportAsync()));
            return cluster;
        }

        /// <summary>Opens a journal that is there, up to the first answer.</summary>
        internal static async Task<LargeCluster> ReopenAsync(string directory, CancellationToken cancellationToken)
        {
            var cluster = new LargeCluster(directory);
            await cluster.engine.OpenAsync(cancellationToken).ConfigureAwait(false);
            await cluster.engine.QueryAsync(new ReadCluster(), cancellationToken).ConfigureAwait(false);
            return cluster;
        }

        /// <summary>Half by services, half by calls; returns once all run.</summary>
        internal async Task FillAsync(int tasks, CancellationToken cancellationToken)
        {
            Interlocked.Exchange(ref toRun, tasks);
            await Task.WhenAll(
                ManyAsync(tasks / 2 / ServiceTasks, number => engine.ExecuteAsync(Service(number), cancellationToken).AsTask()),
                ManyAsync(tasks / 2 / TasksACall, _ => engine.ExecuteAsync(Run(TasksACall), cancellationToken).AsTask())).ConfigureAwait(false);
            await allRun.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        internal async Task TimeCallsAsync(int calls, List<double> milliseconds, CancellationToken cancellationToken)
        {
            for (var call = 0; call < calls; call++)
            {
                var started = Stopwatch.GetTimestamp();
                var placed = await engine.ExecuteAsync(Run(1), cancellationToken).ConfigureAwait(false);
                milliseconds.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                if (placed.Tasks.Length != 1)
                {
                    throw new UnreachableException("There is room.");
                }
            }
        }

        public void OnCommitted(Commit<ClusterState, ClusterEvent> commit)
        {
            foreach (var fact in commit.Facts)
            {
                if (fact is ClusterEvent.TaskPlaced { Task: var task })
                {
                    placed.Writer.TryWrite(task);
                }
                else if (fact is ClusterEvent.TaskReported { Status: EcsTaskStatus.Running } && Interlocked.Decrement(ref toRun) == 0)
                {
                    allRun.TrySetResult();
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            placed.Writer.TryComplete();
            await reporters.ConfigureAwait(false);
            await engine.DisposeAsync().ConfigureAwait(false);
            await journal.DisposeAsync().ConfigureAwait(false);
        }

        private static CreateServiceCommand Service(int number) => new(
            $"service-{number}",
            new() { TaskDefinitionArn = Definition.Arn, DesiredCount = ServiceTasks },
            Definition,
            [],
            null,
            "arn:aws:iam::000000000000:root",
            null);

        private static RunTaskCommand Run(int count) => new(new() { Definition = Definition }, count, [], [], null, "");

        private static async Task ManyAsync<T>(int count, Func<int, Task<T>> call)
        {
            var next = -1;
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
            {
                while (Interlocked.Increment(ref next) is var number && number < count)
                {
                    await call(number).ConfigureAwait(false);
                }
            })).ConfigureAwait(false);
        }

        private async Task<ContainerInstance> JoinAsync(int number, CancellationToken cancellationToken)
        {
            var command = new RegisterContainerInstanceCommand(
                null,
                null,
                "127.0.0.1",
                new(4_096, 16_384, [22], []),
                [new(AttributeNames.AvailabilityZone, "us-east-1" + "abc"[number % 3]), new(AttributeNames.InstanceType, "m5.large")],
                [],
                null);
            var instance = await engine.ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
            return await engine.ExecuteAsync(new ConnectAgentCommand(instance.Id, new("1", null, null)), cancellationToken).ConfigureAwait(false);
        }

        private async Task ReportAsync()
        {
            await foreach (var task in placed.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                var report = new SubmitTaskStateChangeCommand(task.Id)
                {
                    Status = EcsTaskStatus.Running,
                    Containers = [new("app") { Status = ContainerStatus.Running, RuntimeId = $"{task.Id}{task.Id}" }],
                };
                await engine.ExecuteAsync(report, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }
}
