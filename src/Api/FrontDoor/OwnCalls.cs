using Berth.Wire;
using Microsoft.AspNetCore.Http;

namespace Berth.Api;

/// <summary>Calls below <c>/_berth/</c>: Berth's own, signed as any other for the service <c>berth</c>.</summary>
internal sealed class OwnCalls(SigV4Verifier verifier)
{
    /// <summary>Lets a proven caller in; tells anybody else what is wrong, in the manner of the JSON protocol.</summary>
    /// <param name="http">The call.</param>
    /// <param name="mostBodyBytes">The largest body.</param>
    /// <param name="serve">Serves it. What it refuses is told the same way, if the answer has not begun.</param>
    public async Task ServeAsync(HttpContext http, int mostBodyBytes, Func<SignedCaller, byte[], Task> serve)
    {
        try
        {
            var pending = verifier.Claim(http.Request);
            SignedCaller caller;
            byte[] content;
            using (var body = await CallBody.ReadAsync(http.Request, mostBodyBytes, http.RequestAborted).ConfigureAwait(false))
            {
                caller = verifier.Verify(pending, http.Request, body.Bytes.Span);
                content = body.Bytes.ToArray();
            }

            if (caller.Service != "berth")
            {
                throw new SignatureException(SignatureFault.Mismatch, "Credential should be scoped to correct service: 'berth'.");
            }

            await serve(caller, content).ConfigureAwait(false);
        }
        catch (SignatureException signature)
        {
            await Answers.JsonErrorAsync(http.Response, signature.ToAwsException(AwsProtocol.Json11), http.RequestAborted).ConfigureAwait(false);
        }
        catch (AwsException refusal)
        {
            await Answers.JsonErrorAsync(http.Response, refusal, http.RequestAborted).ConfigureAwait(false);
        }
    }
}
