using System.Globalization;
using System.Text.Json;

namespace Berth.Logs;

/// <summary>Reads conditions: <c>&amp;&amp;</c> binds tighter than <c>||</c>, parentheses group, <c>!(…)</c> denies.</summary>
/// <param name="reader">Where the text is read from.</param>
/// <param name="readSelector">Reads the left side of a comparison; null when none is next.</param>
internal sealed class ConditionParser(PatternReader reader, Func<PatternReader, Selector?> readSelector)
{
    /// <summary>Where a value without quotes ends.</summary>
    private const string ValueEnds = "(){}[],&|";

    private static readonly (string Token, Comparison Comparison)[] Comparisons =
    [
        // The longer tokens first.
        ("!=", Comparison.NotEqual),
        ("<=", Comparison.LessOrEqual),
        (">=", Comparison.GreaterOrEqual),
        ("=", Comparison.Equal),
        ("<", Comparison.Less),
        (">", Comparison.Greater),
    ];

    public Condition Parse()
    {
        var left = ParseAll();
        while (reader.TryTakeNext("||"))
        {
            left = new Condition.Any(left, ParseAll());
        }

        return left;
    }

    private Condition ParseAll()
    {
        var left = ParseOne();
        while (reader.TryTakeNext("&&"))
        {
            left = new Condition.All(left, ParseOne());
        }

        return left;
    }

    private Condition ParseOne()
    {
        if (reader.TryTakeNext("!"))
        {
            return new Condition.Not(ParseOne());
        }

        if (reader.TryTakeNext("("))
        {
            var inner = Parse();
            reader.Expect(")");
            return inner;
        }

        var selector = readSelector(reader) ?? throw FilterPattern.Invalid();
        if (reader.TryTakeWords("NOT", "EXISTS"))
        {
            return new Condition.NotExists(selector);
        }

        if (reader.TryTakeWords("IS"))
        {
            return new Condition.Is(selector, reader switch
            {
                _ when reader.TryTakeWords("NULL") => JsonValueKind.Null,
                _ when reader.TryTakeWords("TRUE") => JsonValueKind.True,
                _ when reader.TryTakeWords("FALSE") => JsonValueKind.False,
                _ => throw FilterPattern.Invalid(),
            });
        }

        foreach (var (token, comparison) in Comparisons)
        {
            if (reader.TryTakeNext(token))
            {
                return new Condition.Compare(selector, comparison, ParseOperand(comparison));
            }
        }

        return selector.Steps is [{ Index: not null }] ? new Condition.Present() : throw FilterPattern.Invalid();
    }

    private Operand ParseOperand(Comparison comparison)
    {
        reader.SkipBlanks();
        var operand = reader.Current switch
        {
            '"' or '\'' => new Operand(reader.TakeQuoted(), IsQuoted: true, null),
            '%' => new Operand("", IsQuoted: false, reader.TakeRegex()),
            _ => new Operand(reader.TakeUntil(ValueEnds), IsQuoted: false, null),
        };
        var isOrdered = comparison is not (Comparison.Equal or Comparison.NotEqual);
        return operand is { IsQuoted: false, Regex: null, Text: "" } || (isOrdered && operand.Number is null)
            ? throw FilterPattern.Invalid()
            : operand;
    }

    /// <summary>Reads <c>$.a.b[0]['x.y'][*].*</c>.</summary>
    public static Selector? ReadJsonSelector(PatternReader reader)
    {
        if (!reader.TryTakeNext("$"))
        {
            return null;
        }

        var steps = new List<SelectorStep>();
        while (true)
        {
            if (reader.TryTake("."))
            {
                var name = reader.TakeUntil(".[]()=!<>&|{}");
                steps.Add(name switch
                {
                    "" => throw FilterPattern.Invalid(),
                    "*" => new(null, null),
                    _ => new(name, null),
                });
            }
            else if (reader.TryTake("["))
            {
                steps.Add(ReadBracket(reader));
                reader.Expect("]");
            }
            else
            {
                return steps.Count > 0 ? new(steps) : null;
            }
        }
    }

    private static SelectorStep ReadBracket(PatternReader reader)
    {
        reader.SkipBlanks();
        if (reader.Current is '"' or '\'')
        {
            return new(reader.TakeQuoted(), null);
        }

        if (reader.TryTake("*"))
        {
            return new(null, null);
        }

        return int.TryParse(reader.TakeUntil("]"), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? new(null, index)
            : throw FilterPattern.Invalid();
    }
}
