using System.Text;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Secrets;

/// <summary>Parameters' values on their way in and out. All are sealed, those that are no secrets as well.</summary>
internal sealed class ParameterValues(ValueSeal seal)
{
    public SealedValue Seal(RequestContext context, string name, string value) =>
        Guarded(() => seal.Seal(Bound(context, name), Encoding.UTF8.GetBytes(value)));

    /// <summary>What a version holds; of a <c>SecureString</c> that is not to be decrypted, what is stored.</summary>
    public string Read(RequestContext context, string name, ParameterVersion version, bool? withDecryption) =>
        version.Type == ParameterRules.SecureString && withDecryption != true
            ? version.Value.Box
            : Guarded(() => Encoding.UTF8.GetString(seal.Open(Bound(context, name), version.Value)));

    private static string Bound(RequestContext context, string name) => $"ssm/{context.AccountId}/{context.Region}/{name}";

    private static T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SealException failure)
        {
            throw new AwsException("InvalidKeyId", 400, failure.Message);
        }
    }
}
