using System.Text.Json.Serialization;
using Berth.Wire;

namespace Berth.Secrets;

/// <summary>Secrets Manager as the front door serves it: a table of its operations.</summary>
internal static class SecretsManagerService
{
    /// <summary>The rates of Secrets Manager: values are read often, all else is rare.</summary>
    private static readonly CallRate Reads = new("SecretReads", 10_000, 10_000), Others = new("OtherSecretCalls", 50, 50);

    public static AwsService Create(SecretsStreams streams, SecretValues values)
    {
        var json = new SecretsManagerJson(AwsJson.PascalCase());
        return new AwsService { SigningName = "secretsmanager", Target = "secretsmanager", Protocol = AwsProtocol.Json11, Rates = Rates() }
            .Add(nameof(CreateSecret), () => json.CreateSecretRequest, () => json.CreateSecretResponse, () => new CreateSecret(streams, values))
            .Add(nameof(DeleteSecret), () => json.DeleteSecretRequest, () => json.DeleteSecretResponse, () => new DeleteSecret(streams))
            .Add(nameof(DescribeSecret), () => json.DescribeSecretRequest, () => json.DescribeSecretResponse, () => new DescribeSecret(streams))
            .Add(nameof(GetResourcePolicy), () => json.GetResourcePolicyRequest, () => json.GetResourcePolicyResponse, () => new GetResourcePolicy(streams))
            .Add(nameof(GetSecretValue), () => json.GetSecretValueRequest, () => json.GetSecretValueResponse, () => new GetSecretValue(streams, values))
            .Add(nameof(ListSecretVersionIds), () => json.ListSecretVersionIdsRequest, () => json.ListSecretVersionIdsResponse, () => new ListSecretVersionIds(streams))
            .Add(nameof(ListSecrets), () => json.ListSecretsRequest, () => json.ListSecretsResponse, () => new ListSecrets(streams))
            .Add(nameof(PutSecretValue), () => json.PutSecretValueRequest, () => json.PutSecretValueResponse, () => new PutSecretValue(streams, values))
            .Add(nameof(RestoreSecret), () => json.RestoreSecretRequest, () => json.RestoreSecretResponse, () => new RestoreSecret(streams))
            .Add(nameof(TagResource), () => json.TagResourceRequest, () => new TagResource(streams))
            .Add(nameof(UntagResource), () => json.UntagResourceRequest, () => new UntagResource(streams))
            .Add(nameof(UpdateSecret), () => json.UpdateSecretRequest, () => json.UpdateSecretResponse, () => new UpdateSecret(streams, values))
            .Add(nameof(UpdateSecretVersionStage), () => json.UpdateSecretVersionStageRequest, () => json.UpdateSecretVersionStageResponse, () => new UpdateSecretVersionStage(streams));
    }

    private static Dictionary<string, CallRate> Rates() => new(StringComparer.Ordinal)
    {
        [nameof(GetSecretValue)] = Reads,
        [nameof(DescribeSecret)] = Reads,
        [nameof(ListSecrets)] = Others,
        [nameof(ListSecretVersionIds)] = Others,
        [nameof(GetResourcePolicy)] = Others,
        [nameof(CreateSecret)] = Others,
        [nameof(PutSecretValue)] = Others,
        [nameof(UpdateSecret)] = Others,
        [nameof(UpdateSecretVersionStage)] = Others,
        [nameof(DeleteSecret)] = Others,
        [nameof(RestoreSecret)] = Others,
        [nameof(TagResource)] = Others,
        [nameof(UntagResource)] = Others,
    };
}

[JsonSerializable(typeof(CreateSecret.Request), TypeInfoPropertyName = "CreateSecretRequest")]
[JsonSerializable(typeof(CreateSecret.Response), TypeInfoPropertyName = "CreateSecretResponse")]
[JsonSerializable(typeof(DeleteSecret.Request), TypeInfoPropertyName = "DeleteSecretRequest")]
[JsonSerializable(typeof(DeleteSecret.Response), TypeInfoPropertyName = "DeleteSecretResponse")]
[JsonSerializable(typeof(DescribeSecret.Request), TypeInfoPropertyName = "DescribeSecretRequest")]
[JsonSerializable(typeof(DescribeSecret.Response), TypeInfoPropertyName = "DescribeSecretResponse")]
[JsonSerializable(typeof(GetResourcePolicy.Request), TypeInfoPropertyName = "GetResourcePolicyRequest")]
[JsonSerializable(typeof(GetResourcePolicy.Response), TypeInfoPropertyName = "GetResourcePolicyResponse")]
[JsonSerializable(typeof(GetSecretValue.Request), TypeInfoPropertyName = "GetSecretValueRequest")]
[JsonSerializable(typeof(GetSecretValue.Response), TypeInfoPropertyName = "GetSecretValueResponse")]
[JsonSerializable(typeof(ListSecretVersionIds.Request), TypeInfoPropertyName = "ListSecretVersionIdsRequest")]
[JsonSerializable(typeof(ListSecretVersionIds.Response), TypeInfoPropertyName = "ListSecretVersionIdsResponse")]
[JsonSerializable(typeof(ListSecrets.Request), TypeInfoPropertyName = "ListSecretsRequest")]
[JsonSerializable(typeof(ListSecrets.Response), TypeInfoPropertyName = "ListSecretsResponse")]
[JsonSerializable(typeof(PutSecretValue.Request), TypeInfoPropertyName = "PutSecretValueRequest")]
[JsonSerializable(typeof(PutSecretValue.Response), TypeInfoPropertyName = "PutSecretValueResponse")]
[JsonSerializable(typeof(RestoreSecret.Request), TypeInfoPropertyName = "RestoreSecretRequest")]
[JsonSerializable(typeof(RestoreSecret.Response), TypeInfoPropertyName = "RestoreSecretResponse")]
[JsonSerializable(typeof(TagResource.Request), TypeInfoPropertyName = "TagResourceRequest")]
[JsonSerializable(typeof(UntagResource.Request), TypeInfoPropertyName = "UntagResourceRequest")]
[JsonSerializable(typeof(UpdateSecret.Request), TypeInfoPropertyName = "UpdateSecretRequest")]
[JsonSerializable(typeof(UpdateSecret.Response), TypeInfoPropertyName = "UpdateSecretResponse")]
[JsonSerializable(typeof(UpdateSecretVersionStage.Request), TypeInfoPropertyName = "UpdateSecretVersionStageRequest")]
[JsonSerializable(typeof(UpdateSecretVersionStage.Response), TypeInfoPropertyName = "UpdateSecretVersionStageResponse")]
internal sealed partial class SecretsManagerJson : JsonSerializerContext;
