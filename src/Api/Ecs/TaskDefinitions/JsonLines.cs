using System.Text.Json;

namespace Berth.Api;

/// <summary>On which line each member of a JSON text stands, by its path.</summary>
internal sealed class JsonLines
{
    private readonly Dictionary<string, int> byPath = new(StringComparer.Ordinal) { [""] = 1 };

    /// <summary>Walks the text once.</summary>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static JsonLines Of(ReadOnlySpan<byte> json)
    {
        var lines = new JsonLines();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        var open = new Stack<Place>();
        var member = "";
        var (line, seen) = (1, 0);
        while (reader.Read())
        {
            var start = (int)reader.TokenStartIndex;
            line += json[seen..start].Count((byte)'\n');
            seen = start;
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                member = Problems.Join(open.Peek().Path, reader.GetString()!);    // A name is never null.
                lines.byPath.TryAdd(member, line);
                continue;
            }

            if (reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject)
            {
                open.Pop();
                continue;
            }

            var path = member;
            if (open.TryPeek(out var list) && list.IsList)
            {
                path = $"{list.Path}[{list.Items++}]";
                lines.byPath.TryAdd(path, line);
            }

            if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
            {
                open.Push(new(path, reader.TokenType == JsonTokenType.StartArray));
            }
        }

        return lines;
    }

    /// <summary>The line of a member, or of the nearest thing around it that is there.</summary>
    public int Find(string path)
    {
        while (true)
        {
            if (byPath.TryGetValue(path, out var line))
            {
                return line;
            }

            path = path[..Math.Max(0, path.LastIndexOfAny(['.', '[']))];
        }
    }

    private sealed class Place(string path, bool isList)
    {
        public string Path { get; } = path;

        public bool IsList { get; } = isList;

        public int Items { get; set; }
    }
}
