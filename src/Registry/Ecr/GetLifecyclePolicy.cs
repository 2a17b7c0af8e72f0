using Berth.Domain;
using Berth.Wire;

namespace Berth.Registry;

/// <summary>Gives the lifecycle policy as it was put.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetLifecyclePolicy.html</remarks>
internal sealed class GetLifecyclePolicy(RepositoryStreams streams) : IOperation<GetLifecyclePolicy.Request, LifecyclePolicyShape>
{
    internal sealed record Request(string? RegistryId, string? RepositoryName);

    public async ValueTask<LifecyclePolicyShape> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var key = Constraints.Repository(request.RegistryId, request.RepositoryName, context);
        var repository = await streams.GetAsync(key, cancellationToken).ConfigureAwait(false);
        return new(key.Account, key.Name, repository.LifecyclePolicyText ?? throw RepositoriesCommand.NoLifecyclePolicy(key.Name, key.Account));
    }
}
