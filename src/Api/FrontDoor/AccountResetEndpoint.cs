using Berth.Engine;
using Berth.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Berth.Api;

/// <summary>
/// <c>POST /_berth/reset</c>, signed for the service <c>berth</c> by the account's root: everything of the account goes.
/// </summary>
internal sealed partial class AccountResetEndpoint(IEnumerable<IAccountReset> parts, SigV4Verifier verifier, ILogger<AccountResetEndpoint> logger)
{
    private const int MostBodyBytes = 1024;

    public async Task AnswerAsync(HttpContext http)
    {
        try
        {
            var caller = await CallerAsync(http).ConfigureAwait(false);
            foreach (var part in parts)
            {
                await part.ResetAsync(caller.Key.AccountId, http.RequestAborted).ConfigureAwait(false);
            }

            LogReset(caller.Key.AccountId);
            await Answers.JsonAsync(http.Response, null, null, http.RequestAborted).ConfigureAwait(false);
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

    private async ValueTask<SignedCaller> CallerAsync(HttpContext http)
    {
        var pending = verifier.Claim(http.Request);
        using var body = await CallBody.ReadAsync(http.Request, MostBodyBytes, http.RequestAborted).ConfigureAwait(false);
        var caller = verifier.Verify(pending, http.Request, body.Bytes.Span);
        if (caller.Service != "berth")
        {
            throw new SignatureException(SignatureFault.Mismatch, "Credential should be scoped to correct service: 'berth'.");
        }

        return caller.Key.PrincipalArn.EndsWith(":root", StringComparison.Ordinal)
            ? caller
            : throw new AwsException("AccessDeniedException", StatusCodes.Status400BadRequest, "Only the account's root may reset it.");
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Account {AccountId} was reset")]
    private partial void LogReset(string accountId);
}
