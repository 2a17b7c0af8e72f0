using Berth.Domain;
using Berth.Wire;

namespace Berth.Registry;

/// <summary>Removes resource tags from a repository.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_UntagResource.html</remarks>
internal sealed class UntagResource(RepositoryStreams streams) : IOperation<UntagResource.Request, UntagResource.Response>
{
    internal sealed record Request(string? ResourceArn, IReadOnlyList<string?>? TagKeys);

    internal sealed record Response;

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var key = Constraints.Resource(request.ResourceArn, context);
        Constraints.Required(request.TagKeys, "tagKeys");
        await streams.ExecuteAsync(key, new RepositoriesCommand.UntagRepository(key.Name, [.. request.TagKeys!.OfType<string>()]), cancellationToken).ConfigureAwait(false); // Checked above.
        return new();
    }
}
