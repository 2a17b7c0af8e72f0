using System.Text;
using System.Text.RegularExpressions;

namespace Berth.Logs;

/// <summary>
/// Terms: <c>ERROR "two words"</c> wants both, <c>?WARN ?ERROR</c> either, <c>-DEBUG</c> none, <c>%[0-9]+%</c> a
/// regular expression. Beside plain terms the <c>?</c> ones have no effect, as the service has it.
/// </summary>
internal sealed class TermsPattern : FilterPattern
{
    private readonly List<Term> required = [];
    private readonly List<Term> optional = [];
    private readonly List<Term> excluded = [];
    private byte[] longestRequired = [];

    private TermsPattern()
    {
    }

    public static new TermsPattern Parse(string text)
    {
        var pattern = new TermsPattern();
        var reader = new PatternReader(text);
        for (reader.SkipBlanks(); !reader.IsAtEnd; reader.SkipBlanks())
        {
            var terms = reader.TryTake("?") ? pattern.optional : reader.TryTake("-") ? pattern.excluded : pattern.required;
            terms.Add(ReadTerm(reader));
        }

        if (pattern.required.Count > 0)
        {
            pattern.optional.Clear();
            pattern.longestRequired = pattern.required.MaxBy(term => term.Text.Length).Text;
        }

        return pattern;
    }

    public override bool MayMatch(ReadOnlySpan<byte> messages) => messages.IndexOf(longestRequired) >= 0;

    public override bool Matches(ReadOnlyMemory<byte> message)
    {
        foreach (var term in required)
        {
            if (!term.IsIn(message.Span))
            {
                return false;
            }
        }

        foreach (var term in excluded)
        {
            if (term.IsIn(message.Span))
            {
                return false;
            }
        }

        foreach (var term in optional)
        {
            if (term.IsIn(message.Span))
            {
                return true;
            }
        }

        return optional.Count == 0;
    }

    private static Term ReadTerm(PatternReader reader)
    {
        switch (reader.Current)
        {
            case '"':
                return new(Encoding.UTF8.GetBytes(reader.TakeQuoted()), null);
            case '%':
                return new([], reader.TakeRegex());
            default:
                var word = reader.TakeUntil([]);
                return word.Length > 0 ? new(Encoding.UTF8.GetBytes(word), null) : throw Invalid();
        }
    }

    /// <summary>Bytes to be found, or an expression in their place.</summary>
    private readonly record struct Term(byte[] Text, Regex? Regex)
    {
        public bool IsIn(ReadOnlySpan<byte> message) =>
            Regex is null ? message.IndexOf(Text) >= 0 : Regex.IsMatch(Encoding.UTF8.GetString(message));
    }
}
