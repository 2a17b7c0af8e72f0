using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>
/// Reads the cluster query language, a function a rule of its grammar. Precedence, tightest first: <c>not</c>,
/// <c>and</c>, <c>or</c>. Within quotes, the quote itself is written twice.
/// </summary>
internal sealed class ClusterQueryParser
{
    /// <summary>How deep parentheses and negations may nest: the parser and everything after it recurse as deep.</summary>
    private const int MostDepth = 100;

    private readonly string text;
    private int at;
    private int depth;

    private ClusterQueryParser(string text) => this.text = text;

    public static (ClusterQuery? Query, ClusterQueryError? Error) Parse(string text)
    {
        if (text.Length > ClusterQuery.MostLength)
        {
            return (null, new(ClusterQuery.MostLength + 1, $"An expression can have at most {ClusterQuery.MostLength} characters"));
        }

        var parser = new ClusterQueryParser(text);
        try
        {
            var query = parser.Or();
            parser.SkipSpace();
            return parser.at == text.Length ? (query, null) : throw parser.Wrong(parser.Peek == ')' ? "There is a ')' too many" : "Expected 'and', 'or' or the end");
        }
        catch (SyntaxException wrong)
        {
            return (null, wrong.Error);
        }
    }

    private char Peek => at < text.Length ? text[at] : '\0';

    private ReadOnlySpan<char> Rest => text.AsSpan(at);

    private ClusterQuery Or()
    {
        var left = And();
        while (TakeConnective("or", "||"))
        {
            left = new ClusterQuery.Or(left, And());
        }

        return left;
    }

    private ClusterQuery And()
    {
        var left = Unary();
        while (TakeConnective("and", "&&"))
        {
            left = new ClusterQuery.And(left, Unary());
        }

        return left;
    }

    private ClusterQuery Unary()
    {
        SkipSpace();
        if (++depth > MostDepth)
        {
            throw Wrong($"Parentheses and negations can nest at most {MostDepth} deep");
        }

        ClusterQuery query;
        if (Peek == '!')
        {
            at++;
            query = new ClusterQuery.Not(Unary());
        }
        else if (TakeWord("not"))
        {
            query = new ClusterQuery.Not(Unary());
        }
        else if (Peek == '(')
        {
            var open = at++;
            query = Or();
            SkipSpace();
            if (Peek != ')')
            {
                throw at == text.Length ? Wrong("This '(' is not closed", open) : Wrong("Expected 'and', 'or' or ')'");
            }

            at++;
        }
        else
        {
            query = Comparison();
        }

        depth--;
        return query;
    }

    private ClusterQuery.Comparison Comparison()
    {
        var subject = Subject();
        SkipSpace();
        var began = at;
        var (given, length) = QueryWords.OperatorAt(Rest)
            ?? throw Wrong(at == text.Length ? $"Expected an operator after '{subject}'" : "Expected an operator, such as ==, !=, in or exists");
        if (!QueryWords.Takes(subject.Kind, given))
        {
            throw Wrong($"'{subject}' cannot be compared with '{QueryWords.Symbol(given)}'");
        }

        at += length;
        SkipSpace();
        var valuesAt = at;
        ImmutableArray<string> values = given switch
        {
            QueryOperator.Exists or QueryOperator.NotExists => [],
            QueryOperator.In or QueryOperator.NotIn => List(),
            QueryOperator.Matches or QueryOperator.NotMatches => [Value(inList: false)],
            _ => Peek == '[' ? throw Wrong("Only 'in' and '!in' take a list") : [Value(inList: false)],
        };
        var comparison = new ClusterQuery.Comparison(subject, given, values);
        return QueryTest.WhatIsWrong(comparison) is { } wrong ? throw Wrong(wrong, values.IsEmpty ? began : valuesAt) : comparison;
    }

    private QuerySubject Subject()
    {
        if (QueryWords.SubjectAt(Rest) is not var (kind, length))
        {
            throw Wrong(at == text.Length
                ? "Expected a comparison"
                : "Expected agentConnected, agentVersion, attribute:NAME, ec2InstanceId, registeredAt, runningTasksCount or task:group");
        }

        at += length;
        if (kind != QuerySubjectKind.Attribute)
        {
            return new(kind);
        }

        var began = at;
        while (at < text.Length && QueryWords.IsNameCharacter(text[at]))
        {
            at++;
        }

        return at > began ? new(kind, text[began..at]) : throw Wrong("Expected an attribute's name");
    }

    private ImmutableArray<string> List()
    {
        if (Peek != '[')
        {
            throw Wrong("Expected a list in brackets");
        }

        var open = at++;
        var values = ImmutableArray.CreateBuilder<string>();
        while (true)
        {
            SkipSpace();
            values.Add(Value(inList: true));
            SkipSpace();
            switch (Peek)
            {
                case ',':
                    at++;
                    break;
                case ']':
                    at++;
                    return values.ToImmutable();
                default:
                    throw at == text.Length ? Wrong("This '[' is not closed", open) : Wrong("Expected ',' or ']'");
            }
        }
    }

    private string Value(bool inList)
    {
        if (Peek is '\'' or '"')
        {
            return Quoted();
        }

        var began = at;
        while (at < text.Length && !EndsBareValue(inList))
        {
            at++;
        }

        return at > began ? text[began..at]
            : Peek == '(' ? throw Wrong("A value with parentheses must be quoted")
            : throw Wrong("Expected a value");
    }

    private bool EndsBareValue(bool inList) =>
        char.IsWhiteSpace(text[at])
        || text[at] is '(' or ')'
        || (inList && text[at] is ',' or ']' or '[')
        || Rest.StartsWith("&&") || Rest.StartsWith("||");

    private string Quoted()
    {
        var open = at;
        var quote = text[at++];
        while (true)
        {
            var close = text.IndexOf(quote, at);
            if (close < 0)
            {
                throw Wrong("This quote is not closed", open);
            }

            at = close + 1;
            if (Peek != quote)
            {
                return text[(open + 1)..close].Replace($"{quote}{quote}", $"{quote}", StringComparison.Ordinal);
            }

            at++;
        }
    }

    private bool TakeConnective(string word, string symbol)
    {
        SkipSpace();
        if (Rest.StartsWith(symbol, StringComparison.Ordinal))
        {
            at += symbol.Length;
            return true;
        }

        return TakeWord(word);
    }

    private bool TakeWord(string word)
    {
        if (!Rest.StartsWith(word, StringComparison.OrdinalIgnoreCase)
            || (at + word.Length < text.Length && QueryWords.IsNameCharacter(text[at + word.Length])))
        {
            return false;
        }

        at += word.Length;
        return true;
    }

    private void SkipSpace()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }
    }

    private SyntaxException Wrong(string message, int? where = null) => new(new((where ?? at) + 1, message));

    private sealed class SyntaxException(ClusterQueryError error) : Exception(error.Message)
    {
        public ClusterQueryError Error { get; } = error;
    }
}
