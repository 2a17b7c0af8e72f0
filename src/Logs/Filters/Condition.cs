using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Berth.Logs;

/// <summary>A condition of the JSON and the space-delimited forms, over values that a subject yields.</summary>
internal abstract record Condition
{
    private Condition()
    {
    }

    public abstract bool Holds(IPatternSubject subject);

    public sealed record All(Condition Left, Condition Right) : Condition
    {
        public override bool Holds(IPatternSubject subject) => Left.Holds(subject) && Right.Holds(subject);
    }

    public sealed record Any(Condition Left, Condition Right) : Condition
    {
        public override bool Holds(IPatternSubject subject) => Left.Holds(subject) || Right.Holds(subject);
    }

    public sealed record Not(Condition Inner) : Condition
    {
        public override bool Holds(IPatternSubject subject) => !Inner.Holds(subject);
    }

    /// <summary>Always true: a field that is only named.</summary>
    public sealed record Present : Condition
    {
        public override bool Holds(IPatternSubject subject) => true;
    }

    public sealed record NotExists(Selector Selector) : Condition
    {
        public override bool Holds(IPatternSubject subject) => !subject.Select(Selector).Any();
    }

    /// <summary><c>IS NULL</c>, <c>IS TRUE</c>, <c>IS FALSE</c>.</summary>
    public sealed record Is(Selector Selector, JsonValueKind Kind) : Condition
    {
        public override bool Holds(IPatternSubject subject) => subject.Select(Selector).Any(value => value.Kind == Kind);
    }

    /// <summary>A comparison; it holds when it does for any of the selected values, and never without one.</summary>
    public sealed record Compare(Selector Selector, Comparison Comparison, Operand Operand) : Condition
    {
        public override bool Holds(IPatternSubject subject) => subject.Select(Selector).Any(value => Comparison switch
        {
            Comparison.Equal => Operand.Equals(value),
            Comparison.NotEqual => value.Kind is not (JsonValueKind.Object or JsonValueKind.Array) && !Operand.Equals(value),
            _ => Operand.Number is { } wanted && value.Number is { } number && Comparison switch
            {
                Comparison.Less => number < wanted,
                Comparison.Greater => number > wanted,
                Comparison.LessOrEqual => number <= wanted,
                _ => number >= wanted,
            },
        });
    }
}

/// <summary>How two values are compared.</summary>
internal enum Comparison
{
    Equal,
    NotEqual,
    LessOrEqual,
    GreaterOrEqual,
    Less,
    Greater,
}

/// <summary>What conditions look into: a JSON message, or the fields of a line.</summary>
internal interface IPatternSubject
{
    /// <summary>The values the selector leads to; none when there is no such place.</summary>
    IEnumerable<PatternValue> Select(Selector selector);
}

/// <summary>A value of a message. Numbers keep their text; text that looks like a number has one too when it has no type of its own.</summary>
internal readonly record struct PatternValue(JsonValueKind Kind, string Text, double? Number)
{
    public static PatternValue OfField(string text) => new(JsonValueKind.Undefined, text, ParseNumber(text));

    public static double? ParseNumber(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}

/// <summary>The steps from a message's root to the values meant, or the index of a line's field.</summary>
internal sealed record Selector(IReadOnlyList<SelectorStep> Steps);

/// <summary>A member's name, an array's index, or, with neither, everything below.</summary>
internal readonly record struct SelectorStep(string? Member, int? Index);

/// <summary>The right side of a comparison.</summary>
/// <param name="Text">The text, with <c>*</c> for any characters.</param>
/// <param name="IsQuoted">Quoted text equals strings only, and no number.</param>
/// <param name="Regex">An expression in place of the text.</param>
internal sealed record Operand(string Text, bool IsQuoted, Regex? Regex)
{
    public double? Number { get; } = IsQuoted || Regex is not null ? null : PatternValue.ParseNumber(Text);

    public bool Equals(PatternValue value) => value.Kind switch
    {
        JsonValueKind.Object or JsonValueKind.Array => false,
        _ when Regex is not null => Regex.IsMatch(value.Text),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null when IsQuoted => false,
        _ when Number is { } wanted && value.Number is { } number => number == wanted,
        _ => MatchesWildcards(Text, value.Text),
    };

    private static bool MatchesWildcards(string pattern, string text)
    {
        // Greedy with one point to come back to: a later star makes an earlier one's choice final.
        int p = 0, t = 0, star = -1, resume = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                resume = t;
            }
            else if (p < pattern.Length && pattern[p] == text[t])
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++resume;
            }
            else
            {
                return false;
            }
        }

        return pattern.AsSpan(p).TrimStart('*').IsEmpty;
    }
}
