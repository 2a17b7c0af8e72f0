using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Berth.Wire;

/// <summary>The JSON habits of the AWS protocols, to be handed to a service's source-generated context.</summary>
public static class AwsJson
{
    // The years that a DateTimeOffset has.
    private const double EarliestSecond = -62_135_596_800, LatestSecond = 253_402_300_799;

    /// <summary>JSON 1.1 with lower camel case members and timestamps in seconds since the epoch: ECS, ECR, CloudWatch Logs.</summary>
    public static JsonSerializerOptions CamelCase() => Base(JsonNamingPolicy.CamelCase, new EpochSecondsConverter());

    /// <summary>The same with members as the records spell them: Secrets Manager, Systems Manager.</summary>
    public static JsonSerializerOptions PascalCase() => Base(null, new EpochSecondsConverter());

    /// <summary>Camel case with ISO 8601 timestamps: what ECS sends to EventBridge.</summary>
    public static JsonSerializerOptions CamelCaseIso8601() => Base(JsonNamingPolicy.CamelCase, new Iso8601Converter());

    /// <summary>The Query protocol's tree: Pascal case members, ISO 8601 timestamps, numbers and booleans as text: ELBv2, STS.</summary>
    public static JsonSerializerOptions Query()
    {
        var options = Base(null, new Iso8601Converter());
        options.NumberHandling = JsonNumberHandling.AllowReadingFromString;
        options.Converters.Add(new BooleanTextConverter());
        return options;
    }

    /// <summary>EC2's tree: read in Pascal case, written in lower camel case, else as <see cref="Query"/>.</summary>
    public static JsonSerializerOptions Ec2Query()
    {
        var options = Query();
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = true;
        return options;
    }

    private static JsonSerializerOptions Base(JsonNamingPolicy? naming, JsonConverter timestamps) => new()
    {
        PropertyNamingPolicy = naming,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { timestamps },
    };

    /// <exception cref="JsonException">The text is no moment.</exception>
    private static DateTimeOffset ReadIso8601(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String
        && DateTimeOffset.TryParse(reader.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment
            : throw new JsonException("A timestamp is written as ISO 8601.");

    private sealed class EpochSecondsConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String ? ReadIso8601(ref reader)
            : reader.GetDouble() is >= EarliestSecond and <= LatestSecond and var seconds ? DateTimeOffset.UnixEpoch.AddMilliseconds((long)Math.Round(seconds * 1000))
            : throw new JsonException("A timestamp lies in the years 1 to 9999.");

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteNumberValue(value.ToUnixTimeMilliseconds() / 1000m);
    }

    private sealed class Iso8601Converter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            ReadIso8601(ref reader);

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
    }

    private sealed class BooleanTextConverter : JsonConverter<bool>
    {
        public override bool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            JsonTokenType.String when bool.TryParse(reader.GetString(), out var value) => value,
            _ => throw new JsonException("A boolean is true or false."),
        };

        public override void Write(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) => writer.WriteBooleanValue(value);
    }
}
