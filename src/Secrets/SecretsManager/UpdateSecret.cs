using System.Text.Json.Serialization;
using Berth.Wire;

namespace Berth.Secrets;

/// <summary>Changes a secret's description, key and value, as far as they are given.</summary>
/// <remarks>https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecret.html</remarks>
internal sealed class UpdateSecret(SecretsStreams streams, SecretValues values) : IOperation<UpdateSecret.Request, UpdateSecret.Response>
{
    internal sealed record Request(
        string? SecretId, string? ClientRequestToken, string? Description, string? KmsKeyId, byte[]? SecretBinary, string? SecretString, string? Type);

    internal sealed record Response([property: JsonPropertyName("ARN")] string Arn, string Name, string? VersionId);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        SecretRules.NotOffered(request.Type is not null, "Type");
        var id = SecretRules.Id(request.SecretId);
        var description = SecretRules.Description(request.Description);
        var key = SecretRules.KmsKey(request.KmsKeyId);
        var known = (await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false)).FindLive(id);
        var version = values.Version(context, known.Name, values.Token(request.ClientRequestToken), request.SecretString, request.SecretBinary);
        var secret = await streams.ExecuteAsync(context, new Domain.UpdateSecret(id, description, key, version), cancellationToken).ConfigureAwait(false);
        return new(secret.Arn, secret.Name, version?.Id);
    }
}
