using System.Text;
using System.Text.RegularExpressions;

namespace Berth.Logs;

/// <summary>Reads the pieces that all forms of filter patterns are made of.</summary>
internal sealed class PatternReader(string text)
{
    /// <summary>What a regular expression may be made of beside letters and digits; groups are left out by the service.</summary>
    private const string RegexCharacters = ":_#=@/;,-^$?[]{}|\\*+. ";

    private int regexes;

    public int At { get; private set; }

    public bool IsAtEnd => At == text.Length;

    public char Current => IsAtEnd ? '\0' : text[At];

    public void SkipBlanks()
    {
        while (!IsAtEnd && char.IsWhiteSpace(Current))
        {
            At++;
        }
    }

    /// <summary>Passes over the token, if it is next.</summary>
    public bool TryTake(string token)
    {
        if (!text.AsSpan(At).StartsWith(token, StringComparison.Ordinal))
        {
            return false;
        }

        At += token.Length;
        return true;
    }

    /// <summary>The same after blanks.</summary>
    public bool TryTakeNext(string token)
    {
        SkipBlanks();
        return TryTake(token);
    }

    /// <summary>Passes over the words, each whole and with blanks between, if they are next.</summary>
    public bool TryTakeWords(params ReadOnlySpan<string> words)
    {
        var start = At;
        foreach (var word in words)
        {
            SkipBlanks();
            if (!TryTake(word) || char.IsLetterOrDigit(Current))
            {
                At = start;
                return false;
            }
        }

        return true;
    }

    public void Expect(string token)
    {
        if (!TryTakeNext(token))
        {
            throw FilterPattern.Invalid();
        }
    }

    /// <summary>The characters up to the first that is a blank or one of <paramref name="ends"/>.</summary>
    public string TakeUntil(ReadOnlySpan<char> ends)
    {
        var start = At;
        while (!IsAtEnd && !char.IsWhiteSpace(Current) && !ends.Contains(Current))
        {
            At++;
        }

        return text[start..At];
    }

    /// <summary>The text between two of the quote that is next; a backslash makes the character after it plain.</summary>
    public string TakeQuoted()
    {
        var quote = Current;
        var content = new StringBuilder();
        for (At++; !IsAtEnd; At++)
        {
            if (Current == quote)
            {
                At++;
                return content.ToString();
            }

            if (Current == '\\' && At + 1 < text.Length)
            {
                At++;
            }

            content.Append(Current);
        }

        throw FilterPattern.Invalid();
    }

    /// <summary>A regular expression between two percent signs, which is next.</summary>
    public Regex TakeRegex()
    {
        At++;
        var end = text.IndexOf('%', At);
        if (end <= At || ++regexes > FilterPattern.MostRegexes)
        {
            throw FilterPattern.Invalid();
        }

        var expression = text[At..end];
        At = end + 1;
        foreach (var character in expression)
        {
            if (!char.IsAsciiLetterOrDigit(character) && !RegexCharacters.Contains(character, StringComparison.Ordinal))
            {
                throw FilterPattern.Invalid();
            }
        }

        try
        {
            // Without backtracking the time is linear in the message, whatever the expression.
            return new Regex(expression, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception failure) when (failure is ArgumentException or NotSupportedException)
        {
            throw FilterPattern.Invalid();
        }
    }
}
