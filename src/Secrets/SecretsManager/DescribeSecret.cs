using System.Text.Json.Serialization;
using Berth.Wire;

namespace Berth.Secrets;

/// <summary>Tells all of a secret but its value, also when it is marked for deletion.</summary>
/// <remarks>https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html</remarks>
internal sealed class DescribeSecret(SecretsStreams streams) : IOperation<DescribeSecret.Request, DescribeSecret.Response>
{
    internal sealed record Request(string? SecretId);

    internal sealed record Response(
        [property: JsonPropertyName("ARN")] string Arn,
        string Name,
        string? Description,
        string? KmsKeyId,
        DateTimeOffset LastChangedDate,
        DateTimeOffset? DeletedDate,
        IReadOnlyList<TagShape>? Tags,
        IReadOnlyDictionary<string, IReadOnlyList<string>>? VersionIdsToStages,
        DateTimeOffset CreatedDate);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var id = SecretRules.Id(request.SecretId);
        var secret = (await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false)).Find(id);
        return new(
            secret.Arn,
            secret.Name,
            secret.Description,
            secret.KmsKeyId,
            secret.ChangedAt,
            secret.DeletedAt,
            TagShapes.Of(secret.Tags),
            SecretRules.StagesByVersion(secret),
            secret.CreatedAt);
    }
}
