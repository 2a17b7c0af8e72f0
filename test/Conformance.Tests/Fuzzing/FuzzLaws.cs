using System.Net;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Berth.Clients;

namespace Berth.Conformance.Tests;

/// <summary>What every answer must be, whatever was asked.</summary>
internal static class FuzzLaws
{
    /// <summary>Errors that any operation may answer with, from before it is reached; the model does not list them.</summary>
    private static readonly HashSet<string> Common =
    [
        "SerializationException", "UnknownOperationException", "RequestEntityTooLargeException", "InvalidSignatureException", "AccessDeniedException", "InvalidParameterException", "ClientException", "UnsupportedFeatureException",
    ];

    /// <summary>Words that tell of what the server is made of. None is a client's business.</summary>
    private static readonly string[] Inside = ["System.", "Berth.", "Exception:", " at /", "StackTrace", "Nullable", "JsonElement", "Parameter '"];

    private static readonly string[] Readings = ["Describe", "List", "Get", "Discover"];

    /// <summary>The laws an answer breaks, one sentence each.</summary>
    /// <param name="model">The errors each operation declares.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="answer">What was answered.</param>
    /// <param name="facts">What has come to be meanwhile.</param>
    public static IEnumerable<string> Broken(OfficialModel model, FuzzedRequest request, RawAnswer answer, IReadOnlyList<string> facts)
    {
        if (facts.Count > 0 && (answer.Status != HttpStatusCode.OK || Readings.Any(word => request.Operation.StartsWith(word, StringComparison.Ordinal))))
        {
            yield return $"It has changed something: {string.Join("; ", facts.Take(5))}";
        }

        if ((int)answer.Status is not (200 or 400 or 403 or 413))
        {
            yield return $"Its status is {(int)answer.Status}.";
        }

        if (Parse(answer.Body) is not { ValueKind: JsonValueKind.Object } body)
        {
            yield return "It is not a JSON object.";
        }
        else if (answer.Status != HttpStatusCode.OK)
        {
            var type = body.TryGetProperty("__type", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString()! : "";
            var message = body.TryGetProperty("message", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "";
            if (type.Length == 0 || message.Length == 0)
            {
                yield return "It does not say which error it is, and why.";
            }

            if (!Common.Contains(type) && model.Errors(request.Operation)?.Contains(type) == false)
            {
                yield return $"{request.Operation} has no error {type}.";
            }

            if (Inside.FirstOrDefault(word => message.Contains(word, StringComparison.Ordinal)) is { } told && !request.ToString().Contains(told, StringComparison.Ordinal))
            {
                yield return "It tells what the server is made of.";
            }
        }
    }

    /// <summary>The laws an answer of another service breaks. Which errors its operations have is not looked at.</summary>
    public static IEnumerable<string> Broken(FuzzedRequest request, FuzzedService service, RawAnswer answer, IReadOnlyList<string> facts)
    {
        if (facts.Count > 0 && answer.Status != HttpStatusCode.OK)
        {
            yield return $"It has changed something: {string.Join("; ", facts.Take(5))}";
        }

        if ((int)answer.Status is not (200 or (>= 400 and < 500)))
        {
            yield return $"Its status is {(int)answer.Status}.";
        }

        var (isRead, code, message) = service.IsJson ? JsonError(answer.Body) : XmlError(answer.Body);
        if (!isRead)
        {
            yield return "It cannot be read.";
        }
        else if (answer.Status != HttpStatusCode.OK && (string.IsNullOrEmpty(code) || string.IsNullOrEmpty(message)))
        {
            yield return "It does not say which error it is, and why.";
        }
        else if (answer.Status != HttpStatusCode.OK && Inside.FirstOrDefault(word => message!.Contains(word, StringComparison.Ordinal)) is { } told && !request.ToString().Contains(told, StringComparison.Ordinal))
        {
            yield return "It tells what the server is made of.";
        }
    }

    private static (bool IsRead, string? Code, string? Message) JsonError(byte[] text) => Parse(text) is { ValueKind: JsonValueKind.Object } body
        ? (true, body.TryGetProperty("__type", out var type) ? type.ToString() : null, body.TryGetProperty("message", out var message) ? message.ToString() : null)
        : (false, null, null);

    private static (bool IsRead, string? Code, string? Message) XmlError(byte[] text)
    {
        try
        {
            using var stream = new MemoryStream(text);
            var root = XElement.Load(stream);
            return (true, Of("Code"), Of("Message"));

            string? Of(string name) => root.Descendants().FirstOrDefault(element => element.Name.LocalName == name)?.Value;
        }
        catch (XmlException)
        {
            return (false, null, null);
        }
    }

    private static JsonElement? Parse(byte[] text)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
