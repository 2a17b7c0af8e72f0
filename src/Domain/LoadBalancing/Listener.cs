using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>A port of a load balancer, and what is done with a request no rule takes.</summary>
public sealed record Listener
{
    /// <summary><c>…:listener/app/NAME/LOADBALANCER/ID</c>.</summary>
    public required string Arn { get; init; }

    /// <summary>The load balancer.</summary>
    public required string LoadBalancerArn { get; init; }

    /// <summary>1 to 65535; unique on the load balancer.</summary>
    public required int Port { get; init; }

    /// <summary><c>HTTP</c>.</summary>
    public required string Protocol { get; init; }

    /// <summary>The ARN of the rule without conditions that every listener has.</summary>
    public required string DefaultRuleArn { get; init; }

    /// <summary>What that rule does.</summary>
    public required RoutingAction DefaultAction { get; init; }

    /// <summary>Attributes that were set.</summary>
    public ImmutableSortedDictionary<string, string> Attributes { get => field ?? ImmutableSortedDictionary<string, string>.Empty; init; }

    /// <summary>Tags.</summary>
    public ImmutableSortedDictionary<string, string> Tags { get => field ?? ImmutableSortedDictionary<string, string>.Empty; init; }
}

/// <summary>A rule of a listener: the conditions that must all hold, and what is done then.</summary>
public sealed record ListenerRule
{
    /// <summary><c>…:listener-rule/app/NAME/LOADBALANCER/LISTENER/ID</c>.</summary>
    public required string Arn { get; init; }

    /// <summary>The listener.</summary>
    public required string ListenerArn { get; init; }

    /// <summary>1 to 50000; the lowest that matches wins; unique on the listener.</summary>
    public required int Priority { get; init; }

    /// <summary>All must hold.</summary>
    public required ImmutableArray<RoutingCondition> Conditions { get; init; }

    /// <summary>What is done.</summary>
    public required RoutingAction Action { get; init; }

    /// <summary>Tags.</summary>
    public ImmutableSortedDictionary<string, string> Tags { get => field ?? ImmutableSortedDictionary<string, string>.Empty; init; }
}

/// <summary>What is done with a request: exactly one of the three members is set.</summary>
public sealed record RoutingAction
{
    /// <summary>The order the caller gave, only to be answered.</summary>
    public int? Order { get; init; }

    /// <summary>Send it to a target group.</summary>
    public ForwardAction? Forward { get; init; }

    /// <summary>Answer it here.</summary>
    public FixedResponseAction? FixedResponse { get; init; }

    /// <summary>Send the client elsewhere.</summary>
    public RedirectAction? Redirect { get; init; }

    /// <summary>The target groups it names.</summary>
    public IEnumerable<string> TargetGroupArns() => Forward is null ? [] : Forward.TargetGroups.Select(group => group.TargetGroupArn);

    /// <summary>Whether both do the same, compared by content.</summary>
    public bool IsSame(RoutingAction other) =>
        FixedResponse == other.FixedResponse
        && Redirect == other.Redirect
        && (Forward?.TargetGroups ?? []).SequenceEqual(other.Forward?.TargetGroups ?? []);
}

/// <summary>Forwards to target groups by weight.</summary>
/// <param name="TargetGroups">One to five.</param>
public sealed record ForwardAction(ImmutableArray<WeightedTargetGroup> TargetGroups);

/// <summary>A target group and its share.</summary>
/// <param name="TargetGroupArn">The target group.</param>
/// <param name="Weight">0 to 999; 0 = none of the traffic.</param>
public sealed record WeightedTargetGroup(string TargetGroupArn, int Weight);

/// <summary>An answer the balancer gives by itself.</summary>
public sealed record FixedResponseAction(int StatusCode, string? ContentType, string? MessageBody);

/// <summary>A redirect; members may hold <c>#{protocol}</c>, <c>#{host}</c>, <c>#{port}</c>, <c>#{path}</c> and <c>#{query}</c>.</summary>
public sealed record RedirectAction(string Protocol, string Host, string Port, string Path, string Query, int StatusCode);

/// <summary>One condition of a rule; it holds when one of its values matches.</summary>
public sealed record RoutingCondition
{
    /// <summary><c>path-pattern</c>, <c>host-header</c>, <c>http-header</c>, <c>http-request-method</c>, <c>query-string</c> or <c>source-ip</c>.</summary>
    public required string Field { get; init; }

    /// <summary>Patterns, methods or CIDR blocks; empty for <c>query-string</c>.</summary>
    public ImmutableArray<string> Values { get => field.IsDefault ? [] : field; init; }

    /// <summary>The header's name, for <c>http-header</c>.</summary>
    public string? HttpHeaderName { get; init; }

    /// <summary>Pairs, for <c>query-string</c>; a null key means any.</summary>
    public ImmutableArray<QueryStringPattern> QueryStrings { get => field.IsDefault ? [] : field; init; }

    /// <summary>Whether two lists of conditions are the same, compared by content.</summary>
    public static bool AreSame(ImmutableArray<RoutingCondition> some, ImmutableArray<RoutingCondition> others) =>
        some.Length == others.Length && some.Zip(others).All(pair => pair.First.IsSame(pair.Second));

    private bool IsSame(RoutingCondition other) =>
        Field == other.Field
        && HttpHeaderName == other.HttpHeaderName
        && Values.SequenceEqual(other.Values)
        && QueryStrings.SequenceEqual(other.QueryStrings);
}

/// <summary>A query string parameter by name and pattern.</summary>
public sealed record QueryStringPattern(string? Key, string Value);
