using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Berth.Journal;

/// <summary>How the state of a stream is written as a snapshot: one or more parts of JSON text in UTF-8.</summary>
public interface ISnapshotForm<TState>
{
    /// <summary>The parts, made one after another as they are asked for.</summary>
    IEnumerable<ReadOnlyMemory<byte>> Write(TState state);

    /// <summary>Reads what this or an older release wrote.</summary>
    TState Read(IReadOnlyList<ReadOnlyMemory<byte>> parts);
}

/// <summary>A state that is small enough to be one text.</summary>
internal sealed class WholeSnapshot<TState>(JsonTypeInfo<TState> type) : ISnapshotForm<TState>
{
    public IEnumerable<ReadOnlyMemory<byte>> Write(TState state) => [SnapshotPart.Of(state, type)];

    public TState Read(IReadOnlyList<ReadOnlyMemory<byte>> parts) => SnapshotPart.Read(parts[0], type);
}

/// <summary>One part of a snapshot.</summary>
internal static class SnapshotPart
{
    /// <summary>Into memory of its own: the serializer's pool would keep a large text's memory, in every size it grew through.</summary>
    public static ReadOnlyMemory<byte> Of<T>(T value, JsonTypeInfo<T> type)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = type.Options.Encoder, SkipValidation = true }))
        {
            JsonSerializer.Serialize(json, value, type);
        }

        return buffer.WrittenMemory;
    }

    public static T Read<T>(ReadOnlyMemory<byte> part, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(part.Span, type) ?? throw new JsonException("A snapshot cannot be null.");
}
