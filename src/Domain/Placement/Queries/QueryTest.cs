using System.Collections.Frozen;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Berth.Domain;

/// <summary>A container instance as a query sees it.</summary>
/// <param name="instance">The instance.</param>
public class QueriedInstance(ContainerInstance instance)
{
    /// <summary>The instance.</summary>
    public ContainerInstance Instance { get; } = instance;

    /// <summary>Its tasks whose desired status is RUNNING.</summary>
    public virtual int RunningTasksCount => 0;

    /// <summary>The groups of the tasks that hold resources of it.</summary>
    public virtual IEnumerable<string> TaskGroups => [];
}

/// <summary>
/// A query made ready to be asked often: numbers, versions, moments and patterns are read once. An absent attribute or
/// version equals nothing: <c>==</c>, <c>in</c>, <c>=~</c> and orders do not hold for it, <c>!=</c>, <c>!in</c> and
/// <c>!~</c> do. An attribute without a value counts as one with an empty value.
/// </summary>
internal abstract class QueryTest
{
    /// <summary>Patterns run in time linear in the value; this is for the clock that jumps.</summary>
    private static readonly TimeSpan MostPatternTime = TimeSpan.FromSeconds(1);

    private static readonly string[] MomentFormats = ["yyyy-MM-dd", "yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mm:ss.FFFFFFF"];

    /// <summary>Whether it holds for the instance.</summary>
    public abstract bool Holds(QueriedInstance queried);

    /// <summary>The test of a query that was parsed.</summary>
    public static QueryTest Of(ClusterQuery query) => query switch
    {
        ClusterQuery.Or or => new Either(Of(or.Left), Of(or.Right)),
        ClusterQuery.And and => new Both(Of(and.Left), Of(and.Right)),
        ClusterQuery.Not not => new Negation(Of(not.Operand)),
        ClusterQuery.Comparison comparison => Of(comparison),
        _ => throw new UnreachableException($"Unknown query {query.GetType().Name}."),
    };

    /// <summary>Why a comparison's values cannot be compared with its subject; null when they can.</summary>
    public static string? WhatIsWrong(ClusterQuery.Comparison comparison)
    {
        if (comparison.Operator is QueryOperator.Matches or QueryOperator.NotMatches)
        {
            return Pattern(comparison.Values[0], out var wrong) is null ? wrong : null;
        }

        foreach (var value in comparison.Values)
        {
            var wrong = comparison.Subject.Kind switch
            {
                QuerySubjectKind.AgentConnected when !bool.TryParse(value, out _) => "true or false",
                QuerySubjectKind.AgentVersion when Version(value) is null => "a version, such as 1.90.0",
                QuerySubjectKind.RegisteredAt when Moment(value) is null => "a time, such as 2018-06-18T22:28:28Z or 2018-06-18",
                QuerySubjectKind.RunningTasksCount when Number(value) is null => "a whole number",
                _ => null,
            };
            if (wrong is not null)
            {
                return $"'{value}' is not {wrong}";
            }
        }

        return null;
    }

    /// <summary>The test of a <c>task:group</c> comparison on one group's name, its negation left aside.</summary>
    internal static (Func<string, bool> Holds, bool IsNegated) OfGroups(ClusterQuery.Comparison comparison) =>
        (TextTest(comparison), IsNegative(comparison.Operator));

    internal static int Number(ClusterQuery.Comparison comparison) => Number(comparison.Values[0])!.Value;    // Checked by the parser.

    private static Plain Of(ClusterQuery.Comparison comparison)
    {
        var value = comparison.Values is [var first, ..] ? first : "";
        switch (comparison.Subject.Kind)
        {
            case QuerySubjectKind.AgentVersion:
                var version = Version(value)!;    // The values were checked by the parser, here and below.
                return Order(comparison, queried => Version(queried.Instance.Agent?.Version) is { } known ? Compare(known, version) : null);
            case QuerySubjectKind.RegisteredAt:
                var moment = Moment(value)!.Value;
                return Order(comparison, queried => Seconds(queried.Instance.RegisteredAt).CompareTo(Seconds(moment)));
            case QuerySubjectKind.RunningTasksCount:
                var count = Number(value)!.Value;
                return Order(comparison, queried => queried.RunningTasksCount.CompareTo(count));
            case QuerySubjectKind.TaskGroup:
                var (holds, isNegated) = OfGroups(comparison);
                return new(queried => isNegated ^ queried.TaskGroups.Any(holds));
            case QuerySubjectKind.Attribute when comparison.Operator is QueryOperator.Greater or QueryOperator.GreaterOrEqual or QueryOperator.Less or QueryOperator.LessOrEqual:
                var name = comparison.Subject.Attribute!;
                return Order(comparison, queried => queried.Instance.Attributes.TryGetValue(name, out var known) ? CompareTexts(known.Value ?? "", value) : null);
            default:
                return Text(comparison);
        }
    }

