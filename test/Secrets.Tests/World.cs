using System.Net;
using System.Text.Json;
using Berth.Domain;
using Berth.Journal;
using Berth.Testing;

namespace Berth.Secrets.Tests;

/// <summary>Both services behind a front door, and calls of them.</summary>
internal static class World
{
    public static Task<QueryServer> StartAsync(string? directory = null)
    {
        directory ??= Directory.CreateTempSubdirectory("berth-secrets-").FullName;
        return QueryServer.StartAsync(
            "secrets",
            "",
            services =>
            {
                services.AddStream<SecretsAggregate, SecretsState, SecretsEvent>(id => new(id.Account, id.Region), SecretsCatalog.Create());
                services.AddStream<ParametersAggregate, ParametersState, ParametersEvent>(id => new(id.Account, id.Region), ParametersCatalog.Create());
                services.AddSecrets(new() { KeyFile = KeyFile(directory) });
            },
            directory: directory);
    }

    public static string KeyFile(string directory) => Path.Combine(directory, "secrets.key");

    /// <summary>The answer of a call that must succeed.</summary>
    public static async Task<JsonElement> CallAsync(this QueryServer server, string operation, string body, string region = "us-east-1")
    {
        var (status, answer) = await server.SendAsync(operation, body, region);
        status.ShouldBe(HttpStatusCode.OK, answer.ToString());
        return answer;
    }

    /// <summary>The code and message of a call that must fail.</summary>
    public static async Task<(string Code, string Message)> RefusedAsync(this QueryServer server, string operation, string body)
    {
        var (status, answer) = await server.SendAsync(operation, body, "us-east-1");
        status.ShouldBe(HttpStatusCode.BadRequest, answer.ToString());
        return (answer.GetProperty("__type").GetString()!, answer.GetProperty("message").GetString()!);
    }

    public static string Text(this JsonElement answer, string member) => answer.GetProperty(member).ToString();

    public static string[] Texts(this JsonElement answer, string list, string? member = null) =>
        [.. answer.GetProperty(list).EnumerateArray().Select(item => member is null ? item.ToString() : item.Text(member))];

    private static Task<(HttpStatusCode Status, JsonElement Answer)> SendAsync(this QueryServer server, string operation, string body, string region)
    {
        var isParameter = operation.Contains("Parameter", StringComparison.Ordinal) || operation is "AddTagsToResource" or "ListTagsForResource" or "RemoveTagsFromResource";
        return server.JsonAsync(server.Root, isParameter ? "ssm" : "secretsmanager", $"{(isParameter ? "AmazonSSM" : "secretsmanager")}.{operation}", body, region);
    }
}
