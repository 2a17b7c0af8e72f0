using Berth.Domain;
using Berth.Wire;

namespace Berth.Registry;

/// <summary>Removes the lifecycle policy and gives its text a last time.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteLifecyclePolicy.html</remarks>
internal sealed class DeleteLifecyclePolicy(RepositoryStreams streams) : IOperation<DeleteLifecyclePolicy.Request, LifecyclePolicyShape>
{
    internal sealed record Request(string? RegistryId, string? RepositoryName);

    public async ValueTask<LifecyclePolicyShape> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var key = Constraints.Repository(request.RegistryId, request.RepositoryName, context);
        return new(key.Account, key.Name, await streams.ExecuteAsync(key, new RepositoriesCommand.DeleteLifecyclePolicy(key.Name), cancellationToken).ConfigureAwait(false));
    }
}
