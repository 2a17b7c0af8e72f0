using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Berth.Engine;

namespace Berth.Api;

/// <summary>A place in an account's events: before the byte at <paramref name="Offset"/> of a segment.</summary>
/// <param name="Segment">The segment file's name; empty is before all of them.</param>
/// <param name="Offset">The byte.</param>
internal sealed record EventCursor(string Segment, long Offset)
{
    /// <summary>Before the oldest event kept.</summary>
    public static EventCursor Start { get; } = new("", 0);
}

/// <summary>
/// A line of a segment: where in the journal the event comes from, and its envelope. The line is JSON, with the envelope
/// as its last member.
/// </summary>
internal sealed record StoredEvent(string Stream, long Seq, int Index, string DetailType, DateTimeOffset Time, ReadOnlyMemory<byte> Envelope)
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The place after this line; null until it was read from a segment.</summary>
    public EventCursor? Next { get; init; }

    /// <summary>Writes the line, its line feed included.</summary>
    public static void Write(ArrayBufferWriter<byte> output, StreamId stream, long seq, int index, StateChangeEvent envelope)
    {
        using (var json = new Utf8JsonWriter(output, Relaxed))
        {
            json.WriteStartObject();
            json.WriteString("stream"u8, stream.Value);
            json.WriteNumber("seq"u8, seq);
            json.WriteNumber("index"u8, index);
            json.WritePropertyName("event"u8);
            JsonSerializer.Serialize(json, envelope, StateChangeJson.Shared.StateChangeEvent);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    /// <summary>Reads a line without its line feed; null when it is none of ours.</summary>
    public static StoredEvent? Read(ReadOnlyMemory<byte> line)
    {
        try
        {
            string? stream = null, type = null;
            long seq = 0;
            var index = 0;
            var reader = new Utf8JsonReader(line.Span);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString();
                reader.Read();
                switch (name)
                {
                    case "stream":
                        stream = reader.GetString();
                        break;
                    case "seq":
                        seq = reader.GetInt64();
                        break;
                    case "index":
                        index = reader.GetInt32();
                        break;
                    case "event":
                        var start = (int)reader.TokenStartIndex;
                        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                        {
                            var member = reader.GetString();
                            reader.Read();
                            if (member == "detail-type")
                            {
                                type = reader.GetString();
                            }
                            else if (member == "time")
                            {
                                var time = DateTimeOffset.Parse(reader.GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
                                return stream is null || type is null ? null : new(stream, seq, index, type, time, line[start..^1]);
                            }
                        }

                        return null;
                    default:
                        reader.Skip();
                        break;
                }
            }
        }
        catch (Exception damage) when (damage is JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            // Whatever it is, it is not an event.
        }

        return null;
    }
}
