using System.Text.Json.Nodes;

namespace Berth.Agent;

/// <summary>The values that a container is given beside its definition. In memory only; they end in Docker's container.</summary>
internal sealed class ContainerInputs
{
    public static readonly ContainerInputs None = new();

    /// <summary>Shorter values are not concealed: they say little, and stand in many a text by chance.</summary>
    private const int ShortestConcealed = 4;

    /// <summary>The variables of each environment file, in the order of the files.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> Files { get; init; } = [];

    /// <summary>Secrets that become environment variables.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Secrets { get; init; } = [];

    /// <summary>Secrets that become options of the log driver.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> LogOptions { get; init; } = [];

    /// <summary>
    /// Puts the values into the request that creates the container. A secret counts before what the definition says, that
    /// before environment files, and of these the first before the next.
    /// </summary>
    public void AddTo(JsonObject request)
    {
        if (Files.Count + Secrets.Count > 0)
        {
            var variables = new List<KeyValuePair<string, string>>(Secrets);
            var names = variables.Select(variable => variable.Key).ToHashSet(StringComparer.Ordinal);
            foreach (var variable in Defined(request["Env"] as JsonArray).Concat(Files.SelectMany(file => file)))
            {
                if (names.Add(variable.Key))
                {
                    variables.Add(variable);
                }
            }

            request["Env"] = new JsonArray([.. variables.Select(variable => (JsonNode?)$"{variable.Key}={variable.Value}")]);
        }

        if (LogOptions.Count > 0 && request["HostConfig"] is JsonObject host && host["LogConfig"] is JsonObject log)
        {
            if (log["Config"] is not JsonObject options)
            {
                log["Config"] = options = [];
            }

            foreach (var (name, value) in LogOptions)
            {
                options[name] = value;
            }
        }
    }

    /// <summary>A text of Docker's without the secrets that may be in it.</summary>
    public string Conceal(string text) => Secrets.Concat(LogOptions).Select(secret => secret.Value)
        .Where(value => value.Length >= ShortestConcealed)
        .Aggregate(text, (concealed, value) => concealed.Replace(value, "***", StringComparison.Ordinal));

    private static IEnumerable<KeyValuePair<string, string>> Defined(JsonArray? environment)
    {
        foreach (var text in (environment ?? []).Select(variable => (string?)variable).OfType<string>())
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            yield return equals < 0 ? new(text, "") : new(text[..equals], text[(equals + 1)..]);
        }
    }
}
