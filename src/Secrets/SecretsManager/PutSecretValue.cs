using System.Text.Json.Serialization;
using Berth.Wire;

namespace Berth.Secrets;

/// <summary>Adds a version to a secret.</summary>
/// <remarks>https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html</remarks>
internal sealed class PutSecretValue(SecretsStreams streams, SecretValues values) : IOperation<PutSecretValue.Request, PutSecretValue.Response>
{
    internal sealed record Request(
        string? SecretId, string? ClientRequestToken, byte[]? SecretBinary, string? SecretString, IReadOnlyList<string>? VersionStages, string? RotationToken);

    internal sealed record Response([property: JsonPropertyName("ARN")] string Arn, string Name, string VersionId, IReadOnlyList<string> VersionStages);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var id = SecretRules.Id(request.SecretId);
        var stages = SecretRules.Stages(request.VersionStages);
        var known = (await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false)).FindLive(id);
        var version = values.Version(context, known.Name, values.Token(request.ClientRequestToken), request.SecretString, request.SecretBinary)
            ?? throw AwsException.InvalidParameter("You must provide either SecretString or SecretBinary.");
        var (secret, put) = await streams.ExecuteAsync(context, new Domain.PutSecretValue(id, version, stages), cancellationToken).ConfigureAwait(false);
        return new(secret.Arn, secret.Name, put.Id, put.Stages);
    }
}
