using Berth.Wire;

namespace Berth.Secrets;

/// <summary>Sets tags of a parameter.</summary>
/// <remarks>https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_AddTagsToResource.html</remarks>
internal sealed class AddTagsToResource(ParametersStreams streams) : IOperation<AddTagsToResource.Request, AddTagsToResource.Response>
{
    internal sealed record Request(string? ResourceType, string? ResourceId, IReadOnlyList<TagShape>? Tags);

    internal sealed record Response;

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = ParameterTags.Parameter(request.ResourceType, request.ResourceId);
        var tags = TagShapes.Checked(Invalid.Required(request.Tags, "tags"));
        await streams.ExecuteAsync(context, new Domain.ChangeParameterTags(name, tags, []), cancellationToken).ConfigureAwait(false);
        return new();
    }
}
