using System.Collections.Immutable;
using CsCheck;

namespace Berth.Domain.Tests;

/// <summary>Clusters, queries and requests from few names and values, so that they meet.</summary>
internal static class RandomClusters
{
    public static readonly Gen<ClusterQuery> Queries = Gen.Recursive<ClusterQuery>((depth, inner) => depth > 3
        ? Comparisons
        : Gen.Frequency(
            (4, Comparisons),
            (1, Gen.Select(inner, inner, (left, right) => (ClusterQuery)new ClusterQuery.And(left, right))),
            (1, Gen.Select(inner, inner, (left, right) => (ClusterQuery)new ClusterQuery.Or(left, right))),
            (1, inner.Select(operand => (ClusterQuery)new ClusterQuery.Not(operand)))));

    public static readonly Gen<PlacementRequest> Requests = Gen.Select(
        Gen.Int[0, 400],
        Gen.Int[0, 400],
        AnyOf<int[]>([], [], [80], [80, 443], [22], [53]),
        AnyOf<string[]>([], [], ["stack"], ["flag", "stack"]),
        Strategies.Array[0, 3],
        Gen.Frequency(
            (2, Gen.Const<ImmutableArray<PlacementConstraint>>([])),
            (1, Gen.Const<ImmutableArray<PlacementConstraint>>([new("distinctInstance", null)])),
            (3, Queries.Select(query => ImmutableArray.Create(new PlacementConstraint("memberOf", query.ToString()))))),
        Gen.Select(AnyOf("service:a", "service:b", "g"), AnyOf<string[]>([], [], ["a"], ["a", "b"]), Gen.Int[0, 5]),
        (cpu, memory, ports, attributes, strategies, constraints, more) => new PlacementRequest(
            ClusterScene.Web with { RequiresAttributes = [.. attributes] },
            new(cpu, memory, [.. ports.Where(port => port != 53)], [.. ports.Where(port => port == 53)]) { Gpus = more.Item3 == 5 ? 1 : 0 },
            more.Item1,
            [.. strategies],
            constraints)
        { Zones = [.. more.Item2] });

    private static Gen<PlacementStrategy> Strategies => AnyOf<PlacementStrategy>(
        new("binpack", "CPU"),
        new("binpack", "memory"),
        new("spread", "instanceId"),
        new("spread", "attribute:ecs.availability-zone"),
        new("spread", "attribute:stack"),
        new("spread", "attribute:rack"),
        new("random", null));

    private static Gen<string> Values => AnyOf("a", "b", "c", "10", "9", "it's", "x y", "", "t2.small", "or", "[q]", "a,b");

    private static Gen<ClusterQuery> Comparisons => Gen.OneOf<ClusterQuery.Comparison>(
        Gen.Select(AnyOf("stack", "flag", "rack", "ecs.availability-zone", "nobody"), Gen.Enum<QueryOperator>(), Values.Array[1, 3], (name, given, values) => Compare(new(QuerySubjectKind.Attribute, name), given, values)),
        Gen.Select(AnyOf(QueryOperator.Equal, QueryOperator.NotEqual, QueryOperator.Matches), AnyOf("true", "false"), (given, value) => Compare(new(QuerySubjectKind.AgentConnected), given, [value])),
        Gen.Select(AnyOf(QueryOperator.Equal, QueryOperator.NotEqual, QueryOperator.In, QueryOperator.NotIn, QueryOperator.Matches, QueryOperator.NotMatches), AnyOf("service:a", "g", "nobody"), Values, (given, group, other) => Compare(new(QuerySubjectKind.TaskGroup), given, [group, other])),
        Gen.Select(Ordered, Gen.Int[0, 3], (given, count) => Compare(new(QuerySubjectKind.RunningTasksCount), given, [$"{count}"])),
        Gen.Select(Ordered, AnyOf("1.0.0", "1.9.0", "1.10.0"), (given, version) => Compare(new(QuerySubjectKind.AgentVersion), given, [version])),
        Gen.Select(Ordered, AnyOf("2030-01-01", "2030-01-01T00:00:00Z", "2030-01-01T00:00:05+00:00", "2029-12-31T23:59:59"), (given, moment) => Compare(new(QuerySubjectKind.RegisteredAt), given, [moment])),
        Gen.Select(AnyOf(QueryOperator.Equal, QueryOperator.Matches), AnyOf("i-0", "i-.*", "i-1"), (given, id) => Compare(new(QuerySubjectKind.Ec2InstanceId), given, [id]))).Select(comparison => (ClusterQuery)comparison);

    internal static Gen<T> AnyOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(at => values[at]);

    private static Gen<QueryOperator> Ordered => AnyOf(
        QueryOperator.Equal, QueryOperator.NotEqual, QueryOperator.Greater, QueryOperator.GreaterOrEqual, QueryOperator.Less, QueryOperator.LessOrEqual);

    private static ClusterQuery.Comparison Compare(QuerySubject subject, QueryOperator given, string[] values) => new ClusterQuery.Comparison(subject, given, given switch
    {
        QueryOperator.Exists or QueryOperator.NotExists => [],
        QueryOperator.In or QueryOperator.NotIn => [.. values],
        _ => [values[0]],
    });
}
