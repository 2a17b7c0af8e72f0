using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Berth.Agent;

/// <summary>What every message of both channels travels in: <c>{"type":NAME,"message":{…}}</c>.</summary>
internal static class Envelope
{
    public static ReadOnlyMemory<byte> Write<T>(string type, T message, JsonTypeInfo<T> messageType)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("type", type);
            writer.WritePropertyName("message");
            JsonSerializer.Serialize(writer, message, messageType);
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
