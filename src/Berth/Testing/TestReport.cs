using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Berth.Host;

/// <summary>What became of one test project's tests.</summary>
/// <param name="Passed">How many passed.</param>
/// <param name="Failures">Each failure's name and message.</param>
/// <param name="NotRun">Each skipped test's name and reason.</param>
internal sealed record TestReport(int Passed, IReadOnlyList<(string Name, string Why)> Failures, IReadOnlyList<(string Name, string Why)> NotRun)
{
    /// <summary>Reads the xUnit.net XML that a run left; a run that crashed, or left none, counts as one failure.</summary>
    internal static TestReport Read(string project, string path, int exitCode)
    {
        var crash = (project, string.Create(CultureInfo.InvariantCulture, $"its process ended with exit code {exitCode} and left no report of it"));
        XElement root;
        try
        {
            root = XElement.Load(path);
        }
        catch (Exception exception) when (exception is IOException or XmlException)
        {
            return new(0, [crash], []);
        }

        var tests = root.Descendants("test").ToList();
        List<(string, string)> failures =
        [
            .. tests.Where(test => Result(test) == "Fail").Concat(root.Descendants("error"))
                .Select(test => ((string?)test.Attribute("name") ?? project, (string?)test.Element("failure")?.Element("message") ?? "")),
        ];
        if (exitCode != 0 && failures.Count == 0)
        {
            failures.Add(crash);
        }

        return new(
            tests.Count(test => Result(test) == "Pass"),
            failures,
            [.. tests.Where(test => Result(test) is "Skip" or "NotRun").Select(test => ((string?)test.Attribute("name") ?? project, (string?)test.Element("reason") ?? "no reason given"))]);
    }

    /// <summary>Both together.</summary>
    internal TestReport With(TestReport other) => new(Passed + other.Passed, [.. Failures, .. other.Failures], [.. NotRun, .. other.NotRun]);

    private static string? Result(XElement test) => (string?)test.Attribute("result");
}
