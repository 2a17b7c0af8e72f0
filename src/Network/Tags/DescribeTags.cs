using System.Text.Json.Serialization;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Network;

internal sealed record DescribeTagsInput(
    bool? DryRun,
    [property: JsonPropertyName("Filter")] IReadOnlyList<FilterShape>? Filters,
    int? MaxResults,
    string? NextToken);

internal sealed record DescribeTagsOutput(string? NextToken, [property: JsonPropertyName("tagSet")] IReadOnlyList<TagDescriptionShape> Tags);

/// <summary>Describes tags, whatever they are on.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTags.html</remarks>
internal sealed class DescribeTags(NetworkStreams streams) : IOperation<DescribeTagsInput, DescribeTagsOutput>
{
    private static readonly Listing<TagDescriptionShape> All = new()
    {
        Id = tag => $"{tag.ResourceId} {tag.Key}",
        NotFound = id => Invalid.Value(id),
        Filters = new Dictionary<string, Func<NetworkState, TagDescriptionShape, IEnumerable<string?>>>
        {
            ["key"] = (_, tag) => [tag.Key],
            ["resource-id"] = (_, tag) => [tag.ResourceId],
            ["resource-type"] = (_, tag) => [tag.ResourceType],
            ["value"] = (_, tag) => [tag.Value],
        },
    };

    public async ValueTask<DescribeTagsOutput> HandleAsync(DescribeTagsInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        var all = state.Tags.SelectMany(resource => resource.Value.Select(tag => new TagDescriptionShape(
            tag.Key, resource.Key, NetworkTags.KindOf(state, resource.Key), tag.Value)));
        var (tags, next) = All.Select(state, all, ids: null, request.Filters, request.MaxResults, request.NextToken);
        Invalid.DryRun(request.DryRun);
        return new(next, tags);
    }
}
