using System.Text.Json.Serialization;

namespace Berth.Registry;

/// <summary>The bodies of the distribution protocol.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RegistryErrors))]
[JsonSerializable(typeof(TagList))]
[JsonSerializable(typeof(Catalog))]
[JsonSerializable(typeof(ReferrersIndex))]
internal sealed partial class RegistryJson : JsonSerializerContext;

internal sealed record RegistryErrors(IReadOnlyList<RegistryError> Errors);

internal sealed record RegistryError(string Code, string Message);

internal sealed record TagList(string Name, IReadOnlyList<string> Tags);

internal sealed record Catalog(IReadOnlyList<string> Repositories);

internal sealed record ReferrersIndex(IReadOnlyList<Referrer> Manifests)
{
    public int SchemaVersion { get; } = 2;

    public string MediaType { get; } = ManifestDocument.OciIndex;
}

internal sealed record Referrer(string MediaType, string Digest, long Size, string? ArtifactType, IReadOnlyDictionary<string, string>? Annotations);
