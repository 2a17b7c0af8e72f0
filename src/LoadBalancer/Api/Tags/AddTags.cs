using Berth.Domain;
using Berth.Wire;

namespace Berth.LoadBalancer;

internal sealed record AddTagsInput(IReadOnlyList<string>? ResourceArns, IReadOnlyList<TagShape>? Tags);

/// <summary>Adds tags to load balancers, target groups, listeners and rules.</summary>
/// <remarks>https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AddTags.html</remarks>
internal sealed class AddTags(LoadBalancingStreams streams) : IOperation<AddTagsInput, EmptyOutput>
{
    public async ValueTask<EmptyOutput> HandleAsync(AddTagsInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var arns = Invalid.Required(request.ResourceArns, "resourceArns");
        var tags = Invalid.Tags(Invalid.Required(request.Tags, "tags"));
        await streams.ExecuteAsync(context, new ChangeLoadBalancingTags([.. arns], tags, []), cancellationToken).ConfigureAwait(false);
        return new();
    }
}
