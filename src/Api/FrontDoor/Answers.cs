using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Berth.Wire;
using Microsoft.AspNetCore.Http;

namespace Berth.Api;

/// <summary>Writes answers in the form of either protocol.</summary>
internal static class Answers
{
    private const int MostKeptBuffer = 1 << 20;

    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? writer;

    /// <summary>A successful JSON answer; <c>{}</c> where the operation has no output.</summary>
    public static ValueTask JsonAsync(HttpResponse response, object? value, JsonTypeInfo? type, CancellationToken cancellationToken)
    {
        if (value is null || type is null)
        {
            return SendAsync(response, StatusCodes.Status200OK, "application/x-amz-json-1.1", "{}"u8, cancellationToken);
        }

        var json = Begin();
        JsonSerializer.Serialize(json, value, type);
        return SendJsonAsync(response, StatusCodes.Status200OK, json, cancellationToken);
    }

    /// <summary>A JSON error: <c>__type</c>, <c>message</c> and the shape's further members.</summary>
    public static ValueTask JsonErrorAsync(HttpResponse response, AwsException error, CancellationToken cancellationToken)
    {
        var json = Begin();
        json.WriteStartObject();
        json.WriteString("__type"u8, error.Code);
        json.WriteString("message"u8, error.Message);
        foreach (var (name, value) in error.Members)
        {
            json.WritePropertyName(name);
            if (value is null)
            {
                json.WriteNullValue();
            }
            else
            {
                value.WriteTo(json);
            }
        }

        json.WriteEndObject();
        return SendJsonAsync(response, error.Status, json, cancellationToken);
    }

    /// <summary>A successful Query answer.</summary>
    public static ValueTask QueryAsync(HttpResponse response, Route route, object? value, string requestId, CancellationToken cancellationToken)
    {
        var tree = value is null || route.Operation.Response is null ? null : JsonSerializer.SerializeToNode(value, route.Operation.Response);
        var xml = route.Service.Protocol == AwsProtocol.Ec2Query
            ? QueryProtocol.EncodeEc2Response(route.Operation.Name, route.Service.XmlNamespace, tree, requestId)
            : QueryProtocol.EncodeResponse(route.Operation.Name, route.Service.XmlNamespace, tree, requestId);
        return SendAsync(response, StatusCodes.Status200OK, "text/xml", xml, cancellationToken);
    }

    /// <summary>A Query error in the form of the service; null where none is known.</summary>
    public static ValueTask QueryErrorAsync(HttpResponse response, AwsException error, AwsService? service, string requestId, CancellationToken cancellationToken)
    {
        var xml = service is { Protocol: AwsProtocol.Ec2Query }
            ? QueryProtocol.EncodeEc2Error(error.Code, error.Message, requestId)
            : QueryProtocol.EncodeError(error.Code, error.Status, error.Message, service?.XmlNamespace ?? "", requestId);
        return SendAsync(response, error.Status, "text/xml", xml, cancellationToken);
    }

    private static Utf8JsonWriter Begin()
    {
        if (buffer is null || buffer.Capacity > MostKeptBuffer)
        {
            buffer = new(16 << 10);
        }

        buffer.ResetWrittenCount();
        writer ??= new(buffer, Json);
        writer.Reset(buffer);
        return writer;
    }

    private static ValueTask SendJsonAsync(HttpResponse response, int status, Utf8JsonWriter json, CancellationToken cancellationToken)
    {
        json.Flush();
        return SendAsync(response, status, "application/x-amz-json-1.1", buffer!.WrittenSpan, cancellationToken);    // Begun on this thread.
    }

    /// <summary>Hands the bytes over before it returns for the first time, so that they may lie in a thread's own buffer.</summary>
    private static ValueTask SendAsync(HttpResponse response, int status, string contentType, ReadOnlySpan<byte> body, CancellationToken cancellationToken)
    {
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        response.BodyWriter.Write(body);
        var flush = response.BodyWriter.FlushAsync(cancellationToken);
        if (flush.IsCompletedSuccessfully)
        {
            _ = flush.Result;
            return ValueTask.CompletedTask;
        }

        return Awaited(flush);

        static async ValueTask Awaited(ValueTask<System.IO.Pipelines.FlushResult> flush) => await flush.ConfigureAwait(false);
    }
}
