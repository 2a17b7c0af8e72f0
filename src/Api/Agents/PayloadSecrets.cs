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
            .. container.Members("secrets").Select(secret => Secret(secret, region, "ENVIRONMENT_VARIABLE", "CONTAINER")),
            .. container.Member("logConfiguration").Members("secretOptions").Select(secret => Secret(secret, region, "BOOTSTRAP", "LOG_DRIVER")),
        ];
        if (secrets.Length > 0)
        {
            payload["secrets"] = new JsonArray(secrets);
        }

        if (container.Member("repositoryCredentials").Text("credentialsParameter") is { Length: > 0 } parameter)
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
        var from = secret.Text("valueFrom") ?? "";
        return new JsonObject
        {
            ["name"] = secret.Text("name"),
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
}
