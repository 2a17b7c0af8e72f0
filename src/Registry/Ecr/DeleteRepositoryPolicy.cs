using Berth.Domain;
using Berth.Wire;

namespace Berth.Registry;

/// <summary>Removes the repository policy and gives its text a last time.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepositoryPolicy.html</remarks>
internal sealed class DeleteRepositoryPolicy(RepositoryStreams streams) : IOperation<DeleteRepositoryPolicy.Request, RepositoryPolicyShape>
{
    internal sealed record Request(string? RegistryId, string? RepositoryName);

    public async ValueTask<RepositoryPolicyShape> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var key = Constraints.Repository(request.RegistryId, request.RepositoryName, context);
        return new(key.Account, key.Name, await streams.ExecuteAsync(key, new RepositoriesCommand.DeletePolicy(key.Name), cancellationToken).ConfigureAwait(false));
    }
}
