using System.Text.Json.Serialization;
using Berth.Wire;

namespace Berth.Secrets;

/// <summary>Moves a label from one version of a secret to another.</summary>
/// <remarks>https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html</remarks>
internal sealed class UpdateSecretVersionStage(SecretsStreams streams) : IOperation<UpdateSecretVersionStage.Request, UpdateSecretVersionStage.Response>
{
    internal sealed record Request(string? SecretId, string? VersionStage, string? RemoveFromVersionId, string? MoveToVersionId);

    internal sealed record Response([property: JsonPropertyName("ARN")] string Arn, string Name);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var command = new Domain.UpdateSecretVersionStage(
            SecretRules.Id(request.SecretId),
            SecretRules.Stage(request.VersionStage, "versionStage"),
            Invalid.Optional(request.RemoveFromVersionId, "removeFromVersionId", 64, least: 32),
            Invalid.Optional(request.MoveToVersionId, "moveToVersionId", 64, least: 32));
        var secret = await streams.ExecuteAsync(context, command, cancellationToken).ConfigureAwait(false);
        return new(secret.Arn, secret.Name);
    }
}
