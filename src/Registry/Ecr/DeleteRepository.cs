using Berth.Wire;

namespace Berth.Registry;

/// <summary>Deletes a repository; one that holds images only by force.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepository.html</remarks>
internal sealed class DeleteRepository(RepositoryContents contents, RegistryAddress address)
    : IOperation<DeleteRepository.Request, DeleteRepository.Response>
{
    internal sealed record Request(string? RegistryId, string? RepositoryName, bool Force);

    internal sealed record Response(RepositoryShape Repository);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var key = Constraints.Repository(request.RegistryId, request.RepositoryName, context);
        var deleted = await contents.DeleteAsync(key, request.Force, cancellationToken).ConfigureAwait(false);
        return new(RepositoryShape.From(deleted, address, context));
    }
}
