using System.Collections.Immutable;
using Berth.Domain;
using Berth.Wire;

namespace Berth.LoadBalancer;

internal sealed record RemoveTagsInput(IReadOnlyList<string>? ResourceArns, IReadOnlyList<string>? TagKeys);

/// <summary>Removes tags from load balancers, target groups, listeners and rules.</summary>
/// <remarks>https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RemoveTags.html</remarks>
internal sealed class RemoveTags(LoadBalancingStreams streams) : IOperation<RemoveTagsInput, EmptyOutput>
{
    public async ValueTask<EmptyOutput> HandleAsync(RemoveTagsInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var arns = Invalid.Required(request.ResourceArns, "resourceArns");
        var keys = Invalid.Required(request.TagKeys, "tagKeys");
        await streams.ExecuteAsync(
            context,
            new ChangeLoadBalancingTags([.. arns], ImmutableSortedDictionary<string, string>.Empty, [.. keys]),
            cancellationToken).ConfigureAwait(false);
        return new();
    }
}
