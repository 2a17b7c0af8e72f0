using System.Runtime.CompilerServices;

namespace Berth.Domain.Tests.Scenarios;

/// <summary>
/// Goal: each rule of ECS's scheduler is told by a text that a stranger can read and add to. Method: each <c>.scenario</c>
/// file below this directory is played on a real cluster, and has to print what it says. BERTH_REWRITE_GOLDEN=1 writes what
/// is printed into the files; the README beside them tells the language.
/// </summary>
public sealed class AScenario
{
    private static readonly string Home = Path.GetDirectoryName(Here())!;

    public static TheoryData<string> Files => [.. Paths().Select(path => Path.GetRelativePath(Home, path))];

    [Theory]
    [MemberData(nameof(Files))]
    public void Tells_what_is_expected(string file)
    {
        var path = Path.Combine(Home, file);
        var expected = ScenarioFile.Parse(File.ReadAllText(path));
        var played = Played(expected);
        if (Environment.GetEnvironmentVariable("BERTH_REWRITE_GOLDEN") == "1")
        {
            File.WriteAllText(path, played.ToString());
            return;
        }

        played.ToString().ShouldBe(expected.ToString());
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Says_which_rule_it_is_and_whose(string file)
    {
        var heading = ScenarioFile.Parse(File.ReadAllText(Path.Combine(Home, file))).Heading.Split('\n');

        heading.Length.ShouldBeGreaterThan(1);
        heading.ShouldContain(line => line.StartsWith("# Source: Amazon ECS ", StringComparison.Ordinal));
    }

    [Fact]
    public void Uses_verbs_that_the_page_for_strangers_explains()
    {
        var page = File.ReadAllText(Path.Combine(Home, "README.md"));

        new ScenarioStage().VerbNames.Where(verb => !page.Contains($"`{verb}", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void Is_refused_where_a_word_is_not_understood() =>
        Should.Throw<FormatException>(() => new ScenarioStage().Play("instance a cpus=4")).Message.ShouldContain("cpus");

    private static ScenarioFile Played(ScenarioFile file)
    {
        var stage = new ScenarioStage();
        return file with
        {
            Steps = [.. file.Steps.Select(step => step with
            {
                Printed = [.. step.Commands.Where(line => !ScenarioFile.IsComment(line)).SelectMany(line => stage.Play(line))],
            })],
        };
    }

    private static string[] Paths() => [.. Directory.EnumerateFiles(Home, "*.scenario", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static string Here([CallerFilePath] string path = "") => path;
}
