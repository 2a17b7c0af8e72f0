using System.Globalization;
using System.Text.RegularExpressions;

namespace Berth.Agent;

/// <summary>
/// By which lines of a container's output events begin: the <c>awslogs</c> options <c>awslogs-multiline-pattern</c> and
/// <c>awslogs-datetime-format</c>.
/// </summary>
internal static partial class EventPattern
{
    /// <summary>Patterns are whoever's wrote the task definition: none may take longer than its line is long.</summary>
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    private static readonly DateTimeFormatInfo Names = CultureInfo.InvariantCulture.DateTimeFormat;

    /// <param name="datetimeFormat">A pattern with verbs of strftime for the parts of a time; null where not given.</param>
    /// <param name="multilinePattern">A pattern, which counts where there is no format; null where not given.</param>
    /// <returns>Null where neither is given, or what is given is no pattern: then each line is an event.</returns>
    public static Regex? Of(string? datetimeFormat, string? multilinePattern)
    {
        var pattern = datetimeFormat is not null ? Verb.Replace(datetimeFormat, verb => Part(verb.Value[1])) : multilinePattern;
        if (pattern is null)
        {
            return null;
        }

        try
        {
            return new Regex(pattern.Replace("(?P<", "(?<", StringComparison.Ordinal), Linear);   // Docker's syntax, which is Go's, has named groups so.
        }
        catch (Exception none) when (none is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>The parts of a time that Docker's driver knows; it takes any other verb for nothing.</summary>
    private static string Part(char verb) => verb switch
    {
        'a' => OneOf(Names.AbbreviatedDayNames),
        'A' => OneOf(Names.DayNames),
        'b' => OneOf(Names.AbbreviatedMonthNames),
        'B' => OneOf(Names.MonthNames),
        'd' => "(?:0[1-9]|[12][0-9]|3[01])",
        'f' => "[0-9]{6}",
        'H' => "(?:[01][0-9]|2[0-3])",
        'I' => "(?:0[0-9]|1[0-2])",
        'j' => "(?:[0-2][0-9]{2}|3[0-5][0-9]|36[0-6])",
        'L' => @"\.[0-9]{3}",
        'm' => "(?:0[1-9]|1[0-2])",
        'M' or 'S' => "[0-5][0-9]",
        'p' => "[AP]M",
        'w' => "[0-6]",
        'y' => "[0-9]{2}",
        'Y' => "[0-9]{4}",
        'z' => "[+-][0-9]{4}",
        'Z' => "[A-Z]{1,4}T",
        _ => "",
    };

    private static string OneOf(IEnumerable<string> names) => $"(?:{string.Join('|', names.Where(name => name.Length > 0))})";

    [GeneratedRegex("%.")]
    private static partial Regex Verb { get; }
}
