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
/// <param name="snapshot">How a state is written and read.</param>
public sealed class EventCatalog<TState, TEvent>(ISnapshotForm<TState> snapshot) : IStreamCodec<TState, TEvent>
    where TState : class
    where TEvent : class
{
    private readonly Dictionary<Type, Entry> byType = [];
    private readonly Dictionary<string, Entry> byName = new(StringComparer.Ordinal);
    private FrozenDictionary<Type, Entry>? frozen;

    /// <summary>A catalog whose states are written whole, as one text.</summary>
    public EventCatalog(JsonTypeInfo<TState> state)
        : this(new WholeSnapshot<TState>(state))
    {
    }

    /// <summary>Every name, in ordinal order.</summary>
    public IEnumerable<string> Names => byName.Keys.Order(StringComparer.Ordinal);

    /// <summary>Adds one kind of fact.</summary>
    /// <param name="name">Its stable short name, such as <c>task.placed</c>.</param>
    /// <param name="json">Its JSON form.</param>
    /// <param name="read">Reads that form in a faster way than the serializer; null for none.</param>
    public EventCatalog<TState, TEvent> Add<T>(string name, JsonTypeInfo<T> json, Utf8Reading<T>? read = null)
        where T : class, TEvent
    {
        var entry = new Entry(name, json, read is null ? null : utf8 => read(utf8));
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
            ? entry.Read is { } read ? ReadUtf8(payload, read) : (TEvent)JsonSerializer.Deserialize(payload, entry.Json)!
            : throw new InvalidDataException($"This release does not know the event type '{type}'. Start the release that wrote the journal, or a newer one.");

    /// <inheritdoc/>
    public IEnumerable<ReadOnlyMemory<byte>> EncodeState(TState value) => snapshot.Write(value);

    /// <inheritdoc/>
    public TState DecodeState(IReadOnlyList<ReadOnlyMemory<byte>> parts) => snapshot.Read(parts);

    private static TEvent ReadUtf8(string payload, Utf8Reading<TEvent> read)
    {
        var utf8 = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(payload.Length));
        try
        {
            return read(utf8.AsSpan(0, Encoding.UTF8.GetBytes(payload, utf8)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(utf8);
        }
    }

    private sealed record Entry(string Name, JsonTypeInfo Json, Utf8Reading<TEvent>? Read);
}

/// <summary>Reads a value from JSON text in UTF-8.</summary>
public delegate T Utf8Reading<out T>(ReadOnlySpan<byte> json);
