using System.Text.Json;

namespace Berth.Agent;

/// <summary>What a <c>valueFrom</c> names in Secrets Manager: a secret, one of its versions, and perhaps one member of the JSON it holds.</summary>
/// <param name="SecretId">The secret's ARN, or what else Secrets Manager may know it by.</param>
/// <param name="JsonKey">The member; null for all of the value.</param>
/// <param name="VersionStage">The version's label; null for the current one.</param>
/// <param name="VersionId">The version's id; null for none in particular.</param>
internal sealed record SecretReference(string SecretId, string? JsonKey, string? VersionStage, string? VersionId)
{
    /// <summary>The parts of <c>arn:PARTITION:secretsmanager:REGION:ACCOUNT:secret:NAME</c>.</summary>
    private const int ArnParts = 7;

    public static SecretReference Parse(string valueFrom)
    {
        var parts = valueFrom.Split(':');
        return valueFrom.StartsWith("arn:", StringComparison.Ordinal) && parts.Length > ArnParts
            ? new(string.Join(':', parts[..ArnParts]), Part(ArnParts), Part(ArnParts + 1), Part(ArnParts + 2))
            : new(valueFrom, null, null, null);

        string? Part(int at) => at < parts.Length && parts[at].Length > 0 ? parts[at] : null;
    }

    /// <summary>What the reference means of a secret's value.</summary>
    /// <exception cref="ResourceInitializationException">The value has no such member. It is not told what it has.</exception>
    public string ValueIn(string secret)
    {
        if (JsonKey is null)
        {
            return secret;
        }

        try
        {
            using var document = JsonDocument.Parse(secret);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(JsonKey, out var member)
                ? member.ToString()
                : throw new ResourceInitializationException($"retrieved secret from Secrets Manager did not contain json key {JsonKey}");
        }
        catch (JsonException)
        {
            throw new ResourceInitializationException($"retrieved secret from Secrets Manager is not JSON, so it does not contain json key {JsonKey}");
        }
    }
}

/// <summary>What a task needs before its containers can be cannot be had; the message is the reason reported, and tells no value.</summary>
internal sealed class ResourceInitializationException(string reason) : Exception(reason);
