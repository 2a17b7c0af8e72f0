using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Berth.Engine;

namespace Berth.Journal;

/// <summary>
/// The names and JSON forms of one family of facts. Names are stable for ever: a fact once written can always be read.
/// </summary>
/// <param name="state">How the state of a snapshot is written.</param>
/// <param name="decodeState">Reads it in another way than the serializer would; null for none.</param>
public sealed class EventCatalog<TState, TEvent>(JsonTypeInfo<TState> state, Func<byte[], TState>? decodeState = null) : IStreamCodec<TState, TEvent>
    where TState : class
    where TEvent : class
{
    private readonly Dictionary<Type, Entry> byType = [];
    private readonly Dictionary<string, Entry> byName = new(StringComparer.Ordinal);
    private FrozenDictionary<Type, Entry>? frozen;
    private int lastStateBytes;

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
    /// <remarks>Into memory of its own: a large state's text would else stay in the shared pool, in every size it grew through.</remarks>
    public string EncodeState(TState value)
    {
        var buffer = new ArrayBufferWriter<byte>(lastStateBytes + lastStateBytes / 4 + 1024);
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = state.Options.Encoder, SkipValidation = true }))
        {
            JsonSerializer.Serialize(json, value, state);
        }

        lastStateBytes = buffer.WrittenCount;
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <inheritdoc/>
    public TState DecodeState(string payload)
    {
        var json = Encoding.UTF8.GetBytes(payload);
        return decodeState is not null ? decodeState(json) : JsonSerializer.Deserialize(json, state)!;
    }

    private sealed record Entry(string Name, JsonTypeInfo Json);
}
