using Berth.Wire;

namespace Berth.Secrets;

/// <summary>Sets tags of a secret.</summary>
/// <remarks>https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_TagResource.html</remarks>
internal sealed class TagResource(SecretsStreams streams) : IOperation<TagResource.Request, NoOutput>
{
    internal sealed record Request(string? SecretId, IReadOnlyList<TagShape>? Tags);

    public async ValueTask<NoOutput> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var tags = TagShapes.Checked(Invalid.Required(request.Tags, "tags"));
        await streams.ExecuteAsync(context, new Domain.ChangeSecretTags(SecretRules.Id(request.SecretId), tags, []), cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
