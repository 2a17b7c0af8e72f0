using Berth.Engine;
using Berth.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Berth.Api;

/// <summary><c>POST /_berth/reset</c>, signed by the account's root: everything of the account goes.</summary>
internal sealed partial class AccountResetEndpoint(IEnumerable<IAccountReset> parts, OperatorCalls calls, ILogger<AccountResetEndpoint> logger)
{
    public Task AnswerAsync(HttpContext http) => calls.AnswerAsync(http, null, async (caller, _) =>
    {
        if (!caller.Key.PrincipalArn.EndsWith(":root", StringComparison.Ordinal))
        {
            throw new AwsException("AccessDeniedException", StatusCodes.Status400BadRequest, "Only the account's root may reset it.");
        }

        foreach (var part in parts)
        {
            await part.ResetAsync(caller.Key.AccountId, http.RequestAborted).ConfigureAwait(false);
        }

        LogReset(caller.Key.AccountId);
        return null;
    });

    [LoggerMessage(Level = LogLevel.Information, Message = "Account {AccountId} was reset")]
    private partial void LogReset(string accountId);
}
