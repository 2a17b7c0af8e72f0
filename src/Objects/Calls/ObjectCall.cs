using System.Text;
using System.Xml;
using Berth.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Berth.Objects;

/// <summary>A verified call: who, where, on what.</summary>
internal sealed class ObjectCall
{
    private const int LongestKeyBytes = 1024;

    public ObjectCall(HttpContext http, SignedCaller caller, string bodyHash, ChunkSignatures chunks)
    {
        (Http, Caller, BodyHash, Chunks) = (http, caller, bodyHash, chunks);
        var target = http.Features.Get<IHttpRequestFeature>()!.RawTarget;    // Every server provides it.
        var path = target.Split('?', 2)[0].TrimStart('/');
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        Bucket = Uri.UnescapeDataString(slash < 0 ? path : path[..slash]);
        Key = slash < 0 ? "" : Uri.UnescapeDataString(path[(slash + 1)..]);
        if (Encoding.UTF8.GetByteCount(Key) > LongestKeyBytes)
        {
            throw new ObjectsException("KeyTooLongError", 400, "Your key is too long");
        }

        // A listing could not tell of it, for XML does not have such characters.
        if (Key.Any(character => !XmlConvert.IsXmlChar(character) && !char.IsSurrogate(character)))
        {
            throw ObjectsException.Invalid("The key holds a character that no key may hold.");
        }
    }

    public HttpContext Http { get; }

    public SignedCaller Caller { get; }

    public string BodyHash { get; }

    public ChunkSignatures Chunks { get; }

    /// <summary>The bucket's name; empty for a call that is about none.</summary>
    public string Bucket { get; }

    /// <summary>The object's key; empty for a call that is about none.</summary>
    public string Key { get; }

    public string Account => Caller.Key.AccountId;

    public CancellationToken Aborted => Http.RequestAborted;

    /// <summary>A parameter of the query; null when it is not there.</summary>
    public string? Query(string name) => Http.Request.Query.TryGetValue(name, out var value) ? value.ToString() : null;
}
