using System.Text.Json.Serialization;
using Berth.Wire;

namespace Berth.Identity;

/// <summary>The Security Token Service as the front door serves it.</summary>
internal static class StsService
{
    public static AwsService Create(IdentityStreams streams, SessionCredentials sessions)
    {
        var json = new StsJson(AwsJson.Query());
        return new AwsService
        {
            SigningName = "sts",
            Target = "2011-06-15",
            Protocol = AwsProtocol.Query,
            XmlNamespace = "https://sts.amazonaws.com/doc/2011-06-15/",
        }
            .Add(nameof(AssumeRole), () => json.AssumeRoleInput, () => json.AssumeRoleOutput, () => new AssumeRole(streams, sessions))
            .Add(nameof(GetCallerIdentity), () => json.GetCallerIdentityInput, () => json.GetCallerIdentityOutput, () => new GetCallerIdentity(streams))
            .Add(nameof(GetSessionToken), () => json.GetSessionTokenInput, () => json.GetSessionTokenOutput, () => new GetSessionToken(sessions));
    }

    public static SessionCredentialsShape Shape(this SessionKey session) =>
        new(session.Key.AccessKeyId, session.Key.SecretAccessKey, session.Key.SessionToken ?? "", session.ExpiresAt);
}

[JsonSerializable(typeof(AssumeRoleInput))]
[JsonSerializable(typeof(AssumeRoleOutput))]
[JsonSerializable(typeof(GetCallerIdentityInput))]
[JsonSerializable(typeof(GetCallerIdentityOutput))]
[JsonSerializable(typeof(GetSessionTokenInput))]
[JsonSerializable(typeof(GetSessionTokenOutput))]
internal sealed partial class StsJson : JsonSerializerContext;
