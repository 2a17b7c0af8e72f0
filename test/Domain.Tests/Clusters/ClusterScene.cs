using System.Text.Json;

namespace Berth.Domain.Tests;

/// <summary>A cluster with its clock, driven one command at a time; each is followed by settling, as the engine does.</summary>
internal sealed class ClusterScene
{
    public const string TargetGroup = "arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/web/1";

    private readonly Ids ids = new();

    public ClusterScene(ClusterLimits? limits = null)
    {
        Cluster = new("000000000000", "us-east-1", "default", limits ?? new());
        Do(new CreateClusterCommand([], null, null, []));
    }

    public static TaskDefinition Web { get; } = Define(1);

    public ClusterAggregate Cluster { get; }

    public DateTimeOffset Now { get; private set; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public ClusterState State => Cluster.State;

    public IReadOnlyList<ClusterEvent> Facts { get; private set; } = [];

    public static TaskDefinition Define(int revision, int cpu = 100, int memory = 100, int hostPort = 0, string network = "bridge") => new()
    {
        Arn = $"arn:aws:ecs:us-east-1:000000000000:task-definition/web:{revision}",
        Family = "web",
        Revision = revision,
        Document = JsonElement.Parse("""{"family":"web"}"""),
        NetworkMode = network,
        Containers = [new ContainerDefinition { Name = "web", Image = "web", CpuUnits = cpu, MemoryMiB = memory, PortMappings = [new(80, hostPort, "tcp")] }],
    };

    public T Do<T>(Command<ClusterAggregate, T> command)
    {
        var context = new DecisionContext(Now, ids);
        var result = command.Decide(Cluster, context);
        Cluster.Settle(context);
        Facts = Cluster.TakeRecorded();
        return result;
    }

    public void Wait(TimeSpan span)
    {
        Now += span;
        Cluster.Settle(new(Now, ids));
        Facts = Cluster.TakeRecorded();
    }

    public string Instance(int cpu = 1000, int memory = 1000, string zone = "us-east-1a")
    {
        var id = Do(new RegisterContainerInstanceCommand(null, null, "127.0.0.1", new(cpu, memory, [22], []), [new(AttributeNames.AvailabilityZone, zone)], [], null)).Id;
        Do(new ConnectAgentCommand(id, new("1", "berth", "20")));
        return id;
    }

    public Service Service(int desired, TaskDefinition? definition = null, DeploymentConfiguration? bounds = null, bool balanced = false, params PlacementStrategy[] strategies) =>
        Do(new CreateServiceCommand(
            "web",
            new()
            {
                TaskDefinitionArn = (definition ?? Web).Arn,
                DesiredCount = desired,
                DeploymentConfiguration = bounds ?? new(),
                PlacementStrategy = [.. strategies],
                LoadBalancers = balanced ? [new(TargetGroup, "web", 80)] : [],
            },
            definition ?? Web,
            [],
            null,
            "arn:aws:iam::000000000000:root",
            null));

    /// <summary>A service with everything its operator may say.</summary>
    public Service Service(Func<ServiceSettings, ServiceSettings> wishes, string name = "web", TaskDefinition? definition = null) => Do(new CreateServiceCommand(
        name, wishes(new() { TaskDefinitionArn = (definition ?? Web).Arn, DesiredCount = 1 }), definition ?? Web, [], null, "arn:aws:iam::000000000000:root", null));

    public Service Found(string name = "web") => State.Services[name];

    /// <summary>Runs what was placed and lets it become healthy.</summary>
    public void Steady()
    {
        for (var round = 0; round < 10; round++)
        {
            RunAll();
            Wait(TimeSpan.FromSeconds(41));
            foreach (var task in Tasks(TaskPhase.Stopping))
            {
                Report(task, EcsTaskStatus.Stopped);
            }
        }
    }

    public IReadOnlyList<EcsTask> Tasks(TaskPhase phase = TaskPhase.Live) =>
        [.. State.Tasks.Values.Where(task => task.Phase == phase).OrderBy(task => task.CreatedAt).ThenBy(task => task.Id, StringComparer.Ordinal)];

    public void Report(EcsTask task, EcsTaskStatus status, string reason = "") => Do(new SubmitTaskStateChangeCommand(task.Id) { Status = status, Reason = reason });

    public void RunAll()
    {
        foreach (var task in Tasks().Where(task => task.LastStatus == EcsTaskStatus.Pending))
        {
            Report(task, EcsTaskStatus.Running);
        }
    }

    public void Target(EcsTask task, TaskTargetState state) => Do(new ReportTaskTargetCommand(task.Id, new(TargetGroup, "i-1", 8080, state)));

    public string[] Messages(string service = "web") => [.. State.Services[service].Events.Select(line => line.Message)];

    private sealed class Ids : IIdSource
    {
        private int last;

        public string NextHexId() => $"{++last:x32}";

        public string NextUuid() => $"{++last:x8}-0000-0000-0000-000000000000";

        public string NextDigits19() => $"{++last:d19}";

        public int NextIndex(int exclusiveMax) => 0;
    }
}
