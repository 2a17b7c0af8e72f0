namespace Berth.Secrets;

/// <summary>Taken and refused: secrets stay in their region.</summary>
internal sealed record ReplicaRegionShape(string? Region, string? KmsKeyId);

internal sealed record SecretFilterShape(string? Key, IReadOnlyList<string>? Values);

internal sealed record SecretVersionShape(string VersionId, IReadOnlyList<string> VersionStages, DateTimeOffset CreatedDate, IReadOnlyList<string> KmsKeyIds);

internal sealed record SecretListEntryShape(
    [property: System.Text.Json.Serialization.JsonPropertyName("ARN")] string Arn,
    string Name,
    string? Description,
    string? KmsKeyId,
    DateTimeOffset LastChangedDate,
    DateTimeOffset? DeletedDate,
    IReadOnlyList<TagShape>? Tags,
    IReadOnlyDictionary<string, IReadOnlyList<string>>? SecretVersionsToStages,
    DateTimeOffset CreatedDate);
