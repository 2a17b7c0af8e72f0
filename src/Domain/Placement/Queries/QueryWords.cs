using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>The vocabulary of the cluster query language: how subjects and operators are spelled, and which go together.</summary>
internal static class QueryWords
{
    /// <summary>What an attribute's name follows.</summary>
    public const string AttributePrefix = "attribute:";

    private static readonly ImmutableArray<QueryOperator> Texts =
    [
        QueryOperator.Equal, QueryOperator.NotEqual, QueryOperator.In, QueryOperator.NotIn, QueryOperator.Matches, QueryOperator.NotMatches,
    ];

    private static readonly ImmutableArray<QueryOperator> Ordered =
    [
        QueryOperator.Equal, QueryOperator.NotEqual, QueryOperator.Greater, QueryOperator.GreaterOrEqual, QueryOperator.Less, QueryOperator.LessOrEqual,
    ];

    private static readonly FrozenDictionary<QuerySubjectKind, (string Word, ImmutableArray<QueryOperator> Operators)> Subjects =
        new Dictionary<QuerySubjectKind, (string, ImmutableArray<QueryOperator>)>
        {
            [QuerySubjectKind.AgentConnected] = ("agentConnected", Texts),
            [QuerySubjectKind.AgentVersion] = ("agentVersion", Ordered),
            [QuerySubjectKind.Attribute] = (AttributePrefix, [.. Enum.GetValues<QueryOperator>()]),
            [QuerySubjectKind.Ec2InstanceId] = ("ec2InstanceId", Texts),
            [QuerySubjectKind.RegisteredAt] = ("registeredAt", Ordered),
            [QuerySubjectKind.RunningTasksCount] = ("runningTasksCount", Ordered),
            [QuerySubjectKind.TaskGroup] = ("task:group", Texts),
        }.ToFrozenDictionary();

    /// <summary>Longest first, so that <c>&gt;=</c> is not read as <c>&gt;</c>.</summary>
    private static readonly ImmutableArray<(string Text, QueryOperator Operator)> Symbols =
    [
        ("!exists", QueryOperator.NotExists), ("!in", QueryOperator.NotIn),
        ("==", QueryOperator.Equal), ("!=", QueryOperator.NotEqual), (">=", QueryOperator.GreaterOrEqual), ("<=", QueryOperator.LessOrEqual),
        ("=~", QueryOperator.Matches), ("!~", QueryOperator.NotMatches), (">", QueryOperator.Greater), ("<", QueryOperator.Less),
    ];

    private static readonly FrozenDictionary<string, QueryOperator> Words = new Dictionary<string, QueryOperator>
    {
        ["equals"] = QueryOperator.Equal,
        ["not_equals"] = QueryOperator.NotEqual,
        ["greater_than"] = QueryOperator.Greater,
        ["greater_than_equal"] = QueryOperator.GreaterOrEqual,
        ["less_than"] = QueryOperator.Less,
        ["less_than_equal"] = QueryOperator.LessOrEqual,
        ["exists"] = QueryOperator.Exists,
        ["not_exists"] = QueryOperator.NotExists,
        ["in"] = QueryOperator.In,
        ["not_in"] = QueryOperator.NotIn,
        ["matches"] = QueryOperator.Matches,
        ["not_matches"] = QueryOperator.NotMatches,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static string Subject(QuerySubjectKind kind) => Subjects[kind].Word;

    public static bool Takes(QuerySubjectKind kind, QueryOperator given) => Subjects[kind].Operators.Contains(given);

    /// <summary>The subject a text begins with, and how long its word is; keywords in any case.</summary>
    public static (QuerySubjectKind Kind, int Length)? SubjectAt(ReadOnlySpan<char> text)
    {
        foreach (var (kind, (word, _)) in Subjects)
        {
            var isWhole = text.StartsWith(word, StringComparison.OrdinalIgnoreCase)
                && (kind == QuerySubjectKind.Attribute || text.Length == word.Length || !IsNameCharacter(text[word.Length]));
            if (isWhole)
            {
                return (kind, word.Length);
            }
        }

        return null;
    }

    /// <summary>The operator a text begins with, and how long it is.</summary>
    public static (QueryOperator Operator, int Length)? OperatorAt(ReadOnlySpan<char> text)
    {
        foreach (var (symbol, found) in Symbols)
        {
            // A symbol made of letters ends where they end: "!inside" is no operator.
            if (text.StartsWith(symbol, StringComparison.OrdinalIgnoreCase)
                && !(char.IsLetter(symbol[^1]) && text.Length > symbol.Length && IsWordCharacter(text[symbol.Length])))
            {
                return (found, symbol.Length);
            }
        }

        var length = 0;
        while (length < text.Length && IsWordCharacter(text[length]))
        {
            length++;
        }

        return Words.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text[..length], out var word) ? (word, length) : null;
    }

    public static string Symbol(QueryOperator given) =>
        given switch
        {
            QueryOperator.Exists => "exists",
            QueryOperator.In => "in",
            _ => Symbols.First(symbol => symbol.Operator == given).Text,
        };

    /// <summary>Characters of attributes' names.</summary>
    public static bool IsNameCharacter(char character) =>
        char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '/' or '.' or '\\' or ':';

    public static bool IsWordCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character == '_';

    /// <summary>A value as it is written in an expression: quoted where it must be.</summary>
    public static string Literal(string value) =>
        value.Length > 0 && value.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '/' or '.' or ':' or '+' or '*' or '@' or '\\')
            ? value
            : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
}
