using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Berth.Domain;

namespace Berth.Registry;

/// <summary>What a manifest's bytes say. Shapes are checked, media types of parts are not: layers may be anything.</summary>
internal sealed record ManifestDocument
{
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
    public const string DockerList = "application/vnd.docker.distribution.manifest.list.v2+json";
    public const string OciManifest = "application/vnd.oci.image.manifest.v1+json";
    public const string OciIndex = "application/vnd.oci.image.index.v1+json";

    /// <summary>The image it describes; its push time is not known yet.</summary>
    public required RepositoryImage Image { get; init; }

    /// <summary>Blobs that must be in the repository before the manifest.</summary>
    public required ImmutableArray<ImageContent> RequiredBlobs { get; init; }

    /// <summary>Reads a manifest.</summary>
    /// <param name="bytes">Its bytes, kept as they are.</param>
    /// <param name="declaredType">The media type the client declares; null = the manifest's own word.</param>
    /// <param name="document">What it says.</param>
    /// <param name="problem">Why it cannot be taken.</param>
    public static bool TryRead(
        ReadOnlyMemory<byte> bytes,
        string? declaredType,
        [NotNullWhen(true)] out ManifestDocument? document,
        [NotNullWhen(false)] out string? problem)
    {
        document = null;
        try
        {
            using var json = JsonDocument.Parse(bytes);
            document = Read(json.RootElement, bytes, declaredType);
            problem = null;
            return true;
        }
        catch (Exception failure) when (failure is JsonException or FormatException)
        {
            problem = failure is FormatException ? failure.Message : "The manifest is not valid JSON.";
            return false;
        }
    }

    /// <summary>The annotations of a manifest, for those who list it.</summary>
    public static ImmutableSortedDictionary<string, string> AnnotationsOf(ReadOnlyMemory<byte> bytes)
    {
        using var json = JsonDocument.Parse(bytes);
        return json.RootElement.TryGetProperty("annotations", out var annotations) && annotations.ValueKind == JsonValueKind.Object
            ? annotations.EnumerateObject()
                .Where(pair => pair.Value.ValueKind == JsonValueKind.String)
                .ToImmutableSortedDictionary(pair => pair.Name, pair => pair.Value.GetString() ?? "", StringComparer.Ordinal)
            : ImmutableSortedDictionary<string, string>.Empty;
    }

    private static ManifestDocument Read(JsonElement root, ReadOnlyMemory<byte> bytes, string? declaredType)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("A manifest is a JSON object.");
        }

        var ownType = Text(root, "mediaType");
        if (!string.IsNullOrEmpty(ownType) && declaredType is not null && ownType != declaredType)
        {
            throw new FormatException($"The manifest says it is '{ownType}' but was sent as '{declaredType}'.");
        }

        if (!root.TryGetProperty("schemaVersion", out var version) || version.ValueKind != JsonValueKind.Number || !version.TryGetInt32(out var number) || number != 2)
        {
            throw new FormatException("Only manifests of schema version 2 are supported.");
        }

        var mediaType = declaredType ?? (string.IsNullOrEmpty(ownType) ? Guess(root) : ownType);
        return mediaType switch
        {
            DockerManifest or OciManifest => ReadImage(root, bytes, mediaType),
            DockerList or OciIndex => ReadIndex(root, bytes, mediaType),
            _ => throw new FormatException($"Manifests of type '{mediaType}' are not supported."),
        };
    }

    private static string Guess(JsonElement root) =>
        root.TryGetProperty("manifests", out _) ? OciIndex
        : root.TryGetProperty("config", out _) ? OciManifest
        : throw new FormatException("The manifest does not say what it is.");

    private static ManifestDocument ReadImage(JsonElement root, ReadOnlyMemory<byte> bytes, string mediaType)
    {
        var config = root.TryGetProperty("config", out var configElement)
            ? Descriptor(configElement, "config")
            : throw new FormatException("The manifest has no config.");
        var layers = ImmutableArray.CreateBuilder<ImageContent>();
        var required = ImmutableArray.CreateBuilder<ImageContent>();
        required.Add(config);
        foreach (var element in List(root, "layers"))
        {
            var layer = Descriptor(element, "layers");
            layers.Add(layer);
            if (!IsForeign(layer.MediaType))
            {
                required.Add(layer);
            }
        }

        return new ManifestDocument
        {
            Image = Base(root, bytes, mediaType) with
            {
                Config = config,
                Layers = layers.DrainToImmutable(),
                ArtifactType = Text(root, "artifactType") is { Length: > 0 } artifactType ? artifactType : config.MediaType,
            },
            RequiredBlobs = required.DrainToImmutable(),
        };
    }

    private static ManifestDocument ReadIndex(JsonElement root, ReadOnlyMemory<byte> bytes, string mediaType) => new()
    {
        Image = Base(root, bytes, mediaType) with
        {
            Children = [.. List(root, "manifests").Select(element => Descriptor(element, "manifests"))],
            ArtifactType = Text(root, "artifactType") is { Length: > 0 } artifactType ? artifactType : null,
        },
        RequiredBlobs = [],
    };

    private static RepositoryImage Base(JsonElement root, ReadOnlyMemory<byte> bytes, string mediaType) => new()
    {
        Digest = Digest.Of(bytes.Span).Value,
        MediaType = mediaType,
        ManifestBytes = bytes.Length,
        PushedAt = default,
        Subject = root.TryGetProperty("subject", out var subject) && subject.ValueKind != JsonValueKind.Null
            ? Descriptor(subject, "subject").Digest
            : null,
    };

    private static JsonElement.ArrayEnumerator List(JsonElement root, string name) =>
        !root.TryGetProperty(name, out var list) || list.ValueKind == JsonValueKind.Null ? default
        : list.ValueKind == JsonValueKind.Array ? list.EnumerateArray()
        : throw new FormatException($"'{name}' is not a list.");

    private static ImageContent Descriptor(JsonElement element, string where)
    {
        if (element.ValueKind != JsonValueKind.Object
            || !Digest.TryParse(Text(element, "digest"), out var digest)
            || !element.TryGetProperty("size", out var size) || size.ValueKind != JsonValueKind.Number || !size.TryGetInt64(out var bytes) || bytes < 0)
        {
            throw new FormatException($"A descriptor in '{where}' needs a sha256 digest and a size.");
        }

        return new ImageContent(digest.Value, bytes, Text(element, "mediaType") ?? "");
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool IsForeign(string mediaType) =>
        mediaType.Contains(".foreign.", StringComparison.Ordinal) || mediaType.Contains(".nondistributable.", StringComparison.Ordinal);
}
