using Berth.Wire;

namespace Berth.Secrets;

/// <summary>Removes tags of a secret.</summary>
/// <remarks>https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UntagResource.html</remarks>
internal sealed class UntagResource(SecretsStreams streams) : IOperation<UntagResource.Request, NoOutput>
{
    internal sealed record Request(string? SecretId, IReadOnlyList<string>? TagKeys);

    public async ValueTask<NoOutput> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var command = new Domain.ChangeSecretTags(SecretRules.Id(request.SecretId), [], [.. Invalid.Required(request.TagKeys, "tagKeys")]);
        await streams.ExecuteAsync(context, command, cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
