using System.Collections.Immutable;

namespace Berth.Domain.Tests;

/// <summary>Load balancing of one region, told what to do at a clock of its own.</summary>
internal sealed class Scene
{
    private static readonly ImmutableSortedDictionary<string, string> NoTags = ImmutableSortedDictionary<string, string>.Empty;
    private readonly CountingIds ids = new();

    public LoadBalancingAggregate Aggregate { get; } = new("000000000000", "us-east-1");

    public DateTimeOffset Now { get; set; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public LoadBalancingState State => Aggregate.State;

    /// <summary>Executes a command as an engine does; answers its facts and those of settling.</summary>
    public IReadOnlyList<LoadBalancingEvent> After<TResult>(Command<LoadBalancingAggregate, TResult> command)
    {
        Do(command);
        return Aggregate.TakeRecorded();
    }

    public TResult Do<TResult>(Command<LoadBalancingAggregate, TResult> command)
    {
        Aggregate.TakeRecorded();
        var context = new DecisionContext(Now, ids);
        var result = command.Decide(Aggregate, context);
        Aggregate.Settle(context);
        return result;
    }

    public IReadOnlyList<LoadBalancingEvent> Settled(TimeSpan later)
    {
        Aggregate.TakeRecorded();
        Now += later;
        Aggregate.Settle(new(Now, ids));
        return Aggregate.TakeRecorded();
    }

    public string LoadBalancer(string name = "web") =>
        Do(new CreateLoadBalancer { Name = name, Scheme = "internet-facing", VpcId = "vpc-1" }).Arn;

    public string Group(string name = "web") =>
        Do(new CreateTargetGroup { Name = name, Protocol = "HTTP", Port = 80, TargetType = "ip", HealthCheck = new() }).Arn;

    public string Listener(string loadBalancer, string group, int port = 80) =>
        Do(new CreateListener(loadBalancer, port, "HTTP", To(group), NoTags)).Arn;

    public string Rule(string listener, string group, int priority) =>
        Do(new CreateRule(listener, priority, [new() { Field = "path-pattern", Values = [$"/{priority}"] }], To(group), NoTags)).Arn;

    /// <summary>A group a listener sends to, with one target of this health.</summary>
    public (string Group, TargetKey Target) WithTarget(TargetHealth health)
    {
        var group = Group();
        Listener(LoadBalancer(), group);
        Register(group);
        var key = new TargetKey("10.0.0.1", 80);
        Do(new ReportTargetHealth([new(group, key, State.TargetsOf(group)[key].Generation, health)]));
        return (group, key);
    }

    public IReadOnlyList<LoadBalancingEvent> Register(string group, string address = "10.0.0.1", string? owner = null) =>
        After(new RegisterTargets(group, [new(address, null, null, null, owner)]));

    public static RoutingAction To(string group) => new() { Forward = new([new(group, 1)]) };

    private sealed class CountingIds : IIdSource
    {
        private int last;

        public string NextHexId() => $"{++last:x16}{0:x16}";

        public string NextUuid() => new Guid(++last, 0, 0, new byte[8]).ToString();

        public string NextDigits19() => $"{++last:d19}";

        public int NextIndex(int exclusiveMax) => ++last % exclusiveMax;
    }
}
