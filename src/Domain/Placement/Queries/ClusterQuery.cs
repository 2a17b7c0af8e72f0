using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Berth.Domain;

/// <summary>What a comparison of the cluster query language is about.</summary>
public enum QuerySubjectKind
{
    /// <summary><c>agentConnected</c></summary>
    AgentConnected,

    /// <summary><c>agentVersion</c></summary>
    AgentVersion,

    /// <summary><c>attribute:NAME</c></summary>
    Attribute,

    /// <summary><c>ec2InstanceId</c></summary>
    Ec2InstanceId,

    /// <summary><c>registeredAt</c></summary>
    RegisteredAt,

    /// <summary><c>runningTasksCount</c></summary>
    RunningTasksCount,

    /// <summary><c>task:group</c></summary>
    TaskGroup,
}

/// <summary>An operator of the cluster query language.</summary>
public enum QueryOperator
{
    /// <summary><c>==</c></summary>
    Equal,

    /// <summary><c>!=</c></summary>
    NotEqual,

    /// <summary><c>&gt;</c></summary>
    Greater,

    /// <summary><c>&gt;=</c></summary>
    GreaterOrEqual,

    /// <summary><c>&lt;</c></summary>
    Less,

    /// <summary><c>&lt;=</c></summary>
    LessOrEqual,

    /// <summary><c>exists</c></summary>
    Exists,

    /// <summary><c>!exists</c></summary>
    NotExists,

    /// <summary><c>in</c></summary>
    In,

    /// <summary><c>!in</c></summary>
    NotIn,

    /// <summary><c>=~</c></summary>
    Matches,

    /// <summary><c>!~</c></summary>
    NotMatches,
}

/// <summary>A subject; <paramref name="Attribute"/> is the attribute's name where it is one, else null.</summary>
public sealed record QuerySubject(QuerySubjectKind Kind, string? Attribute = null)
{
    /// <inheritdoc/>
    public override string ToString() => Kind == QuerySubjectKind.Attribute ? $"attribute:{Attribute}" : QueryWords.Subject(Kind);
}

/// <summary>What is wrong with an expression, and where.</summary>
/// <param name="Position">The first offending character, counted from 1.</param>
/// <param name="Message">A sentence without its full stop.</param>
public sealed record ClusterQueryError(int Position, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Message} (at character {Position})";
}

/// <summary>
/// An expression of the cluster query language, which says of a container instance yes or no. Its text
/// (<see cref="object.ToString"/>) reads back as the same expression.
/// </summary>
/// <remarks>Source: developer guide, "Create expressions to define container instances for Amazon ECS tasks".</remarks>
public abstract record ClusterQuery
{
    /// <summary>Characters an expression may have.</summary>
    public const int MostLength = 2_000;

    private ClusterQuery()
    {
    }

    /// <summary>Reads an expression.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ClusterQuery? query, [NotNullWhen(false)] out ClusterQueryError? error)
    {
        (query, var wrong) = ClusterQueryParser.Parse(text ?? "");
        error = query is null ? wrong! : null;    // One of both is there.
        return error is null;
    }

    /// <summary>The query on instances of a state, one after another; their tasks are looked at only where it asks for them.</summary>
    public Func<ContainerInstance, bool> Over(ClusterState state)
    {
        var test = QueryTest.Of(this);
        return instance => test.Holds(new InstanceOf(state, instance));
    }

    private sealed class InstanceOf(ClusterState state, ContainerInstance instance) : QueriedInstance(instance)
    {
        public override int RunningTasksCount => state.TaskIndex.Of(TaskFilter.ContainerInstance, Instance.Id, TaskPhase.Live).Count;

        public override IEnumerable<string> TaskGroups =>
            state.TasksOn(Instance.Id, TaskPhase.Live).Concat(state.TasksOn(Instance.Id, TaskPhase.Stopping)).Select(task => task.Group).Distinct(StringComparer.Ordinal);
    }

    /// <summary>Whether either holds.</summary>
    public sealed record Or(ClusterQuery Left, ClusterQuery Right) : ClusterQuery
    {
        /// <inheritdoc/>
        public override string ToString() => $"{Left} or {(Right is Or ? $"({Right})" : Right.ToString())}";
    }

    /// <summary>Whether both hold.</summary>
    public sealed record And(ClusterQuery Left, ClusterQuery Right) : ClusterQuery
    {
        /// <inheritdoc/>
        public override string ToString() => $"{(Left is Or ? $"({Left})" : Left.ToString())} and {(Right is Or or And ? $"({Right})" : Right.ToString())}";
    }

    /// <summary>Whether it does not hold.</summary>
    public sealed record Not(ClusterQuery Operand) : ClusterQuery
    {
        /// <inheritdoc/>
        public override string ToString() => $"not {(Operand is Or or And ? $"({Operand})" : Operand.ToString())}";
    }

    /// <summary>One comparison.</summary>
    /// <param name="Subject">What is compared.</param>
    /// <param name="Operator">How.</param>
    /// <param name="Values">With what: none for <c>exists</c>, one or more for <c>in</c>, else one.</param>
    public sealed record Comparison(QuerySubject Subject, QueryOperator Operator, ImmutableArray<string> Values) : ClusterQuery
    {
        /// <inheritdoc/>
        public bool Equals(Comparison? other) =>
            other is not null && Subject == other.Subject && Operator == other.Operator && Values.AsSpan().SequenceEqual(other.Values.AsSpan());

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Subject, Operator, Values.Length > 0 ? Values[0] : "");

        /// <inheritdoc/>
        public override string ToString() => Operator switch
        {
            QueryOperator.Exists or QueryOperator.NotExists => $"{Subject} {QueryWords.Symbol(Operator)}",
            QueryOperator.In or QueryOperator.NotIn => $"{Subject} {QueryWords.Symbol(Operator)} [{string.Join(", ", Values.Select(QueryWords.Literal))}]",
            _ => $"{Subject} {QueryWords.Symbol(Operator)} {QueryWords.Literal(Values[0])}",
        };
    }
}
