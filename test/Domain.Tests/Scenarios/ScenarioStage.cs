using System.Collections.Immutable;
using System.Globalization;

namespace Berth.Domain.Tests.Scenarios;

/// <summary>
/// A cluster with its clock on which scenarios are played: the real aggregate, driven by the real commands, each followed
/// by settling as the engine does. Prints what a user of the cluster would see.
/// </summary>
internal sealed partial class ScenarioStage
{
    private static readonly TimeSpan QuietStep = TimeSpan.FromSeconds(10);

    // Nothing ECS waits for is longer than this but what a scenario waits for by name: bake times, back-offs, hours.
    private const int QuietSteps = 6;
    private const int MostSteps = 500;

    private readonly ClusterAggregate cluster = new("000000000000", "us-east-1", "default", new());
    private readonly ScenarioIds ids = new();
    private readonly ScenarioNames names = new();
    private readonly Dictionary<string, TaskDefinition> definitions = new(StringComparer.Ordinal);
    private readonly List<string> printed = [];
    private readonly SortedDictionary<string, Action<ScenarioCommand>> verbs;
    private DateTimeOffset now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private DateTimeOffset begun;
    private bool refused;

    public ScenarioStage()
    {
        verbs = new(Verbs(), StringComparer.Ordinal);
        Do(new CreateClusterCommand([], null, null, []));
    }

    /// <summary>The verbs there are.</summary>
    public IReadOnlyCollection<string> VerbNames => verbs.Keys;

    private ClusterState State => cluster.State;

    /// <summary>Carries out one command line and answers what it prints; one that begins with <c>given</c> prints nothing, and has to work.</summary>
    /// <exception cref="FormatException">The line is not understood, or a given one was refused.</exception>
    public ImmutableArray<string> Play(string line)
    {
        var given = line.StartsWith("given ", StringComparison.Ordinal);
        var command = ScenarioCommand.Parse(given ? line["given ".Length..] : line);
        if (!verbs.TryGetValue(command.Verb, out var verb))
        {
            throw command.Mistake($"has no verb of {string.Join(", ", verbs.Keys)}");
        }

        printed.Clear();
        begun = now;
        refused = false;
        verb(command);
        command.MustBeUsed();
        return !given ? [.. printed]
            : refused ? throw command.Mistake($"was refused: {string.Join('\n', printed)}")
            : [];
    }

    private T? Do<T>(Command<ClusterAggregate, T> command)
    {
        var context = new DecisionContext(now, ids);
        T? answer = default;
        Show(() =>
        {
            try
            {
                answer = command.Decide(cluster, context);
            }
            catch (RefusedException no)
            {
                Print($"{no.Code}: {names.In(no.Message)}");
                refused = true;
                return;
            }

            cluster.Settle(context);
        });
        return answer;
    }

    /// <summary>Prints what the facts of a decision show, each seen against the state it met.</summary>
    private void Show(Action decide)
    {
        var before = State;
        decide();
        foreach (var fact in cluster.TakeRecorded())
        {
            // Folding the facts a second time gives each its before and after, and shows that they are whole.
            var after = before.Apply(fact, cluster.Limits);
            foreach (var line in Timeline.Of(fact, before, after, names))
            {
                Print(line);
            }

            before = after;
        }
    }

    private void Print(string line) => printed.Add(now == begun ? line : $"+{Elapsed(now - begun)} {line}");

    private static string Elapsed(TimeSpan span) => span switch
    {
        { TotalSeconds: < 120 } => $"{span.TotalSeconds.ToString(CultureInfo.InvariantCulture)}s",
        { TotalHours: < 2 } when span.Seconds == 0 => $"{(int)span.TotalMinutes}m",
        { TotalHours: < 2 } => $"{(int)span.TotalMinutes}m{span.Seconds}s",
        _ => $"{span.TotalHours.ToString("0.##", CultureInfo.InvariantCulture)}h",
    };

