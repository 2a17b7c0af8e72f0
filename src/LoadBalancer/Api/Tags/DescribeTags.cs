using Berth.Domain;
using Berth.Wire;

namespace Berth.LoadBalancer;

internal sealed record DescribeTagsInput(IReadOnlyList<string>? ResourceArns);

internal sealed record DescribeTagsOutput(IReadOnlyList<TagDescriptionShape> TagDescriptions);

/// <summary>Lists the tags of resources; each has an entry, with or without tags.</summary>
/// <remarks>https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTags.html</remarks>
internal sealed class DescribeTags(LoadBalancingStreams streams) : IOperation<DescribeTagsInput, DescribeTagsOutput>
{
    private const int MostArns = 20;

    public async ValueTask<DescribeTagsOutput> HandleAsync(DescribeTagsInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var arns = Invalid.Required(request.ResourceArns, "resourceArns");
        if (arns.Count > MostArns)
        {
            throw Invalid.Error($"At most {MostArns} resource ARNs can be specified");
        }

        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        return new([.. arns.Select(arn => new TagDescriptionShape(arn, LoadBalancingTags.Of(state, arn).Shape()))]);
    }
}
