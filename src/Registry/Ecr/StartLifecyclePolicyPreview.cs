using Berth.Domain;
using Berth.Wire;

namespace Berth.Registry;

/// <summary>Works out what a lifecycle policy, the given or the stored one, would delete now.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_StartLifecyclePolicyPreview.html</remarks>
internal sealed class StartLifecyclePolicyPreview(RepositoryStreams streams, LifecyclePreviews previews, TimeProvider clock)
    : IOperation<StartLifecyclePolicyPreview.Request, StartLifecyclePolicyPreview.Response>
{
    internal sealed record Request(string? RegistryId, string? RepositoryName, string? LifecyclePolicyText);

    internal sealed record Response(string RegistryId, string RepositoryName, string LifecyclePolicyText, string Status);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var key = Constraints.Repository(request.RegistryId, request.RepositoryName, context);
        var repository = await streams.GetAsync(key, cancellationToken).ConfigureAwait(false);
        var text = request.LifecyclePolicyText ?? repository.LifecyclePolicyText ?? throw RepositoriesCommand.NoLifecyclePolicy(key.Name, key.Account);
        previews.Keep(key, new LifecyclePreview(text, repository, LifecycleTexts.Read(text).Evaluate(repository, clock.GetUtcNow())));
        return new(key.Account, key.Name, text, "IN_PROGRESS");
    }
}
