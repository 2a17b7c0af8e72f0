using System.Text.Json;
using System.Text.Json.Nodes;

namespace Berth.Api;

/// <summary>What a container takes from Parameter Store and Secrets Manager, as an agent is told of it. The agent fetches the values.</summary>
internal static class PayloadSecrets
{
    /// <summary>Adds <c>secrets</c> and <c>registryAuthentication</c>, as far as the definition asks for them.</summary>
    /// <param name="container">The container definition.</param>
    /// <param name="region">The region of the task, where names without one are meant.</param>
    /// <param name="payload">The container as the agent is told of it.</param>
    public static void Add(JsonElement container, string region, JsonObject payload)
    {
        JsonNode[] secrets =
        [
            .. Items(container, "secrets").Select(secret => Secret(secret, region, "ENVIRONMENT_VARIABLE", "CONTAINER")),
            .. container.TryGetProperty("logConfiguration", out var log) ? Items(log, "secretOptions").Select(secret => Secret(secret, region, "BOOTSTRAP", "LOG_DRIVER")) : [],
        ];
        if (secrets.Length > 0)
        {
            payload["secrets"] = new JsonArray(secrets);
        }

        if (container.TryGetProperty("repositoryCredentials", out var credentials) && Text(credentials, "credentialsParameter") is { Length: > 0 } parameter)
        {
            payload["registryAuthentication"] = new JsonObject
            {
                ["type"] = "asm",
                ["asmAuthData"] = new JsonObject { ["region"] = RegionOf(parameter) ?? region, ["credentialsParameter"] = parameter },
            };
        }
    }

    /// <summary>Whatever its target, the official agent makes an environment variable of what is of that type: for a log driver it must be another.</summary>
    private static JsonObject Secret(JsonElement secret, string region, string type, string target)
    {
        var from = Text(secret, "valueFrom") ?? "";
        return new JsonObject
        {
            ["name"] = Text(secret, "name"),
            ["valueFrom"] = from,
            ["region"] = RegionOf(from) ?? region,
            ["provider"] = from.Contains(":secretsmanager:", StringComparison.Ordinal) ? "asm" : "ssm",
            ["type"] = type,
            ["target"] = target,
        };
    }

    /// <summary>The region of an ARN; null for a name.</summary>
    private static string? RegionOf(string from) =>
        from.StartsWith("arn:", StringComparison.Ordinal) && from.Split(':', 5) is [_, _, _, { Length: > 0 } region, _] ? region : null;

    private static JsonElement.ArrayEnumerator Items(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : default;

    private static string? Text(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
