using Berth.Domain;
using Berth.Wire;

namespace Berth.Registry;

/// <summary>Sets the lifecycle policy. It is applied at the next sweep, and hourly from then on.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutLifecyclePolicy.html</remarks>
internal sealed class PutLifecyclePolicy(RepositoryStreams streams) : IOperation<PutLifecyclePolicy.Request, LifecyclePolicyShape>
{
    internal sealed record Request(string? RegistryId, string? RepositoryName, string? LifecyclePolicyText);

    public async ValueTask<LifecyclePolicyShape> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var key = Constraints.Repository(request.RegistryId, request.RepositoryName, context);
        Constraints.Required(request.LifecyclePolicyText, "lifecyclePolicyText");
        var text = request.LifecyclePolicyText!; // Checked above.
        LifecycleTexts.Read(text);
        await streams.ExecuteAsync(key, new RepositoriesCommand.SetLifecyclePolicy(key.Name, text), cancellationToken).ConfigureAwait(false);
        return new(key.Account, key.Name, text);
    }
}
