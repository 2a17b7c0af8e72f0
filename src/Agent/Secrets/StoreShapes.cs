using System.Text.Json.Serialization;

namespace Berth.Agent;

// Secrets Manager and Systems Manager spell their members in Pascal case, unlike ECS.
internal sealed record GetParametersRequest(
    [property: JsonPropertyName("Names")] IReadOnlyList<string> Names, [property: JsonPropertyName("WithDecryption")] bool WithDecryption);

internal sealed record GetParametersResponse([property: JsonPropertyName("Parameters")] IReadOnlyList<StoredParameter>? Parameters);

internal sealed record StoredParameter(
    [property: JsonPropertyName("Name")] string? Name,
    [property: JsonPropertyName("ARN")] string? Arn,
    [property: JsonPropertyName("Selector")] string? Selector,
    [property: JsonPropertyName("Value")] string? Value);

internal sealed record GetSecretValueRequest(
    [property: JsonPropertyName("SecretId")] string SecretId,
    [property: JsonPropertyName("VersionId")] string? VersionId,
    [property: JsonPropertyName("VersionStage")] string? VersionStage);

internal sealed record GetSecretValueResponse([property: JsonPropertyName("SecretString")] string? SecretString);
