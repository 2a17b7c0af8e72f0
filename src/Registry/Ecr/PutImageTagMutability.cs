using Berth.Domain;
using Berth.Wire;

namespace Berth.Registry;

/// <summary>Says which tags of a repository may move from now on.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImageTagMutability.html</remarks>
internal sealed class PutImageTagMutability(RepositoryStreams streams) : IOperation<PutImageTagMutability.Request, PutImageTagMutability.Response>
{
    internal sealed record Request(
        string? RegistryId,
        string? RepositoryName,
        string? ImageTagMutability,
        IReadOnlyList<ExclusionFilterShape?>? ImageTagMutabilityExclusionFilters);

    internal sealed record Response(
        string RegistryId,
        string RepositoryName,
        string ImageTagMutability,
        IReadOnlyList<ExclusionFilterShape>? ImageTagMutabilityExclusionFilters);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var key = Constraints.Repository(request.RegistryId, request.RepositoryName, context);
        Constraints.Required(request.ImageTagMutability, "imageTagMutability");
        var wanted = Constraints.Mutability(request.ImageTagMutability, request.ImageTagMutabilityExclusionFilters);
        await streams.ExecuteAsync(key, new RepositoriesCommand.SetTagMutability(key.Name, wanted), cancellationToken).ConfigureAwait(false);
        return new(key.Account, key.Name, wanted.WireName, ExclusionFilterShape.From(wanted));
    }
}
