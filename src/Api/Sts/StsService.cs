using System.Text.Json.Serialization;
using Berth.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Api;

/// <summary>Puts the Security Token Service into a server: as much as clients ask before anything else.</summary>
public static class StsService
{
    /// <summary>Adds the STS <see cref="AwsService"/>.</summary>
    public static IServiceCollection AddSts(this IServiceCollection services)
    {
        var json = new StsJson(AwsJson.Query());
        return services.AddSingleton(new AwsService
        {
            SigningName = "sts",
            Target = "2011-06-15",
            Protocol = AwsProtocol.Query,
            XmlNamespace = "https://sts.amazonaws.com/doc/2011-06-15/",
        }.Add(nameof(GetCallerIdentity), json.GetCallerIdentityRequest, json.GetCallerIdentityResponse, new GetCallerIdentity()));
    }
}

[JsonSerializable(typeof(GetCallerIdentity.Request), TypeInfoPropertyName = "GetCallerIdentityRequest")]
[JsonSerializable(typeof(GetCallerIdentity.Response), TypeInfoPropertyName = "GetCallerIdentityResponse")]
internal sealed partial class StsJson : JsonSerializerContext;
