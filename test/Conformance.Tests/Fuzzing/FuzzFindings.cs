using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Berth.Conformance.Tests;

/// <summary>What came of many requests, from several threads.</summary>
internal sealed partial class FuzzFindings
{
    private const int MostShown = 25;

    private readonly ConcurrentDictionary<string, string> examples = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Operation, string Outcome), int> outcomes = new();
    private int breaches;

    /// <summary>How many answers broke a law.</summary>
    public int Breaches => breaches;

    public void Add(FuzzedRequest request, RawAnswer? answer, IReadOnlyList<string> broken, string where)
    {
        var outcome = answer is null ? "no answer" : answer.Status == HttpStatusCode.OK ? "OK" : TypeOf(answer);
        outcomes.AddOrUpdate((request.Operation, outcome), 1, (_, count) => count + 1);
        if (broken.Count > 0)
        {
            Interlocked.Increment(ref breaches);
            examples.TryAdd($"{request.Operation} {outcome} {broken[0][..Math.Min(broken[0].Length, 30)]}", $"{string.Join(' ', broken)}\n{where}: {request}\nAnswer: {answer?.Text}");
        }
    }

    /// <summary>How often each operation answered what.</summary>
    public string Summary() => string.Join('\n', outcomes.GroupBy(entry => entry.Key.Operation).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group =>
        $"{group.Key}: {string.Join(", ", group.OrderByDescending(entry => entry.Value).Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Value} {entry.Key.Outcome}")))}"));

    /// <summary>An example of each kind of breach.</summary>
    public override string ToString() => $"{breaches} answers break a law.\n\n{string.Join("\n\n", examples.Values.Take(MostShown))}";

    /// <summary>An error's name, in either protocol's form.</summary>
    private static string TypeOf(RawAnswer answer) => Error().Match(answer.Text) is { Success: true } error ? error.Groups["name"].Value : "unreadable";

    [GeneratedRegex("""(?:"__type":"|<Code>)(?<name>[\w.]+)""")]
    private static partial Regex Error();
}
