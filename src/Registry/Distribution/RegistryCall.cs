using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Berth.Registry;

/// <summary>One request to the registry: what it addresses and who sends it.</summary>
internal sealed record RegistryCall(HttpContext Http, RegistryRoute Route, RegistryCaller Caller)
{
    /// <summary>The repository it is about.</summary>
    public RepositoryKey Repository { get; } = new(Caller.Account, Caller.Region, Route.Name);

    public HttpRequest Request => Http.Request;

    public HttpResponse Response => Http.Response;

    public CancellationToken Aborted => Http.RequestAborted;

    /// <summary>The reference as a digest, or the refusal for one that is malformed.</summary>
    public Digest Digest => ParseDigest(Route.Reference);

    /// <summary>A query parameter as a digest; null when it is absent.</summary>
    public Digest? DigestParameter(string name) =>
        Request.Query[name] is [{ Length: > 0 } text, ..] ? ParseDigest(text) : null;

    public static Digest ParseDigest(string text) =>
        Digest.TryParse(text, out var digest) ? digest : throw RegistryException.InvalidDigest(text);

    /// <summary>Answers without a body.</summary>
    public void Answer(int status)
    {
        Response.StatusCode = status;
        if (status != StatusCodes.Status204NoContent)
        {
            Response.ContentLength = 0;
        }
    }

    /// <summary>Answers with JSON.</summary>
    public Task AnswerAsync<T>(T body, JsonTypeInfo<T> type, string contentType = "application/json") =>
        AnswerAsync(JsonSerializer.SerializeToUtf8Bytes(body, type), contentType);

    /// <summary>Answers with bytes; with their length and type alone when asked by HEAD.</summary>
    public Task AnswerAsync(ReadOnlyMemory<byte> body, string contentType)
    {
        Response.ContentType = contentType;
        Response.ContentLength = body.Length;
        return HttpMethods.IsHead(Request.Method) ? Task.CompletedTask : Response.Body.WriteAsync(body, Aborted).AsTask();
    }
}
