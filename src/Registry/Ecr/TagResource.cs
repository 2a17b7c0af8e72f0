using Berth.Domain;
using Berth.Wire;

namespace Berth.Registry;

/// <summary>Adds resource tags to a repository, or replaces their values.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_TagResource.html</remarks>
internal sealed class TagResource(RepositoryStreams streams) : IOperation<TagResource.Request, TagResource.Response>
{
    internal sealed record Request(string? ResourceArn, IReadOnlyList<ResourceTagShape?>? Tags);

    internal sealed record Response;

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var key = Constraints.Resource(request.ResourceArn, context);
        Constraints.Required(request.Tags, "tags");
        await streams.ExecuteAsync(key, new RepositoriesCommand.TagRepository(key.Name, Constraints.ResourceTags(request.Tags)), cancellationToken).ConfigureAwait(false);
        return new();
    }
}
