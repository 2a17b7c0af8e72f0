using Berth.Domain;
using Berth.Wire;

namespace Berth.Registry;

/// <summary>Gives the repository policy as it was set.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetRepositoryPolicy.html</remarks>
internal sealed class GetRepositoryPolicy(RepositoryStreams streams) : IOperation<GetRepositoryPolicy.Request, RepositoryPolicyShape>
{
    internal sealed record Request(string? RegistryId, string? RepositoryName);

    public async ValueTask<RepositoryPolicyShape> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var key = Constraints.Repository(request.RegistryId, request.RepositoryName, context);
        var repository = await streams.GetAsync(key, cancellationToken).ConfigureAwait(false);
        return new(key.Account, key.Name, repository.PolicyText ?? throw RepositoriesCommand.NoPolicy(key.Name, key.Account));
    }
}

/// <summary>What the operations on repository policies answer.</summary>
internal sealed record RepositoryPolicyShape(string RegistryId, string RepositoryName, string PolicyText);
