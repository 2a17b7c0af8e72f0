using System.Text.Json.Serialization;
using Berth.Wire;

namespace Berth.Secrets;

/// <summary>Keeps a secret that was marked for deletion.</summary>
/// <remarks>https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RestoreSecret.html</remarks>
internal sealed class RestoreSecret(SecretsStreams streams) : IOperation<RestoreSecret.Request, RestoreSecret.Response>
{
    internal sealed record Request(string? SecretId);

    internal sealed record Response([property: JsonPropertyName("ARN")] string Arn, string Name);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var secret = await streams.ExecuteAsync(context, new Domain.RestoreSecret(SecretRules.Id(request.SecretId)), cancellationToken).ConfigureAwait(false);
        return new(secret.Arn, secret.Name);
    }
}
