using System.Security.Cryptography;
using System.Text;
using Berth.Wire;

namespace Berth.Api;

/// <summary>Tells callers who they are.</summary>
/// <remarks>https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html</remarks>
internal sealed class GetCallerIdentity : IOperation<GetCallerIdentity.Request, GetCallerIdentity.Response>
{
    /// <summary>What stands behind the four letters of a unique id.</summary>
    private const int UniqueIdCharacters = 17;

    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    internal sealed record Request;

    internal sealed record Response(string UserId, string Account, string Arn);

    public ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new Response(UserId(context), context.AccountId, context.PrincipalArn));

    /// <summary>The account for its root, <c>AIDA…</c> for a user, <c>AROA…:SESSION</c> for a role's session; the same each time.</summary>
    private static string UserId(RequestContext context)
    {
        var resource = context.PrincipalArn.Split(':', 6)[^1].Split('/');
        return resource switch
        {
            ["assumed-role", .. var role, var session] => $"{UniqueId("AROA", context.AccountId, role)}:{session}",
            ["user", .. var user] => UniqueId("AIDA", context.AccountId, user),
            _ => context.AccountId,
        };
    }

    private static string UniqueId(string prefix, string accountId, string[] name)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{prefix}/{accountId}/{string.Join('/', name)}"));
        return string.Concat(prefix, string.Concat(hash.Take(UniqueIdCharacters).Select(value => Base32[value % Base32.Length])));
    }
}
