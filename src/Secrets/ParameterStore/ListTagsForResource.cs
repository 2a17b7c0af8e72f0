using Berth.Wire;

namespace Berth.Secrets;

/// <summary>Tells the tags of a parameter.</summary>
/// <remarks>https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListTagsForResource.html</remarks>
internal sealed class ListTagsForResource(ParametersStreams streams) : IOperation<ListTagsForResource.Request, ListTagsForResource.Response>
{
    internal sealed record Request(string? ResourceType, string? ResourceId);

    internal sealed record Response(IReadOnlyList<TagShape> TagList);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = ParameterTags.Parameter(request.ResourceType, request.ResourceId);
        var parameter = (await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false)).Find(name)
            ?? throw new AwsException("InvalidResourceId", 400, "The resource ID is not valid. Verify that you entered the correct ID and try again.");
        return new(TagShapes.Of(parameter.Tags));
    }
}
