using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Berth.Conformance.Tests;

/// <summary>
/// A JSON text in the making, free to become what no JSON writer would write: members that repeat, lone surrogates, numbers
/// beyond all bounds. A value, a list or an object, and may turn into another while it is changed.
/// </summary>
internal sealed class Draft
{
    private Draft()
    {
    }

    /// <summary>The text of a value, as it goes into the body; null for lists and objects.</summary>
    public string? Token { get; private set; }

    /// <summary>The items of a list; null for others.</summary>
    public List<Draft>? Items { get; private set; }

    /// <summary>The members of an object, in order; null for others.</summary>
    public List<(string Name, Draft Value)>? Members { get; private set; }

    public static Draft Raw(string token) => new() { Token = token };

    public static Draft Text(string value) => Raw(Quote(value));

    public static Draft Number(long value) => Raw(value.ToString(CultureInfo.InvariantCulture));

    public static Draft Truth(bool value) => Raw(value ? "true" : "false");

    public static Draft List(params IEnumerable<Draft> items) => new() { Items = [.. items] };

    public static Draft Object(params IEnumerable<(string Name, Draft Value)> members) => new() { Members = [.. members] };

    /// <summary>The same as a JSON value says.</summary>
    public static Draft Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => List(value.EnumerateArray().Select(Of)),
        JsonValueKind.Object => Object(value.EnumerateObject().Select(member => (member.Name, Of(member.Value)))),
        _ => Raw(value.GetRawText()),
    };

    /// <summary>Turns it into what another is.</summary>
    public void Become(Draft other) => (Token, Items, Members) = (other.Token, other.Items, other.Members);

    /// <summary>Itself and all that it holds.</summary>
    public IEnumerable<Draft> All() =>
        (Items ?? Members?.Select(member => member.Value) ?? []).SelectMany(part => part.All()).Prepend(this);

    public Draft Copy() => Items is not null ? List(Items.Select(item => item.Copy()))
        : Members is not null ? Object(Members.Select(member => (member.Name, member.Value.Copy())))
        : Raw(Token!);    // The third of three.

    public override string ToString()
    {
        var text = new StringBuilder();
        Write(text);
        return text.ToString();
    }

    private void Write(StringBuilder text)
    {
        if (Items is not null)
        {
            text.Append('[');
            for (var at = 0; at < Items.Count; at++)
            {
                text.Append(at == 0 ? "" : ",");
                Items[at].Write(text);
            }

            text.Append(']');
        }
        else if (Members is not null)
        {
            text.Append('{');
            for (var at = 0; at < Members.Count; at++)
            {
                text.Append(at == 0 ? "" : ",").Append(Quote(Members[at].Name)).Append(':');
                Members[at].Value.Write(text);
            }

            text.Append('}');
        }
        else
        {
            text.Append(Token);
        }
    }

    /// <summary>A JSON string. What UTF-8 cannot carry is escaped: control characters and lone surrogates.</summary>
    private static string Quote(string value)
    {
        var text = new StringBuilder(value.Length + 2).Append('"');
        for (var at = 0; at < value.Length; at++)
        {
            var character = value[at];
            if (char.IsHighSurrogate(character) && at + 1 < value.Length && char.IsLowSurrogate(value[at + 1]))
            {
                text.Append(character).Append(value[++at]);
            }
            else if (character is '"' or '\\')
            {
                text.Append('\\').Append(character);
            }
            else if (character < ' ' || char.IsSurrogate(character))
            {
                text.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            }
            else
            {
                text.Append(character);
            }
        }

        return text.Append('"').ToString();
    }
}
