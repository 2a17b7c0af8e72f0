using System.Text.Json.Serialization;
using Berth.Wire;

namespace Berth.Secrets;

/// <summary>Says that a secret has no policy of its own: none can be put.</summary>
/// <remarks>https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetResourcePolicy.html</remarks>
internal sealed class GetResourcePolicy(SecretsStreams streams) : IOperation<GetResourcePolicy.Request, GetResourcePolicy.Response>
{
    internal sealed record Request(string? SecretId);

    internal sealed record Response([property: JsonPropertyName("ARN")] string Arn, string Name);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var secret = (await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false)).Find(SecretRules.Id(request.SecretId));
        return new(secret.Arn, secret.Name);
    }
}
