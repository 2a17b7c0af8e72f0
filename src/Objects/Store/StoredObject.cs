using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Berth.Objects;

/// <summary>What is known of an object beside its content. It stands behind the content in the object's file.</summary>
internal sealed record StoredObject
{
    /// <summary>Its key in the bucket: 1 to 1024 bytes of UTF-8.</summary>
    public required string Key { get; init; }

    /// <summary>The length of its content in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>The content's MD5, in hexadecimal.</summary>
    public required string ETag { get; init; }

    /// <summary>When it was put.</summary>
    public required DateTimeOffset PutAt { get; init; }

    /// <summary>Headers that are told with it: its type, its encoding, its metadata.</summary>
    public required ImmutableSortedDictionary<string, string> Headers { get; init; }
}

/// <summary>An object's file: the content, the description as JSON, the description's length in four bytes.</summary>
internal static class ObjectFile
{
    private const int FooterBytes = sizeof(int);

    /// <summary>Headers are bounded, so is this.</summary>
    private const int MostDescriptionBytes = 256 * 1024;

    public static void Describe(Stream file, StoredObject description)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(description, ObjectsJson.Default.StoredObject);
        Span<byte> footer = stackalloc byte[FooterBytes];
        BinaryPrimitives.WriteInt32LittleEndian(footer, json.Length);
        file.Write(json);
        file.Write(footer);
    }

    /// <summary>Null for a file that is no object.</summary>
    public static StoredObject? Read(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> footer = stackalloc byte[FooterBytes];
        if (file.Length < FooterBytes)
        {
            return null;
        }

        file.Position = file.Length - FooterBytes;
        file.ReadExactly(footer);
        var length = BinaryPrimitives.ReadInt32LittleEndian(footer);
        if (length is <= 0 or > MostDescriptionBytes || length > file.Length - FooterBytes)
        {
            return null;
        }

        var json = new byte[length];
        file.Position = file.Length - FooterBytes - length;
        file.ReadExactly(json);
        try
        {
            return JsonSerializer.Deserialize(json, ObjectsJson.Default.StoredObject) is { } read && read.Size == file.Length - FooterBytes - length ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StoredObject))]
[JsonSerializable(typeof(BucketDescription))]
internal sealed partial class ObjectsJson : JsonSerializerContext;
