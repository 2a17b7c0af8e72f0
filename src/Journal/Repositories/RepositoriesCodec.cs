using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Berth.Domain;
using Berth.Engine;

namespace Berth.Journal;

/// <summary>How the facts of a registry are written. A name once released keeps its meaning; members are only ever added.</summary>
public sealed class RepositoriesCodec : IStreamCodec<RepositoriesState, RepositoriesEvent>
{
    private static readonly RepositoriesJson Json = RepositoriesJson.Readable;

    /// <inheritdoc/>
    public (string Type, string Payload) Encode(RepositoriesEvent fact) => fact switch
    {
        RepositoriesEvent.RepositoryCreated created => ("repository.created", Write(created, Json.RepositoryCreated)),
        RepositoriesEvent.RepositoryDeleted deleted => ("repository.deleted", Write(deleted, Json.RepositoryDeleted)),
        RepositoriesEvent.ImagePushed pushed => ("image.pushed", Write(pushed, Json.ImagePushed)),
        RepositoriesEvent.ImageUntagged untagged => ("image.untagged", Write(untagged, Json.ImageUntagged)),
        RepositoriesEvent.ImageDeleted deleted => ("image.deleted", Write(deleted, Json.ImageDeleted)),
        RepositoriesEvent.TagMutabilityChanged changed => ("repository.tag-mutability-changed", Write(changed, Json.TagMutabilityChanged)),
        RepositoriesEvent.ScanningChanged changed => ("repository.scanning-changed", Write(changed, Json.ScanningChanged)),
        RepositoriesEvent.PolicyChanged changed => ("repository.policy-changed", Write(changed, Json.PolicyChanged)),
        RepositoriesEvent.LifecyclePolicyChanged changed => ("repository.lifecycle-policy-changed", Write(changed, Json.LifecyclePolicyChanged)),
        RepositoriesEvent.ResourceTagsChanged changed => ("repository.resource-tags-changed", Write(changed, Json.ResourceTagsChanged)),
        _ => throw new UnreachableException($"Unknown event {fact.GetType().Name}."),
    };

    /// <inheritdoc/>
    public RepositoriesEvent Decode(string type, string payload) => type switch
    {
        "repository.created" => Read(payload, Json.RepositoryCreated),
        "repository.deleted" => Read(payload, Json.RepositoryDeleted),
        "image.pushed" => Read(payload, Json.ImagePushed),
        "image.untagged" => Read(payload, Json.ImageUntagged),
        "image.deleted" => Read(payload, Json.ImageDeleted),
        "repository.tag-mutability-changed" => Read(payload, Json.TagMutabilityChanged),
        "repository.scanning-changed" => Read(payload, Json.ScanningChanged),
        "repository.policy-changed" => Read(payload, Json.PolicyChanged),
        "repository.lifecycle-policy-changed" => Read(payload, Json.LifecyclePolicyChanged),
        "repository.resource-tags-changed" => Read(payload, Json.ResourceTagsChanged),
        _ => throw new JsonException($"'{type}' is no event of a registry."),
    };

    /// <inheritdoc/>
    public IEnumerable<ReadOnlyMemory<byte>> EncodeState(RepositoriesState state) => [SnapshotPart.Of(state, Json.RepositoriesState)];

    /// <inheritdoc/>
    public RepositoriesState DecodeState(IReadOnlyList<ReadOnlyMemory<byte>> parts) => SnapshotPart.Read(parts[0], Json.RepositoriesState);

    private static string Write<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.Serialize(value, type);

    private static T Read<T>(string payload, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(payload, type) ?? throw new JsonException($"'{payload}' is no {typeof(T).Name}.");
}

[JsonSerializable(typeof(RepositoriesState))]
[JsonSerializable(typeof(RepositoriesEvent.RepositoryCreated))]
[JsonSerializable(typeof(RepositoriesEvent.RepositoryDeleted))]
[JsonSerializable(typeof(RepositoriesEvent.ImagePushed))]
[JsonSerializable(typeof(RepositoriesEvent.ImageUntagged))]
[JsonSerializable(typeof(RepositoriesEvent.ImageDeleted))]
[JsonSerializable(typeof(RepositoriesEvent.TagMutabilityChanged))]
[JsonSerializable(typeof(RepositoriesEvent.ScanningChanged))]
[JsonSerializable(typeof(RepositoriesEvent.PolicyChanged))]
[JsonSerializable(typeof(RepositoriesEvent.LifecyclePolicyChanged))]
[JsonSerializable(typeof(RepositoriesEvent.ResourceTagsChanged))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(Dictionary<string, Repository>))]
[JsonSerializable(typeof(Dictionary<string, RepositoryImage>))]
internal sealed partial class RepositoriesJson : JsonSerializerContext
{
    /// <summary>As an operator would like to read it: plain characters, no members without a value.</summary>
    public static RepositoriesJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        IgnoreReadOnlyProperties = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters =
        {
            new OrdinalDictionaryConverter<string>(),
            new OrdinalDictionaryConverter<Repository>(),
            new OrdinalDictionaryConverter<RepositoryImage>(),
        },
    });
}

/// <summary>Sorted dictionaries whose order is ordinal after reading, too.</summary>
internal sealed class OrdinalDictionaryConverter<T> : JsonConverter<ImmutableSortedDictionary<string, T>>
{
    public override ImmutableSortedDictionary<string, T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize(ref reader, (JsonTypeInfo<Dictionary<string, T>>)options.GetTypeInfo(typeof(Dictionary<string, T>)))
            ?.ToImmutableSortedDictionary(StringComparer.Ordinal) ?? throw new JsonException("An object is expected.");

    public override void Write(Utf8JsonWriter writer, ImmutableSortedDictionary<string, T> value, JsonSerializerOptions options)
    {
        var type = (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
        writer.WriteStartObject();
        foreach (var (name, item) in value)
        {
            writer.WritePropertyName(name);
            JsonSerializer.Serialize(writer, item, type);
        }

        writer.WriteEndObject();
    }
}