    /// <summary>Lets time pass, stopping wherever the cluster has something to do.</summary>
    private void Pass(TimeSpan span)
    {
        var until = now + span;
        while (cluster.NextDeadline is { } next && next <= until)
        {
            now = next > now ? next : now;
            Show(() => cluster.Settle(new(now, ids)));
        }

        now = until;
        Show(() => cluster.Settle(new(now, ids)));
    }

    /// <summary>Agents, load balancers and listener rules do what they are asked, and time passes, until nothing moves any more.</summary>
    private void Quieten()
    {
        var quiet = 0;
        for (var step = 0; step < MostSteps && quiet < QuietSteps; step++)
        {
            var shown = printed.Count;
            Serve();
            Pass(QuietStep);
            quiet = printed.Count == shown ? quiet + 1 : 0;
        }

        if (quiet < QuietSteps)
        {
            throw new InvalidOperationException($"The cluster does not come to rest. At last:\n{string.Join('\n', printed.TakeLast(20))}");
        }
    }

    private void Serve()
    {
        foreach (var task in Tasks(task => task.LastStatus == EcsTaskStatus.Pending && IsReached(task)))
        {
            Report(task.Id, EcsTaskStatus.Running);
        }

        foreach (var task in Tasks(task => task.LastStatus == EcsTaskStatus.Running && task.ServiceName is not null))
        {
            foreach (var balancer in State.Services[task.ServiceName!].LoadBalancersOf(task.StartedBy))
            {
                if (task.Targets.FirstOrDefault(target => target.TargetGroupArn == balancer.TargetGroupArn)?.State is null or TaskTargetState.Initial)
                {
                    Target(task, balancer.TargetGroupArn, TaskTargetState.Healthy, null);
                }
            }
        }

        foreach (var task in Tasks(task => task.LastStatus == EcsTaskStatus.Deactivating))
        {
            foreach (var target in task.Targets.Where(target => target.State != TaskTargetState.Gone))
            {
                Target(task, target.TargetGroupArn, TaskTargetState.Gone, null);
            }
        }

        foreach (var task in Tasks(task => task.LastStatus == EcsTaskStatus.Stopping && (IsReached(task) || task.ContainerInstanceId.Length == 0)))
        {
            Report(task.Id, EcsTaskStatus.Stopped);
        }

        foreach (var service in State.Services.Values)
        {
            Route(service);
        }
    }

    private bool IsReached(EcsTask task) => State.ContainerInstances.GetValueOrDefault(task.ContainerInstanceId) is { AgentConnected: true };

    private IReadOnlyList<EcsTask> Tasks(Func<EcsTask, bool> wanted) => [.. State.Tasks.Values.Where(wanted).OrderBy(task => task.Id, StringComparer.Ordinal)];

    private void Report(string id, EcsTaskStatus status, string? reason = null, int? exit = null) => Do(new SubmitTaskStateChangeCommand(id)
    {
        Status = status,
        Containers = State.Tasks.TryGetValue(id, out var task)
            ?
            [
                .. task.Containers.Select((container, at) => new ContainerReport(container.Name)
                {
                    Status = status == EcsTaskStatus.Running ? ContainerStatus.Running : ContainerStatus.Stopped,
                    ExitCode = at == 0 ? exit : null,
                    Reason = at == 0 ? reason : null,
                }),
            ]
            : [],
    });

    private void Target(EcsTask task, string group, TaskTargetState state, string? reason) => Do(new ReportTaskTargetCommand(
        task.Id, new(group, State.ContainerInstances[task.ContainerInstanceId].Ec2InstanceId, 32768, state) { Reason = reason }));

    private void Route(Service service)
    {
        if (service.Rollout is { Stage: not null } rollout)
        {
            Do(new ReportTrafficCommand(service.Name, rollout.Id, rollout.ProductionPercent, rollout.TestPercent));
        }
    }

    private TaskDefinition Defined(string name) => definitions.TryGetValue(name, out var definition) ? definition : throw new FormatException($"There is no task definition {name}.");
}
