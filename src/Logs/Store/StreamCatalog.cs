using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Berth.Logs;

/// <summary>
/// The streams of a group, kept in <c>streams.jsonl</c>: a line for each creation and each deletion. The group's writer
/// appends; anyone reads.
/// </summary>
internal sealed class StreamCatalog
{
    public const string FileName = "streams.jsonl";

    private readonly ConcurrentDictionary<string, LogStream> byName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, LogStream> byId = [];

    /// <summary>The length of the lines that are committed.</summary>
    public long Length { get; set; }

    public int HighestId { get; private set; }

    public ICollection<LogStream> All => byName.Values;

    /// <summary>Reads the file; what follows the last whole line was never acknowledged and is cut off.</summary>
    public static StreamCatalog Open(string path)
    {
        var catalog = new StreamCatalog();
        ReadOnlySpan<byte> rest = File.ReadAllBytes(path);
        var length = rest.Length;
        while (rest.IndexOf((byte)'\n') is >= 0 and var end && TryParse(rest[..end]) is { } line)
        {
            catalog.Apply(line);
            catalog.Length += end + 1;
            rest = rest[(end + 1)..];
        }

        if (catalog.Length < length)
        {
            FileHandles.Truncate(path, catalog.Length);
        }

        return catalog;
    }

    public LogStream? Find(string name) => byName.GetValueOrDefault(name);

    public LogStream? Find(int id) => byId.GetValueOrDefault(id);

    public void Apply(StreamLine line)
    {
        HighestId = Math.Max(HighestId, line.Id);
        if (line.Name is { } name)
        {
            byName[name] = byId[line.Id] = new LogStream(line.Id, name, line.At ?? 0);
        }
        else if (byId.TryRemove(line.Id, out var gone))
        {
            byName.TryRemove(KeyValuePair.Create(gone.Name, gone));
        }
    }

    public static byte[] Encode(StreamLine line) => [.. JsonSerializer.SerializeToUtf8Bytes(line, StoreJson.Default.StreamLine), (byte)'\n'];

    private static StreamLine? TryParse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, StoreJson.Default.StreamLine);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>A line of the catalog: a stream with a name was created, one without was deleted.</summary>
internal sealed record StreamLine(int Id, string? Name, long? At);

/// <summary>What a group's <c>group.json</c> says.</summary>
internal sealed record GroupSettings
{
    public required string Name { get; init; }

    public required long CreatedAt { get; init; }

    /// <summary>Days after which an event is gone; null for never.</summary>
    public int? RetentionInDays { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    public string LogGroupClass { get; init; } = "STANDARD";

    public string? KmsKeyId { get; init; }

    public bool IsDeletionProtected { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StreamLine))]
[JsonSerializable(typeof(GroupSettings))]
internal sealed partial class StoreJson : JsonSerializerContext;
