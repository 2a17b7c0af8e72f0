using System.Text.Json.Serialization;
using Berth.Domain;

namespace Berth.Journal;

/// <summary>Parameters' facts and state as JSON text.</summary>
public static class ParametersCatalog
{
    /// <summary>The catalog.</summary>
    public static EventCatalog<ParametersState, ParametersEvent> Create() => new EventCatalog<ParametersState, ParametersEvent>(ParametersJson.Default.ParametersState)
        .Add("parameter.put", ParametersJson.Default.Put)
        .Add("parameter.tagged", ParametersJson.Default.Tagged)
        .Add("parameter.deleted", ParametersJson.Default.Deleted);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(ParametersState))]
[JsonSerializable(typeof(ParametersEvent.Put))]
[JsonSerializable(typeof(ParametersEvent.Tagged))]
[JsonSerializable(typeof(ParametersEvent.Deleted))]
internal sealed partial class ParametersJson : JsonSerializerContext;
