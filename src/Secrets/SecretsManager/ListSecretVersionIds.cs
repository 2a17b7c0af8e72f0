using System.Globalization;
using System.Text.Json.Serialization;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Secrets;

/// <summary>Lists a secret's versions, oldest first; those without a label only when they are asked for.</summary>
/// <remarks>https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecretVersionIds.html</remarks>
internal sealed class ListSecretVersionIds(SecretsStreams streams) : IOperation<ListSecretVersionIds.Request, ListSecretVersionIds.Response>
{
    private const int MostVersions = 100;

    internal sealed record Request(string? SecretId, int? MaxResults, string? NextToken, bool? IncludeDeprecated);

    internal sealed record Response(
        IReadOnlyList<SecretVersionShape> Versions, string? NextToken, [property: JsonPropertyName("ARN")] string Arn, string Name);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var id = SecretRules.Id(request.SecretId);
        var size = Invalid.Size(request.MaxResults, "maxResults", MostVersions);
        var secret = (await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false)).Find(id);
        static string Key(SecretVersion version) => string.Create(CultureInfo.InvariantCulture, $"{version.CreatedAt.UtcTicks:D20} {version.Id}");
        var shown = secret.Versions.Where(version => !version.Stages.IsEmpty || request.IncludeDeprecated == true).OrderBy(Key, StringComparer.Ordinal);
        var (page, next) = Page.Of(shown, Key, request.NextToken, size, "InvalidNextTokenException");
        return new([.. page.Select(version => new SecretVersionShape(version.Id, version.Stages, version.CreatedAt, [secret.KmsKeyId ?? "DefaultEncryptionKey"]))], next, secret.Arn, secret.Name);
    }
}
