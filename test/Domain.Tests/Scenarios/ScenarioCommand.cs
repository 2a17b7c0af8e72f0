using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Berth.Domain.Tests.Scenarios;

/// <summary>
/// One command of a scenario: a verb, words, and options <c>name=value</c> in order. What nobody asked for is a mistake, so
/// that a misspelt option does not go unnoticed.
/// </summary>
internal sealed class ScenarioCommand
{
    private readonly List<string> words = [];
    private readonly List<(string Name, string Value)> options = [];
    private readonly HashSet<string> used = new(StringComparer.Ordinal);

    private ScenarioCommand(string line, string verb) => (Line, Verb) = (line, verb);

    public string Line { get; }

    public string Verb { get; }

    public static ScenarioCommand Parse(string line)
    {
        var tokens = Tokens(line);
        var command = new ScenarioCommand(line, tokens[0]);
        foreach (var token in tokens.Skip(1))
        {
            var equals = token.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                command.options.Add((token[..equals], token[(equals + 1)..]));
            }
            else
            {
                command.words.Add(token);
            }
        }

        return command;
    }

    /// <summary>The next word; a mistake when there is none.</summary>
    public string Word() => words.Count > 0 ? Take(0) : throw Mistake("lacks a word");

    /// <summary>All the other words.</summary>
    public ImmutableArray<string> Words()
    {
        ImmutableArray<string> all = [.. words];
        words.Clear();
        return all;
    }

    /// <summary>Whether a word is among those left.</summary>
    public bool Flag(string word)
    {
        var at = words.IndexOf(word);
        if (at >= 0)
        {
            Take(at);
        }

        return at >= 0;
    }

    /// <summary>An option's value; null when it is not given.</summary>
    public string? Text(string name)
    {
        used.Add(name);
        return options.Exists(option => option.Name == name) ? options.Find(option => option.Name == name).Value : null;
    }

    public int? Number(string name) => Text(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    public double? Fraction(string name) => Text(name) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : null;

    public TimeSpan? Span(string name) => Text(name) is { } text ? SpanOf(text) : null;

    /// <summary>Options of several names, in the order given.</summary>
    public IEnumerable<(string Name, string Value)> All(params string[] names)
    {
        used.UnionWith(names);
        return options.Where(option => names.Contains(option.Name));
    }

    /// <summary>Options whose names begin so, without that beginning.</summary>
    public IEnumerable<(string Name, string Value)> AllBeginning(string prefix)
    {
        foreach (var (name, value) in options.Where(option => option.Name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            used.Add(name);
            yield return (name[prefix.Length..], value);
        }
    }

    /// <summary>A list <c>a,b,c</c>; empty when it is not given.</summary>
    public ImmutableArray<string> List(string name) => Text(name) is { Length: > 0 } text ? [.. text.Split(',')] : [];

    public bool Has(string name) => options.Exists(option => option.Name == name);

    /// <exception cref="FormatException">A word or an option was not asked for.</exception>
    public void MustBeUsed()
    {
        if (words.Count > 0 || options.Exists(option => !used.Contains(option.Name)))
        {
            throw Mistake($"says more than is understood: {string.Join(' ', words.Concat(options.Select(option => option.Name).Except(used)))}");
        }
    }

    public FormatException Mistake(string what) => new($"'{Line}' {what}.");

    /// <summary>Such as 40s, 5m, 6h, 2d.</summary>
    public static TimeSpan SpanOf(string text)
    {
        var number = double.Parse(text[..^1], CultureInfo.InvariantCulture);
        return text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            'd' => TimeSpan.FromDays(number),
            _ => throw new FormatException($"{text} is no span of time: 40s, 5m, 6h, 2d are."),
        };
    }

    private static List<string> Tokens(string line)
    {
        var tokens = new List<string>();
        var token = new StringBuilder();
        var quoted = false;
        foreach (var character in line)
        {
            if (character == '"')
            {
                quoted = !quoted;
            }
            else if (character == ' ' && !quoted)
            {
                if (token.Length > 0)
                {
                    tokens.Add(token.ToString());
                    token.Clear();
                }
            }
            else
            {
                token.Append(character);
            }
        }

        tokens.Add(token.ToString());
        return tokens;
    }

    private string Take(int at)
    {
        var word = words[at];
        words.RemoveAt(at);
        return word;
    }
}
