using System.Text.Json;

namespace Berth.Conformance.Tests;

/// <summary>The names and ARNs that are there for a request to name, by the members that may.</summary>
internal sealed class FuzzNames
{
    private static readonly Dictionary<string, long> Numbers = new(StringComparer.Ordinal)
    {
        ["desiredCount"] = 1, ["count"] = 1, ["maximumPercent"] = 200, ["minimumHealthyPercent"] = 100, ["memory"] = 64, ["memoryReservation"] = 32, ["cpu"] = 10, ["hostPort"] = 0, ["containerPort"] = 80,
        ["maxResults"] = 2, ["weight"] = 1, ["base"] = 0, ["targetCapacity"] = 80, ["expiresInMinutes"] = 60,
    };

    /// <summary>Members without which a request would only ever find the default cluster, which is not there.</summary>
    private static readonly HashSet<string> Usual = ["cluster", "clusterArn", "taskDefinition", "image", "memory", "infrastructureRoleArn"];

    private const int MostLearnt = 8;

    private readonly Dictionary<string, string[]> texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<JsonElement>> requests = new(StringComparer.Ordinal);

    public string[] this[string member]
    {
        set => texts[member] = value;
    }

    /// <summary>Takes note of what an answer calls something.</summary>
    public void Learn(string member, string value)
    {
        var known = texts.GetValueOrDefault(member, []);
        if (value.Length is > 0 and < 500 && !known.Contains(value))
        {
            texts[member] = [.. known.TakeLast(MostLearnt - 1), value];
        }
    }

    /// <summary>Adds a request of an operation that is in order.</summary>
    public void Add(string operation, string request)
    {
        if (!requests.TryGetValue(operation, out var known))
        {
            requests.Add(operation, known = []);
        }

        known.Add(JsonElement.Parse(request));
    }

    /// <summary>Requests of an operation that are in order; none where such are easily made from the model.</summary>
    public IReadOnlyList<JsonElement> Requests(string operation) => requests.GetValueOrDefault(operation, []);

    /// <summary>Whether a plausible request has this member though it need not.</summary>
    public static bool IsUsual(string operation, string member) =>
        Usual.Contains(member) && !(operation is "CreateService" or "UpdateService" && member == "infrastructureRoleArn")
        && !(member == "cluster" && operation is "CreateCapacityProvider" or "UpdateCapacityProvider" or "DeleteCapacityProvider" or "DescribeCapacityProviders");

    /// <summary>A number that suits a member; null where any will do.</summary>
    public static long? Number(string member) => Numbers.TryGetValue(member, out var number) ? number : null;

    /// <summary>A name that suits a member of an operation; null where none is known.</summary>
    public string? Text(string operation, string member, Random random) =>
        texts.TryGetValue($"{operation}.{member}", out var own) ? own[random.Next(own.Length)]
        : texts.TryGetValue(member, out var any) ? any[random.Next(any.Length)]
        : member.EndsWith('s') && texts.TryGetValue(member[..^1], out var one) ? one[random.Next(one.Length)]
        : null;
}
