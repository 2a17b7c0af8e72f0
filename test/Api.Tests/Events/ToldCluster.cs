using System.Text.Json;
using Berth.Domain;
using Berth.Engine;

namespace Berth.Api.Tests;

/// <summary>A cluster driven one command at a time, and the state change events of what happened.</summary>
internal sealed class ToldCluster
{
    private static readonly StreamId Stream = StreamId.Cluster("000000000000", "us-east-1", "default");

    private readonly RandomIds ids = new();
    private readonly ClusterAggregate cluster = new("000000000000", "us-east-1", "default", new());
    private ClusterState told;
    private long seq;

    public ToldCluster()
    {
        told = cluster.State;
        Do(new CreateClusterCommand([], null, null, []));
    }

    public static TaskDefinition Web { get; } = new()
    {
        Arn = "arn:aws:ecs:us-east-1:000000000000:task-definition/web:1",
        Family = "web",
        Revision = 1,
        Document = JsonElement.Parse("""{"family":"web"}"""),
        NetworkMode = "bridge",
        Containers = [new ContainerDefinition { Name = "web", Image = "web", CpuUnits = 100, MemoryMiB = 100, PortMappings = [new(80, 0, "tcp")] }],
    };

    public DateTimeOffset Now { get; private set; } = new(2030, 1, 1, 12, 0, 0, 250, TimeSpan.Zero);

    public ClusterState State => cluster.State;

    /// <summary>The events of the last step, and twice derived so that a difference between the two would show.</summary>
    public List<StateChangeEvent> Events { get; private set; } = [];

    public EcsTask Task => cluster.State.Tasks.Values.Single();

    public T Do<T>(Command<ClusterAggregate, T> command)
    {
        var context = new DecisionContext(Now, ids);
        var result = command.Decide(cluster, context);
        cluster.Settle(context);
        Tell();
        return result;
    }

    public void Wait(TimeSpan span)
    {
        Now += span;
        cluster.Settle(new(Now, ids));
        Tell();
    }

    public string Instance()
    {
        var id = Do(new RegisterContainerInstanceCommand(null, null, "127.0.0.1", new(1000, 1000, [22], []), [], [], null)).Id;
        Do(new ConnectAgentCommand(id, new("1", "berth", "20")));
        return id;
    }

    public void Service(int desired) => Do(new CreateServiceCommand(
        "web", new() { TaskDefinitionArn = Web.Arn, DesiredCount = desired }, Web, [], null, "arn:aws:iam::000000000000:root", null));

    public IEnumerable<string> Names() => Events.Select(told => told.Detail["eventName"]?.GetValue<string>() ?? told.DetailType);

    private void Tell()
    {
        Events = [];
        foreach (var fact in cluster.TakeRecorded())
        {
            var after = told.Apply(fact, cluster.Limits);
            var events = StateChanges.Of(Stream, ++seq, Now, fact, told, after);
            StateChanges.Of(Stream, seq, Now, fact, told, after).Select(again => again.Id).ShouldBe(events.Select(once => once.Id));
            Events.AddRange(events);
            told = after;
        }
    }
}
