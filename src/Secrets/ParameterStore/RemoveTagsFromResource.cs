using Berth.Wire;

namespace Berth.Secrets;

/// <summary>Removes tags of a parameter.</summary>
/// <remarks>https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RemoveTagsFromResource.html</remarks>
internal sealed class RemoveTagsFromResource(ParametersStreams streams) : IOperation<RemoveTagsFromResource.Request, RemoveTagsFromResource.Response>
{
    internal sealed record Request(string? ResourceType, string? ResourceId, IReadOnlyList<string>? TagKeys);

    internal sealed record Response;

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = ParameterTags.Parameter(request.ResourceType, request.ResourceId);
        var keys = Invalid.Required(request.TagKeys, "tagKeys");
        await streams.ExecuteAsync(context, new Domain.ChangeParameterTags(name, [], [.. keys]), cancellationToken).ConfigureAwait(false);
        return new();
    }
}
