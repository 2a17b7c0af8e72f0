using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;

namespace Berth.Wire;

/// <summary>
/// The Query protocol over the same records as JSON: form parameters become a JSON tree that the serializer reads, and
/// an answer's JSON tree is written as XML.
/// </summary>
public static class QueryProtocol
{
    /// <summary>The longest list one parameter may build; more is refused before memory is spent.</summary>
    public const int MostListItems = 10_000;

    /// <summary>The most parts a parameter's name may have; the model's deepest shape needs far fewer.</summary>
    public const int MostNameParts = 32;

    /// <summary>
    /// Reads <c>A.member.1.B=x</c>, or EC2's <c>A.1.B=x</c>, into <c>{"A":[{"B":"x"}]}</c>. <c>Action</c> and
    /// <c>Version</c> are left out. A parameter with an empty value whose name has no further part becomes an empty string.
    /// </summary>
    /// <exception cref="JsonException">The parameters contradict each other.</exception>
    public static JsonObject Decode(IEnumerable<KeyValuePair<string, string>> form, AwsProtocol protocol = AwsProtocol.Query)
    {
        var root = new Branch(protocol);
        foreach (var (name, value) in form)
        {
            if (name is not ("Action" or "Version"))
            {
                var path = name.Split('.', MostNameParts + 1);
                if (path.Length > MostNameParts)
                {
                    throw new JsonException("A parameter's name has too many parts.");
                }

                root.Add(path, value);
            }
        }

        return (JsonObject)root.ToJson(isRoot: true)!;
    }

    /// <summary>Writes a successful answer.</summary>
    public static byte[] EncodeResponse(string operation, string xmlNamespace, JsonNode? result, string requestId) =>
        Write(xml =>
        {
            xml.WriteStartElement($"{operation}Response", xmlNamespace);
            xml.WriteStartElement($"{operation}Result");
            WriteMembers(xml, result as JsonObject, "member");
            xml.WriteEndElement();
            xml.WriteStartElement("ResponseMetadata");
            xml.WriteElementString("RequestId", requestId);
            xml.WriteEndElement();
            xml.WriteEndElement();
        });

    /// <summary>Writes an error answer.</summary>
    public static byte[] EncodeError(string code, int status, string message, string xmlNamespace, string requestId) =>
        Write(xml =>
        {
            xml.WriteStartElement("ErrorResponse", xmlNamespace);
            xml.WriteStartElement("Error");
            xml.WriteElementString("Type", status < 500 ? "Sender" : "Receiver");
            xml.WriteElementString("Code", code);
            xml.WriteElementString("Message", Readable(message));
            xml.WriteEndElement();
            xml.WriteElementString("RequestId", requestId);
            xml.WriteEndElement();
        });

    /// <summary>Writes a successful answer of EC2; an operation without output answers that it is true.</summary>
    public static byte[] EncodeEc2Response(string operation, string xmlNamespace, JsonNode? result, string requestId) =>
        Write(xml =>
        {
            xml.WriteStartElement($"{operation}Response", xmlNamespace);
            xml.WriteElementString("requestId", requestId);
            if (result is null)
            {
                xml.WriteElementString("return", "true");
            }

            WriteMembers(xml, result as JsonObject, "item");
            xml.WriteEndElement();
        });

    /// <summary>Writes an error answer of EC2.</summary>
    public static byte[] EncodeEc2Error(string code, string message, string requestId) =>
        Write(xml =>
        {
            xml.WriteStartElement("Response");
            xml.WriteStartElement("Errors");
            xml.WriteStartElement("Error");
            xml.WriteElementString("Code", code);
            xml.WriteElementString("Message", Readable(message));
            xml.WriteEndElement();
            xml.WriteEndElement();
            xml.WriteElementString("RequestID", requestId);
            xml.WriteEndElement();
        });

    private static byte[] Write(Action<XmlWriter> body)
    {
        using var buffer = new MemoryStream();
        using (var xml = XmlWriter.Create(buffer, new XmlWriterSettings { Encoding = new UTF8Encoding(false), OmitXmlDeclaration = true, CheckCharacters = false }))
        {
            body(xml);
        }

        return buffer.ToArray();
    }

    /// <summary>The text with a replacement character for what XML cannot carry, not even escaped: most control characters, lone surrogates.</summary>
    private static string Readable(string text)
    {
        if (text.All(XmlConvert.IsXmlChar))
        {
            return text;
        }

        var readable = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())    // Of a lone surrogate it makes a replacement character.
        {
            readable.Append(rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? Rune.ReplacementChar.ToString() : rune.ToString());
        }

        return readable.ToString();
    }

    private static void WriteMembers(XmlWriter xml, JsonObject? members, string listItem)
    {
        foreach (var (name, value) in members ?? [])
        {
            if (value is not null)
            {
                xml.WriteStartElement(name);
                WriteValue(xml, value, listItem);
                xml.WriteEndElement();
            }
        }
    }

    private static void WriteValue(XmlWriter xml, JsonNode value, string listItem)
    {
        switch (value)
        {
            case JsonArray list:
                foreach (var item in list)
                {
                    xml.WriteStartElement(listItem);
                    if (item is not null)
                    {
                        WriteValue(xml, item, listItem);
                    }

                    xml.WriteEndElement();
                }

                break;
            case JsonObject members:
                WriteMembers(xml, members, listItem);
                break;
            default:
                xml.WriteString(value.GetValueKind() switch
                {
                    JsonValueKind.String => Readable(value.GetValue<string>()),
                    JsonValueKind.True => "true",
                    JsonValueKind.False => "false",
                    _ => value.ToJsonString(),
                });
                break;
        }
    }

    private sealed class Branch(AwsProtocol protocol)
    {
        private readonly Dictionary<string, Branch> children = new(StringComparer.Ordinal);
        private string? text;

        public void Add(ReadOnlySpan<string> path, string value)
        {
            if (path.IsEmpty)
            {
                text = value;
                return;
            }

            if (!children.TryGetValue(path[0], out var child))
            {
                if (children.Count >= MostListItems)
                {
                    throw new JsonException($"More than {MostListItems} entries.");
                }

                children.Add(path[0], child = new Branch(protocol));
            }

            child.Add(path[1..], value);
        }

        public JsonNode? ToJson(bool isRoot = false)
        {
            if (children.Count == 0 && !isRoot)
            {
                return JsonValue.Create(text ?? "");
            }

            if (List(isRoot) is { } items)
            {
                return new JsonArray([.. items
                    .Select(pair => (Index: int.TryParse(pair.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                        ? index
                        : throw new JsonException($"'{pair.Key}' is not a list index."), pair.Value))
                    .OrderBy(item => item.Index)
                    .Select(item => item.Value.ToJson())]);
            }

            return new JsonObject(children.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.ToJson())));
        }

        /// <summary>The items by their numbers; null when this is not a list.</summary>
        private Dictionary<string, Branch>? List(bool isRoot) =>
            protocol == AwsProtocol.Ec2Query ? (!isRoot && children.Keys.All(key => char.IsAsciiDigit(key[0])) ? children : null)
            : children.Count == 1 && children.TryGetValue("member", out var list) ? list.children
            : null;
    }
}
