using System.Text.Json.Serialization;
using Berth.Wire;

namespace Berth.Secrets;

/// <summary>Creates a secret, with a first value or without.</summary>
/// <remarks>https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html</remarks>
internal sealed class CreateSecret(SecretsStreams streams, SecretValues values) : IOperation<CreateSecret.Request, CreateSecret.Response>
{
    internal sealed record Request(
        string? Name,
        string? ClientRequestToken,
        string? Description,
        string? KmsKeyId,
        byte[]? SecretBinary,
        string? SecretString,
        IReadOnlyList<TagShape>? Tags,
        IReadOnlyList<ReplicaRegionShape>? AddReplicaRegions,
        bool? ForceOverwriteReplicaSecret,
        string? Type);

    internal sealed record Response([property: JsonPropertyName("ARN")] string Arn, string Name, string? VersionId);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        SecretRules.NotOffered(request.AddReplicaRegions is { Count: > 0 }, "AddReplicaRegions");
        SecretRules.NotOffered(request.Type is not null, "Type");
        var name = SecretRules.Name(request.Name);
        var command = new Domain.CreateSecret
        {
            Name = name,
            Description = SecretRules.Description(request.Description),
            KmsKeyId = SecretRules.KmsKey(request.KmsKeyId),
            Tags = TagShapes.Checked(request.Tags),
            Version = values.Version(context, name, values.Token(request.ClientRequestToken), request.SecretString, request.SecretBinary),
        };
        var secret = await streams.ExecuteAsync(context, command, cancellationToken).ConfigureAwait(false);
        return new(secret.Arn, secret.Name, command.Version?.Id);
    }
}
