using System.Text.RegularExpressions;

namespace Berth.Domain.Tests.Scenarios;

/// <summary>Short names for ids, in the order in which they are first seen: task-1, ecs-svc/1, rollout-1, hook-1.</summary>
internal sealed partial class ScenarioNames
{
    private readonly Dictionary<string, string> shortened = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> ids = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);

    /// <summary>The short name of an id of a kind, which is <c>task-</c>, <c>ecs-svc/</c>, <c>rollout-</c> or <c>hook-</c>.</summary>
    public string Of(string kind, string id)
    {
        if (!shortened.TryGetValue(id, out var name))
        {
            counts[kind] = counts.GetValueOrDefault(kind) + 1;
            name = $"{kind}{counts[kind]}";
            shortened.Add(id, name);
            ids.Add(name, id);
        }

        return name;
    }

    /// <summary>The id of a short name; the name itself where it is none, so that a scenario can name what is not there.</summary>
    public string IdOf(string name) => ids.GetValueOrDefault(name, name);

    /// <summary>A text with short names in place of all ids.</summary>
    public string In(string text) =>
        TargetGroup().Replace(Ids().Replace(text, match => shortened.GetValueOrDefault(match.Value, match.Value)), "$1");

    [GeneratedRegex("ecs-svc/[0-9]{19}|[0-9a-f]{32}")]
    private static partial Regex Ids();

    [GeneratedRegex("arn:aws:elasticloadbalancing:[^ ]*:targetgroup/([^/]*)/[0-9]+")]
    private static partial Regex TargetGroup();
}

/// <summary>Ids that count, a row a kind, and chance as a scenario wants it.</summary>
internal sealed class ScenarioIds : IIdSource
{
    private int hex;
    private int uuid;
    private int digits;

    /// <summary>What chance will say next; when it is empty, 0.</summary>
    public Queue<int> Chances { get; } = new();

    public string NextHexId() => $"{++hex:x32}";

    public string NextUuid() => $"{++uuid:x8}-0000-0000-0000-000000000000";

    public string NextDigits19() => $"{++digits:d19}";

    public int NextIndex(int exclusiveMax) => Chances.TryDequeue(out var next) ? next % exclusiveMax : 0;
}
