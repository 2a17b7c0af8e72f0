using System.Text;
using System.Text.Json.Serialization;
using Berth.Wire;

namespace Berth.Secrets;

/// <summary>Tells the value of a secret's version: by id, by label, or the current one.</summary>
/// <remarks>https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html</remarks>
internal sealed class GetSecretValue(SecretsStreams streams, SecretValues values) : IOperation<GetSecretValue.Request, GetSecretValue.Response>
{
    internal sealed record Request(string? SecretId, string? VersionId, string? VersionStage);

    internal sealed record Response(
        [property: JsonPropertyName("ARN")] string Arn,
        string Name,
        string VersionId,
        byte[]? SecretBinary,
        string? SecretString,
        IReadOnlyList<string> VersionStages,
        DateTimeOffset CreatedDate);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var id = SecretRules.Id(request.SecretId);
        var versionId = Invalid.Optional(request.VersionId, "versionId", 64, least: 32);
        var stage = request.VersionStage is null ? null : SecretRules.Stage(request.VersionStage, "versionStage");
        var (secret, version) = (await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false)).FindValue(id, versionId, stage);
        var value = values.Open(context, secret, version);
        return new(
            secret.Arn,
            secret.Name,
            version.Id,
            version.IsBinary ? value : null,
            version.IsBinary ? null : Encoding.UTF8.GetString(value),
            version.Stages,
            version.CreatedAt);
    }
}
