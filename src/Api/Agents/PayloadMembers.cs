using System.Text.Json;
using System.Text.Json.Nodes;

namespace Berth.Api;

/// <summary>Takes members of a task definition over into what an agent is told.</summary>
internal static class PayloadMembers
{
    /// <summary>Members as they are, those that there are.</summary>
    public static void Copy(this JsonElement from, JsonObject to, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (from.Node(name) is { } value)
            {
                to[name] = value;
            }
        }
    }

    /// <summary>Members under another name, those that there are.</summary>
    public static void Rename(this JsonElement from, JsonObject to, params ReadOnlySpan<(string From, string To)> names)
    {
        foreach (var (old, name) in names)
        {
            if (from.Node(old) is { } value)
            {
                to[name] = value;
            }
        }
    }

    /// <summary>A member; null where there is none.</summary>
    public static JsonNode? Node(this JsonElement from, string name)
    {
        var value = from.Member(name);
        return value.ValueKind switch
        {
            JsonValueKind.Object => JsonObject.Create(value),
            JsonValueKind.Array => JsonArray.Create(value),
            JsonValueKind.Undefined or JsonValueKind.Null => null,
            _ => JsonValue.Create(value),
        };
    }
}
