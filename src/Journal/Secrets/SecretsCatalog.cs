using System.Text.Json.Serialization;
using Berth.Domain;

namespace Berth.Journal;

/// <summary>Secrets' facts and state as JSON text.</summary>
public static class SecretsCatalog
{
    /// <summary>The catalog.</summary>
    public static EventCatalog<SecretsState, SecretsEvent> Create() => new EventCatalog<SecretsState, SecretsEvent>(SecretsJson.Default.SecretsState)
        .Add("secret.created", SecretsJson.Default.Created)
        .Add("secret.valuePut", SecretsJson.Default.ValuePut)
        .Add("secret.updated", SecretsJson.Default.Updated)
        .Add("secret.stageMoved", SecretsJson.Default.StageMoved)
        .Add("secret.tagged", SecretsJson.Default.Tagged)
        .Add("secret.deletionScheduled", SecretsJson.Default.DeletionScheduled)
        .Add("secret.restored", SecretsJson.Default.Restored)
        .Add("secret.deleted", SecretsJson.Default.Deleted);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(SecretsState))]
[JsonSerializable(typeof(SecretsEvent.Created))]
[JsonSerializable(typeof(SecretsEvent.ValuePut))]
[JsonSerializable(typeof(SecretsEvent.Updated))]
[JsonSerializable(typeof(SecretsEvent.StageMoved))]
[JsonSerializable(typeof(SecretsEvent.Tagged))]
[JsonSerializable(typeof(SecretsEvent.DeletionScheduled))]
[JsonSerializable(typeof(SecretsEvent.Restored))]
[JsonSerializable(typeof(SecretsEvent.Deleted))]
internal sealed partial class SecretsJson : JsonSerializerContext;
