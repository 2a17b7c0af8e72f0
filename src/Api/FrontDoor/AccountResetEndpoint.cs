using Berth.Engine;
using Berth.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Berth.Api;

/// <summary>
/// <c>POST /_berth/reset</c>, signed for the service <c>berth</c> by the account's root: everything of the account goes.
/// </summary>
internal sealed partial class AccountResetEndpoint(IEnumerable<IAccountReset> parts, OwnCalls calls, ILogger<AccountResetEndpoint> logger)
{
    private const int MostBodyBytes = 1024;

    public Task AnswerAsync(HttpContext http) => calls.ServeAsync(http, MostBodyBytes, async (caller, _) =>
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
        await Answers.JsonAsync(http.Response, null, null, http.RequestAborted).ConfigureAwait(false);
    });

    [LoggerMessage(Level = LogLevel.Information, Message = "Account {AccountId} was reset")]
    private partial void LogReset(string accountId);
}