    private static Plain Text(ClusterQuery.Comparison comparison)
    {
        var isNegated = IsNegative(comparison.Operator);
        var holds = TextTest(comparison);
        var attribute = comparison.Subject.Attribute;
        return comparison.Subject.Kind switch
        {
            QuerySubjectKind.AgentConnected => new(queried => isNegated ^ holds(queried.Instance.AgentConnected ? "true" : "false")),
            QuerySubjectKind.Ec2InstanceId => new(queried => isNegated ^ holds(queried.Instance.Ec2InstanceId)),
            _ => new(queried => isNegated ^ (queried.Instance.Attributes.TryGetValue(attribute!, out var known) && holds(known.Value ?? ""))),
        };
    }

    private static Func<string, bool> TextTest(ClusterQuery.Comparison comparison)
    {
        switch (comparison.Operator)
        {
            case QueryOperator.Exists or QueryOperator.NotExists:
                return _ => true;
            case QueryOperator.Matches or QueryOperator.NotMatches:
                var pattern = Pattern(comparison.Values[0], out _)!;    // Checked by the parser.
                return text => IsMatch(pattern, text);
            default:
                var comparer = comparison.Subject.Kind == QuerySubjectKind.AgentConnected ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
                var values = comparison.Values.ToFrozenSet(comparer);
                return values.Contains;
        }
    }

    private static Plain Order(ClusterQuery.Comparison comparison, Func<QueriedInstance, int?> compare) => comparison.Operator switch
    {
        QueryOperator.Equal => new(queried => compare(queried) == 0),
        QueryOperator.NotEqual => new(queried => compare(queried) != 0),
        QueryOperator.Greater => new(queried => compare(queried) > 0),
        QueryOperator.GreaterOrEqual => new(queried => compare(queried) >= 0),
        QueryOperator.Less => new(queried => compare(queried) < 0),
        QueryOperator.LessOrEqual => new(queried => compare(queried) <= 0),
        _ => throw new UnreachableException($"{comparison.Operator} is no order."),
    };

    private static bool IsNegative(QueryOperator given) =>
        given is QueryOperator.NotEqual or QueryOperator.NotExists or QueryOperator.NotIn or QueryOperator.NotMatches;

    private static bool IsMatch(Regex pattern, string text)
    {
        try
        {
            return pattern.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    /// <summary>A pattern for the whole value, which is never matched by backtracking.</summary>
    private static Regex? Pattern(string text, out string? wrong)
    {
        try
        {
            // Read alone first: "a)(b" would else be taken in by the group around it.
            _ = new Regex(text, RegexOptions.CultureInvariant);
            wrong = null;
            return new(@"\A(?:" + text + @")\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, MostPatternTime);
        }
        catch (ArgumentException)
        {
            wrong = $"'{text}' is not a regular expression";
        }
        catch (NotSupportedException)
        {
            wrong = $"'{text}' is a regular expression with lookarounds, back-references or too many repetitions, which are not supported";
        }

        return null;
    }

    private static int? Number(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static DateTimeOffset? Moment(string text)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParseExact(text, MomentFormats, CultureInfo.InvariantCulture, Utc, out var moment)
            || DateTimeOffset.TryParseExact(text, [.. MomentFormats[1..].Select(format => $"{format}K")], CultureInfo.InvariantCulture, Utc, out moment)
            ? moment
            : null;
    }

    private static long Seconds(DateTimeOffset moment) => moment.ToUnixTimeSeconds();

    /// <summary>The numbers of <c>1.90.0</c>; what follows a part's digits, as in <c>1.90.0-beta</c>, does not count.</summary>
    private static int[]? Version(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        var parts = (text[0] == 'v' ? text[1..] : text).Split('.');
        var numbers = new int[parts.Length];
        for (var part = 0; part < parts.Length; part++)
        {
            var digits = parts[part].AsSpan();
            var end = digits.IndexOfAnyExceptInRange('0', '9');
            if (!int.TryParse(end < 0 ? digits : digits[..end], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[part]))
            {
                return null;
            }
        }

        return numbers;
    }

    private static int Compare(int[] left, int[] right)
    {
        for (var part = 0; part < Math.Max(left.Length, right.Length); part++)
        {
            var order = (part < left.Length ? left[part] : 0).CompareTo(part < right.Length ? right[part] : 0);
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    /// <summary>As numbers where both are, else as texts.</summary>
    private static int CompareTexts(string left, string right) =>
        decimal.TryParse(left, NumberStyles.Number, CultureInfo.InvariantCulture, out var leftNumber)
        && decimal.TryParse(right, NumberStyles.Number, CultureInfo.InvariantCulture, out var rightNumber)
            ? leftNumber.CompareTo(rightNumber)
            : string.CompareOrdinal(left, right);

    private sealed class Either(QueryTest left, QueryTest right) : QueryTest
    {
        public override bool Holds(QueriedInstance queried) => left.Holds(queried) || right.Holds(queried);
    }

    private sealed class Both(QueryTest left, QueryTest right) : QueryTest
    {
        public override bool Holds(QueriedInstance queried) => left.Holds(queried) && right.Holds(queried);
    }

    private sealed class Negation(QueryTest operand) : QueryTest
    {
        public override bool Holds(QueriedInstance queried) => !operand.Holds(queried);
    }

    private sealed class Plain(Func<QueriedInstance, bool> holds) : QueryTest
    {
        public override bool Holds(QueriedInstance queried) => holds(queried);
    }
}
