using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;
using Berth.Domain;
using Berth.Engine;
using Berth.Journal;
using Microsoft.Extensions.Logging.Abstractions;

namespace Berth.Bench;

/// <summary>
/// One cluster on the whole engine and the SQLite journal, with agents that answer at once: a task runs as soon as its
/// placement is durable, and has stopped as soon as the wish is.
/// </summary>
internal sealed class LargeCluster : IAsyncDisposable, ICommitObserver<ClusterState, ClusterEvent>
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

    private readonly SqliteJournal journal;
    private readonly StreamEngine<ClusterAggregate, ClusterState, ClusterEvent> engine;
    private readonly Channel<(string TaskId, EcsTaskStatus Status)> wished = Channel.CreateUnbounded<(string, EcsTaskStatus)>();
    private readonly TaskCompletionSource allRun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TaskCompletionSource rolledOut = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task reporters = Task.CompletedTask;
    private int toRun = int.MaxValue;
    private long facts;

    private LargeCluster(string directory, ClusterLimits limits)
    {
        journal = SqliteJournal.Open(new(directory));
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

    /// <summary>What ECS's quotas are must not bound what is measured.</summary>
    private static ClusterLimits Limits { get; } = new() { Quotas = EcsQuotas.Default with { ContainerInstancesPerCluster = int.MaxValue, TasksPerService = int.MaxValue } };

    /// <summary>Facts that have become durable.</summary>
    internal long Facts => Interlocked.Read(ref facts);

    internal static async Task<LargeCluster> StartAsync(string directory, int instances, CancellationToken cancellationToken, TimeSpan? healthyAfter = null)
    {
        var cluster = new LargeCluster(directory, Limits with { HealthyAfter = healthyAfter ?? Limits.HealthyAfter });
        await cluster.engine.OpenAsync(cancellationToken).ConfigureAwait(false);
        await cluster.engine.ExecuteAsync(new CreateClusterCommand([], null, null, []), cancellationToken).ConfigureAwait(false);
        await ManyAsync(instances, number => cluster.JoinAsync(number, cancellationToken)).ConfigureAwait(false);
        cluster.reporters = Task.WhenAll(Enumerable.Range(0, Reporters).Select(_ => cluster.ReportAsync()));
        return cluster;
    }

    /// <summary>Opens a journal that is there, up to the first answer.</summary>
    internal static async Task<LargeCluster> ReopenAsync(string directory, CancellationToken cancellationToken)
    {
        var cluster = new LargeCluster(directory, Limits);
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

    /// <summary>Starts a service and waits until its first deployment has completed.</summary>
    internal async Task DeployAsync(int tasks, CancellationToken cancellationToken)
    {
        await engine.ExecuteAsync(Service(0, tasks), cancellationToken).ConfigureAwait(false);
        await rolledOut.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Rolls a new revision out, to the end of the deployment and of the last task it replaced.</summary>
    internal async Task RollOutAsync(int tasks, CancellationToken cancellationToken)
    {
        rolledOut = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var second = Definition with { Arn = Definition.Arn[..^1] + "2", Revision = 2 };
        await engine.ExecuteAsync(new UpdateServiceCommand("service-0", new() { Definition = second }), cancellationToken).ConfigureAwait(false);
        await rolledOut.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        var state = await engine.QueryAsync(new ReadCluster(), cancellationToken).ConfigureAwait(false);
        if (state.TaskIndex.Of(TaskFilter.Service, "service-0", TaskPhase.Stopped).Count != tasks
            || state.TaskIndex.Of(TaskFilter.Service, "service-0", TaskPhase.Live).Any(id => state.Tasks[id].TaskDefinitionArn != second.Arn))
        {
            throw new UnreachableException("Not all tasks were replaced.");
        }
    }

    public void OnCommitted(Commit<ClusterState, ClusterEvent> commit)
    {
        Interlocked.Add(ref facts, commit.Facts.Count);
        foreach (var fact in commit.Facts)
        {
            switch (fact)
            {
                case ClusterEvent.TaskPlaced { Task.Id: var id }:
                    wished.Writer.TryWrite((id, EcsTaskStatus.Running));
                    break;
                case ClusterEvent.TaskStopRequested { Id: var id }:
                    wished.Writer.TryWrite((id, EcsTaskStatus.Stopped));
                    break;
                case ClusterEvent.TaskReported { Status: EcsTaskStatus.Running } when Interlocked.Decrement(ref toRun) == 0:
                    allRun.TrySetResult();
                    break;
                case ClusterEvent.DeploymentChanged { Deployment.RolloutState: RolloutState.Completed }:
                    rolledOut.TrySetResult();
                    break;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        wished.Writer.TryComplete();
        await reporters.ConfigureAwait(false);
        await engine.DisposeAsync().ConfigureAwait(false);
        await journal.DisposeAsync().ConfigureAwait(false);
    }

    private static CreateServiceCommand Service(int number, int tasks = ServiceTasks) => new(
        $"service-{number}",
        new() { TaskDefinitionArn = Definition.Arn, DesiredCount = tasks },
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
        await foreach (var (id, status) in wished.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            var report = new SubmitTaskStateChangeCommand(id)
            {
                Status = status,
                Containers = status == EcsTaskStatus.Running
                    ? [new("app") { Status = ContainerStatus.Running, RuntimeId = $"{id}{id}" }]
                    : [new("app") { Status = ContainerStatus.Stopped, ExitCode = 143 }],
            };
            await engine.ExecuteAsync(report, CancellationToken.None).ConfigureAwait(false);
        }
    }
}
