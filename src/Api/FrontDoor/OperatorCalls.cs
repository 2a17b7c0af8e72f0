using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Berth.Domain;
using Berth.Wire;
using Microsoft.AspNetCore.Http;

namespace Berth.Api;

/// <summary>
/// What the endpoints below <c>/_berth/</c> have in common: calls of Berth's own, signed for the service <c>berth</c>, with
/// JSON in, JSON out, and errors as in the AWS protocol.
/// </summary>
internal sealed class OperatorCalls(SigV4Verifier verifier)
{
    private const int MostBodyBytes = 64 * 1024;

    /// <summary>Verifies the call, has it answered and writes the answer; <c>{}</c> when there is nothing to say.</summary>
    public Task AnswerAsync(HttpContext http, JsonTypeInfo? type, Func<SignedCaller, ReadOnlyMemory<byte>, ValueTask<object?>> answer) => ServeAsync(http, async (caller, body) =>
        await Answers.JsonAsync(http.Response, await answer(caller, body).ConfigureAwait(false), type, http.RequestAborted).ConfigureAwait(false));

    /// <summary>Verifies the call and has it served by something that writes the answer itself. What that refuses is told, if the answer has not begun.</summary>
    public async Task ServeAsync(HttpContext http, Func<SignedCaller, byte[], Task> serve)
    {
        try
        {
            var (caller, body) = await ReadAsync(http).ConfigureAwait(false);
            await serve(caller, body).ConfigureAwait(false);
        }
        catch (SignatureException signature)
        {
            await Answers.JsonErrorAsync(http.Response, signature.ToAwsException(AwsProtocol.Json11), http.RequestAborted).ConfigureAwait(false);
        }
        catch (AwsException refusal)
        {
            await Answers.JsonErrorAsync(http.Response, refusal, http.RequestAborted).ConfigureAwait(false);
        }
        catch (RefusedException refusal)
        {
            await Answers.JsonErrorAsync(http.Response, new(refusal.Code, StatusCodes.Status400BadRequest, refusal.Message), http.RequestAborted).ConfigureAwait(false);
        }
        catch (JsonException)
        {
            var unreadable = new AwsException("SerializationException", StatusCodes.Status400BadRequest, "The request's body is not the JSON it should be.");
            await Answers.JsonErrorAsync(http.Response, unreadable, http.RequestAborted).ConfigureAwait(false);
        }
    }

    private async ValueTask<(SignedCaller Caller, byte[] Body)> ReadAsync(HttpContext http)
    {
        var pending = verifier.Claim(http.Request);
        using var body = await CallBody.ReadAsync(http.Request, MostBodyBytes, http.RequestAborted).ConfigureAwait(false);
        var caller = verifier.Verify(pending, http.Request, body.Bytes.Span);
        return caller.Service == "berth"
            ? (caller, body.Bytes.ToArray())
            : throw new SignatureException(SignatureFault.Mismatch, "Credential should be scoped to correct service: 'berth'.");
    }
}
