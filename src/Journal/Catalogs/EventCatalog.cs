using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Berth.Engine;

namespace Berth.Journal;

/// <summary>
/// The names and JSON forms of one family of facts. Names are stable for ever: a fact once written can always be read.
/// </summary>
/// <param name="state">How the state of a snapshot is written.</param>
public sealed class EventCatalog<TState, TEvent>(JsonTypeInfo<TState> state) : IStreamCodec<TState, TEvent>
    where TState : class
    where TEvent : class
{
    private readonly Dictionary<Type, Entry> byType = [];
    private readonly Dictionary<string, Entry> byName = new(StringComparer.Ordinal);
    private FrozenDictionary<Type, Entry>? frozen;

    /// <summary>Every name, in ordinal order.</summary>
    public IEnumerable<string> Names => byName.Keys.Order(StringComparer.Ordinal);

    /// <summary>Adds one kind of fact.</summary>
    /// <param name="name">Its stable short name, such as <c>task.placed</c>.</param>
    /// <param name="json">Its JSON form.</param>
    public EventCatalog<TState, TEvent> Add<T>(string name, JsonTypeInfo<T> json)
        where T : class, TEvent
    {
        var entry = new Entry(name, json);
        byType.Add(typeof(T), entry);
        byName.Add(name, entry);
        return this;
    }

    /// <inheritdoc/>
    public (string Type, string Payload) Encode(TEvent fact)
    {
        var entry = (frozen ??= byType.ToFrozenDictionary())[fact.GetType()];
        return (entry.Name, JsonSerializer.Serialize(fact, entry.Json));
    }

    /// <inheritdoc/>
    public TEvent Decode(string type, string payload) =>
        byName.TryGetValue(type, out var entry)
            ? (TEvent)JsonSerializer.Deserialize(payload, entry.Json)!
            : throw new InvalidDataException($"This release does not know the event type '{type}'. Start the release that wrote the journal, or a newer one.");

    /// <inheritdoc/>
    public string EncodeState(TState value) => JsonSerializer.Serialize(value, state);

    /// <inheritdoc/>
    public TState DecodeState(string payload) => JsonSerializer.Deserialize(payload, state)!;

    private sealed record Entry(string Name, JsonTypeInfo Json);
}
