using System.Collections.Immutable;
using System.Text;

namespace Berth.Domain.Tests.Scenarios;

/// <summary>
/// A scenario as text: what it says first, then its steps. A step is one or more commands, a line of dashes, and the lines
/// they are expected to print, up to an empty line.
/// </summary>
internal sealed record ScenarioFile(string Heading, ImmutableArray<ScenarioStep> Steps)
{
    private const string Dashes = "----";

    /// <exception cref="FormatException">A step has no line of dashes.</exception>
    public static ScenarioFile Parse(string text)
    {
        var heading = new StringBuilder();
        var steps = ImmutableArray.CreateBuilder<ScenarioStep>();
        foreach (var block in text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(block => block.Trim('\n')))
        {
            var lines = block.Split('\n');
            if (lines.All(IsComment))
            {
                if (steps.Count == 0)
                {
                    heading.Append(block).Append('\n');
                }
                else
                {
                    steps.Add(new([.. lines], []));
                }

                continue;
            }

            var dashes = Array.IndexOf(lines, Dashes);
            if (dashes < 0)
            {
                throw new FormatException($"A step without {Dashes}:\n{block}");
            }

            steps.Add(new([.. lines[..dashes]], [.. lines[(dashes + 1)..]]));
        }

        return new(heading.ToString().TrimEnd('\n'), steps.ToImmutable());
    }

    public override string ToString() => string.Join("\n\n", Steps.Select(step => step.ToString()).Prepend(Heading)) + "\n";

    internal static bool IsComment(string line) => line.StartsWith('#');

    internal static string Written(ImmutableArray<string> commands, ImmutableArray<string> printed) =>
        commands.All(IsComment) ? string.Join('\n', commands) : string.Join('\n', [.. commands, Dashes, .. printed]);
}

/// <summary>Commands, comments among them, and what they print.</summary>
internal sealed record ScenarioStep(ImmutableArray<string> Commands, ImmutableArray<string> Printed)
{
    public override string ToString() => ScenarioFile.Written(Commands, Printed);
}
