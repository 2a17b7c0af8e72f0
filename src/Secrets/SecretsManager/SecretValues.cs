using System.Text;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Secrets;

/// <summary>Secrets' values on their way in and out.</summary>
internal sealed class SecretValues(ValueSeal seal, IIdSource ids)
{
    /// <summary>The largest value, in bytes.</summary>
    private const int MostBytes = 65_536;

    /// <summary>The token of a call, or a new one where the caller has none.</summary>
    public string Token(string? token) => token is null ? ids.NextUuid() : Invalid.Text(token, "clientRequestToken", 32, 64);

    /// <summary>The version that a call wants to add; null when it brings no value.</summary>
    public NewSecretVersion? Version(RequestContext context, string name, string token, string? text, byte[]? bytes)
    {
        if (text is not null && bytes is not null)
        {
            throw AwsException.InvalidParameter("You can't specify both a binary secret value and a string secret value in the same secret.");
        }

        if ((text is null ? bytes : Encoding.UTF8.GetBytes(text)) is not { } value)
        {
            return null;
        }

        var member = text is null ? "secretBinary" : "secretString";
        return value.Length == 0 ? throw Invalid.Constraint(member, "Member must have length greater than or equal to 1")
            : value.Length > MostBytes ? throw Invalid.Constraint(member, $"Member must have length less than or equal to {MostBytes}")
            : new(token, Guarded(() => seal.Seal(Bound(context, name, token), value), "EncryptionFailure"), text is null);
    }

    /// <summary>What a version holds.</summary>
    public byte[] Open(RequestContext context, Secret secret, SecretVersion version) =>
        Guarded(() => seal.Open(Bound(context, secret.Name, version.Id), version.Value), "DecryptionFailure");

    private static string Bound(RequestContext context, string name, string token) => $"secretsmanager/{context.AccountId}/{context.Region}/{name}/{token}";

    private static T Guarded<T>(Func<T> work, string code)
    {
        try
        {
            return work();
        }
        catch (SealException failure)
        {
            throw new AwsException(code, 400, failure.Message);
        }
    }
}
