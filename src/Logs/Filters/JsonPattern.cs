using System.Text.Json;

namespace Berth.Logs;

/// <summary>Conditions on a JSON message: <c>{ $.status = 5* &amp;&amp; $.user.id != "x" }</c>. Other messages never match.</summary>
internal sealed class JsonPattern : FilterPattern
{
    private readonly Condition condition;

    private JsonPattern(Condition condition) => this.condition = condition;

    public static new JsonPattern Parse(string text)
    {
        var reader = new PatternReader(text);
        reader.Expect("{");
        var condition = new ConditionParser(reader, ConditionParser.ReadJsonSelector).Parse();
        reader.Expect("}");
        reader.SkipBlanks();
        return reader.IsAtEnd ? new(condition) : throw Invalid();
    }

    public override bool Matches(ReadOnlyMemory<byte> message)
    {
        if (message.Span.TrimStart(" \t\r\n"u8) is not [(byte)'{', ..])
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(message);
            return condition.Holds(new Subject(document.RootElement));
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private sealed class Subject(JsonElement root) : IPatternSubject
    {
        public IEnumerable<PatternValue> Select(Selector selector)
        {
            IEnumerable<JsonElement> found = [root];
            foreach (var step in selector.Steps)
            {
                found = found.SelectMany(element => Follow(element, step));
            }

            return found.Select(ToValue);
        }

        private static IEnumerable<JsonElement> Follow(JsonElement element, SelectorStep step) => (element.ValueKind, step) switch
        {
            (JsonValueKind.Object, { Member: { } name }) => element.TryGetProperty(name, out var member) ? [member] : [],
            (JsonValueKind.Object, { Index: null }) => element.EnumerateObject().Select(member => member.Value),
            (JsonValueKind.Array, { Index: { } index }) => index < element.GetArrayLength() ? [element[index]] : [],
            (JsonValueKind.Array, { Member: null }) => element.EnumerateArray(),
            _ => [],
        };

        private static PatternValue ToValue(JsonElement element) => element.ValueKind switch
        {
            JsonValueKind.String => new(JsonValueKind.String, element.GetString() ?? "", null),
            JsonValueKind.Number => new(JsonValueKind.Number, element.GetRawText(), element.GetDouble()),
            JsonValueKind.Object or JsonValueKind.Array => new(element.ValueKind, "", null),
            _ => new(element.ValueKind, element.GetRawText(), null),
        };
    }
}
