using System.Globalization;
using System.Text;
using System.Text.Json;
using Berth.Clients;

namespace Berth.Conformance.Tests;

/// <summary>How the operations of a service are asked for, as its model says.</summary>
internal sealed class FuzzedService
{
    private readonly string? targetPrefix;
    private readonly string version;
    private readonly bool isEc2;

    public FuzzedService(OfficialModel model)
    {
        var metadata = model.Metadata;
        targetPrefix = Text("targetPrefix");
        version = Text("apiVersion") ?? "";
        isEc2 = Text("protocol") == "ec2";
        SigningName = Text("signingName") ?? Text("endpointPrefix") ?? "";

        string? Text(string name) => metadata.TryGetProperty(name, out var value) ? value.GetString() : null;
    }

    /// <summary>The service of a signature's scope.</summary>
    public string SigningName { get; }

    /// <summary>Whether it speaks JSON; a form otherwise.</summary>
    public bool IsJson => targetPrefix is not null;

    public string ContentType => IsJson ? SignedCalls.JsonType : "application/x-www-form-urlencoded; charset=utf-8";

    /// <summary>The header that names an operation; null where the form does.</summary>
    public string? Target(string operation) => IsJson ? $"{targetPrefix}.{operation}" : null;

    /// <summary>A member's name on the wire.</summary>
    public string NameOf(JsonProperty member) =>
        !isEc2 ? member.Name
        : member.Value.TryGetProperty("queryName", out var query) ? query.GetString()!    // Names are texts.
        : member.Value.TryGetProperty("locationName", out var location) ? Capitalized(location.GetString()!)
        : member.Name;

    /// <summary>A request as bytes.</summary>
    public byte[] Body(string operation, Draft draft)
    {
        if (IsJson)
        {
            return Encoding.UTF8.GetBytes(draft.ToString());
        }

        var form = new StringBuilder($"Action={operation}&Version={version}");
        Flatten(form, "", draft);
        return Encoding.UTF8.GetBytes(form.ToString());
    }

    private void Flatten(StringBuilder form, string path, Draft draft)
    {
        if (draft.Members is { } members)
        {
            foreach (var (name, value) in members)
            {
                Flatten(form, path.Length == 0 ? name : $"{path}.{name}", value);
            }
        }
        else if (draft.Items is { } items)
        {
            for (var at = 0; at < items.Count; at++)
            {
                Flatten(form, string.Create(CultureInfo.InvariantCulture, $"{path}{(isEc2 ? "" : ".member")}.{at + 1}"), items[at]);
            }
        }
        else
        {
            form.Append('&').Append(Encoded(path)).Append('=').Append(Encoded(Content(draft.Token!)));    // Neither a list nor an object.
        }
    }

    private static string Content(string token)
    {
        try
        {
            return token is ['"', ..] ? JsonElement.Parse(token).GetString()! : token;    // A text.
        }
        catch (Exception lone) when (lone is JsonException or InvalidOperationException or ArgumentException)
        {
            return token;    // No text of .NET; its escape is as strange.
        }
    }

    private static string Encoded(string text) => Uri.EscapeDataString(text);

    private static string Capitalized(string name) => char.ToUpperInvariant(name[0]) + name[1..];
}
