using System.Collections.Immutable;
using System.Text.Json;

namespace Berth.Domain;

/// <content>Reading a policy's text.</content>
public sealed partial record LifecyclePolicy
{
    private const int MostRules = 50;
    private const int MostWildcards = 4;

    /// <summary>Reads a policy.</summary>
    /// <exception cref="FormatException">The text is no policy, or one that ECR would refuse; the message says why.</exception>
    public static LifecyclePolicy Parse(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            var root = Members(json.RootElement, "the policy", ["rules"]);
            var rules = Array(root, "rules").Select(ReadRule).ToImmutableArray();
            Check(rules);
            return new LifecyclePolicy(rules);
        }
        catch (JsonException)
        {
            throw new FormatException("the text is not valid JSON");
        }
    }

    private static void Check(ImmutableArray<LifecycleRule> rules)
    {
        Demand(rules.Length is > 0 and <= MostRules, $"a policy has 1 to {MostRules} rules");
        Demand(rules.Select(rule => rule.Priority).Distinct().Count() == rules.Length, "each rulePriority may be used once");
        Demand(rules.Count(rule => rule.TagStatus == LifecycleTagStatus.Untagged) <= 1, "only one rule may select untagged images");
        Demand(rules.Count(rule => rule.TagStatus == LifecycleTagStatus.Any) <= 1, "only one rule may select any image");
        Demand(
            rules.All(rule => rule.TagStatus != LifecycleTagStatus.Any || rule.Priority == rules.Max(other => other.Priority)),
            "the rule that selects any image must have the highest rulePriority");
    }

    private static LifecycleRule ReadRule(JsonElement element)
    {
        var rule = Members(element, "a rule", ["rulePriority", "description", "selection", "action"]);
        var priority = Number(rule, "rulePriority");
        var action = Members(Required(rule, "action"), "action", ["type"]);
        Demand(Text(action, "type") == "expire", "the action's type must be expire");

        var selection = Members(Required(rule, "selection"), "selection", ["tagStatus", "tagPatternList", "tagPrefixList", "countType", "countUnit", "countNumber"]);
        var status = Text(selection, "tagStatus") switch
        {
            "tagged" => LifecycleTagStatus.Tagged,
            "untagged" => LifecycleTagStatus.Untagged,
            "any" => LifecycleTagStatus.Any,
            _ => throw new FormatException("tagStatus must be tagged, untagged or any"),
        };
        var patterns = ReadPatterns(selection, status);
        var number = Number(selection, "countNumber");
        var unit = selection.ContainsKey("countUnit") ? Text(selection, "countUnit") : null;
        switch (Text(selection, "countType"))
        {
            case "imageCountMoreThan":
                Demand(unit is null, "countUnit goes with sinceImagePushed only");
                return new LifecycleRule(priority, status, patterns, number, null);
            case "sinceImagePushed":
                Demand(unit == "days", "sinceImagePushed needs the countUnit days");
                return new LifecycleRule(priority, status, patterns, null, TimeSpan.FromDays(number));
            default:
                throw new FormatException("countType must be imageCountMoreThan or sinceImagePushed");
        }
    }

    private static ImmutableArray<string> ReadPatterns(Dictionary<string, JsonElement> selection, LifecycleTagStatus status)
    {
        var patterns = selection.ContainsKey("tagPatternList") ? Texts(selection, "tagPatternList") : [];
        var prefixes = selection.ContainsKey("tagPrefixList") ? Texts(selection, "tagPrefixList") : [];
        Demand(
            status == LifecycleTagStatus.Tagged ? patterns.IsEmpty != prefixes.IsEmpty : patterns.IsEmpty && prefixes.IsEmpty,
            "exactly one of tagPatternList and tagPrefixList goes with tagStatus tagged, and neither with others");
        Demand(patterns.All(pattern => pattern.Count(c => c == '*') <= MostWildcards), $"a tag pattern may have {MostWildcards} wildcards");
        return [.. patterns, .. prefixes.Select(prefix => prefix + "*")];
    }

    private static Dictionary<string, JsonElement> Members(JsonElement element, string what, ReadOnlySpan<string> known)
    {
        Demand(element.ValueKind == JsonValueKind.Object, $"{what} must be an object");
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            Demand(known.Contains(member.Name), $"{what} may not have the member '{member.Name}'");
            members[member.Name] = member.Value;
        }

        return members;
    }

    private static JsonElement Required(Dictionary<string, JsonElement> members, string name) =>
        members.TryGetValue(name, out var value) ? value : throw new FormatException($"'{name}' is missing");

    private static JsonElement.ArrayEnumerator Array(Dictionary<string, JsonElement> members, string name) =>
        Required(members, name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : throw new FormatException($"'{name}' must be a list");

    private static string Text(Dictionary<string, JsonElement> members, string name) =>
        Required(members, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() ?? "" : throw new FormatException($"'{name}' must be a text");

    private static int Number(Dictionary<string, JsonElement> members, string name) =>
        Required(members, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) && value >= 1
            ? value
            : throw new FormatException($"'{name}' must be a whole number of at least 1");

    private static ImmutableArray<string> Texts(Dictionary<string, JsonElement> members, string name) =>
    [
        .. Array(members, name).Select(item => item.ValueKind == JsonValueKind.String && item.GetString() is { Length: > 0 } text
            ? text
            : throw new FormatException($"'{name}' must hold texts")),
    ];

    private static void Demand(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new FormatException(otherwise);
        }
    }
}
