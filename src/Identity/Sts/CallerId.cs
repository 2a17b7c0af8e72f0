using System.Security.Cryptography;
using System.Text;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Identity;

/// <summary>The unique id of a caller: the account for its root, <c>AIDA…</c> for a user, <c>AROA…:SESSION</c> for a role's session.</summary>
internal static class CallerId
{
    /// <summary>The caller's id, the same each time.</summary>
    /// <param name="context">The caller.</param>
    /// <param name="identities">The account's roles; a role that is not among them has an id derived from its name.</param>
    public static string Of(RequestContext context, IdentityState? identities = null)
    {
        var resource = context.PrincipalArn.Split(':', 6)[^1].Split('/');
        return resource switch
        {
            ["assumed-role", var role, var session] => $"{identities?.Roles.GetValueOrDefault(role)?.Id ?? Derived("AROA", context.AccountId, role)}:{session}",
            ["user", .. var user] => Derived("AIDA", context.AccountId, string.Join('/', user)),
            _ => context.AccountId,
        };
    }

    private static string Derived(string prefix, string accountId, string name) =>
        UniqueId.Of(prefix, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{prefix}/{accountId}/{name}"))));
}
